// SPDX-License-Identifier: GPL-2.0-only
// Declares a CC that writes down what it is told and does what the test says, and two path policies.
#pragma once

#include "hpnsim/cc.hpp"
#include "hpnsim/path.hpp"

#include <functional>
#include <vector>

namespace hpnsim::test
{

/// One call of a handler, with what `Flow` said at that moment.
struct Event {
    enum class Kind { ack, cnp, nack, timeout, send, timer };
    Kind kind;
    Time now;
    Bytes in_flight, backlog;
    Ack ack;
    Nack nack;
    Timeout timeout;
    Sent sent;
    int timer = 0;
};

struct Journal {
    std::vector<Event> events;
    std::function<void(Flow&, const Event&)> react;  ///< may set rate, window, due
    bool quiet = false;                              ///< do not keep events

    std::vector<Event> of(Event::Kind kind) const
    {
        std::vector<Event> found;
        for (const Event& event : events)
            if (event.kind == kind) found.push_back(event);
        return found;
    }
};

struct Recorder {
    static constexpr Info info{"recorder", "for tests"};
    struct Params {
        Journal* journal = nullptr;
        Rate rate;         ///< 0: line rate
        Bytes window = 0;  ///< 0: none
        Bytes trust = 0;   ///< with receiver credit: the first, which nothing ends
        Time first_due = Time::max();
        static constexpr auto list() { return params(); }
    };

    void start(Flow& flow, const Params& p)
    {
        flow.rate = p.rate.bps > 0 ? p.rate : flow.line_rate;
        flow.window = p.window > 0 ? p.window : Bytes{1} << 40;
        flow.due[0] = p.first_due;
        if (flow.credited) flow.credit = p.trust;
    }
    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        Event event = base(Event::Kind::ack, flow);
        event.ack = ack;
        note(flow, p, event);
    }
    void on_credit(Flow& flow, const Params&, Bytes granted) { flow.credit += granted; }
    void on_cnp(Flow& flow, const Params& p, const Cnp&) { note(flow, p, base(Event::Kind::cnp, flow)); }
    void on_nack(Flow& flow, const Params& p, const Nack& nack)
    {
        Event event = base(Event::Kind::nack, flow);
        event.nack = nack;
        note(flow, p, event);
    }
    void on_timeout(Flow& flow, const Params& p, const Timeout& timeout)
    {
        Event event = base(Event::Kind::timeout, flow);
        event.timeout = timeout;
        note(flow, p, event);
    }
    void on_send(Flow& flow, const Params& p, const Sent& sent)
    {
        Event event = base(Event::Kind::send, flow);
        event.sent = sent;
        note(flow, p, event);
    }
    void on_timer(Flow& flow, const Params& p, int which)
    {
        Event event = base(Event::Kind::timer, flow);
        event.timer = which;
        note(flow, p, event);
    }

private:
    static Event base(Event::Kind kind, const Flow& flow)
    {
        return {kind, flow.now, flow.in_flight, flow.backlog, {}, {}, {}, {}, 0};
    }
    static void note(Flow& flow, const Params& p, const Event& event)
    {
        if (!p.journal->quiet) p.journal->events.push_back(event);
        if (p.journal->react) p.journal->react(flow, event);
    }
};
inline constexpr CcOps kRecorder = cc_ops<Recorder>();

/// Picks the QP's own source port on its home port.
struct Bound {
    static constexpr Info info{"bound", "for tests"};
    static constexpr bool sprays = false;
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow&, const Params&) {}
    uint16_t pick(Flow& flow, const Params&, Psn, uint8_t) { return flow.source_port; }
};
inline constexpr PathOps kBound = path_ops<Bound>();

/// Picks the PSN modulo 16 as source port, on any NIC port.
struct Spread {
    static constexpr Info info{"spread", "for tests"};
    static constexpr bool sprays = true;
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow&, const Params&) {}
    uint16_t pick(Flow&, const Params&, Psn psn, uint8_t) { return static_cast<uint16_t>(psn % 16); }
};
inline constexpr PathOps kSpread = path_ops<Spread>();

}  // namespace hpnsim::test
