// SPDX-License-Identifier: GPL-2.0-only
// RCCC, the receiver's half (Ultra Ethernet specification 1.0, CMS; EQDS, NSDI'22; constants as uet-htsim has
// them): one pacer for a NIC port hands out what the port can take, a grant at a time. Senders that have
// asked for more than they were granted stand in one line, and all others in a second one that is served
// while the first is empty: those get credit ahead of their next message, up to a limit.
//
// A grant counts payload and is paced as the wire bytes of full packets. What shorter packets carry in
// headers beyond that is paid for as they arrive.
#include "hpnsim/receiver.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

constexpr uint32_t kNone = ~uint32_t{0};

struct Credit {
    static constexpr Info info{"credit",
                               "A pacer per NIC port grants credit to its senders in turn (UE 1.0: RCCC)"};
    static constexpr Scope scope = Scope::port;

    struct Params {
        double share = 0.99;
        Bytes grant = 16384;
        double ahead = 1.5;

        static constexpr auto list()
        {
            return params(
                param<&Params::share>("share", "port rates", "What is granted (uet-htsim: 0.99)", 0.01, 1),
                param<&Params::grant>("grant", "B", "Payload of one grant (uet-htsim: 16384)", 64, 1e6),
                param<&Params::ahead>("ahead", "BDP",
                                      "Most credit beyond what was asked for (uet-htsim: 1.5); 0: none", 0,
                                      1000));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{"htsim", "uet-htsim, -receiver_cc", "share=0.99,grant=16384,ahead=1.5"});
        }
    };

    /// A QP as a link in one of the lines.
    struct Sender {
        enum class In : uint8_t { none, active, idle };
        uint32_t before = kNone, after = kNone;
        Bytes most_ahead = 0;
        In in = In::none;
    };

    Reply on_data(const Params& p, ReceivePort& port, const Received& data)
    {
        Sender& sender = port.sender<Sender>(data.qp);
        sender.most_ahead = static_cast<Bytes>(p.ahead * static_cast<double>(data.bdp));
        debt_ += (port.wire_mtu - port.mtu) * std::max<Bytes>(port.mtu - data.payload, 0) / port.mtu;
        if (data.wanted > 0)
            stand(port, data.qp, Sender::In::active);
        else if (sender.in == Sender::In::none && sender.most_ahead > 0)
            stand(port, data.qp, Sender::In::idle);
        if (port.due == Time::max() && anyone()) port.due = std::max(port.now, free_at_);
        return {false, data.ecn};
    }

    Grant on_timer(const Params& p, ReceivePort& port)
    {
        port.due = Time::max();
        while (anyone()) {
            const uint32_t qp = active_.first != kNone ? active_.first : idle_.first;
            const Bytes bytes = share_of(p, port, qp);
            leave(port, qp);
            if (bytes == 0) continue;
            const Bytes wanted = port.wanted[qp] - bytes;
            stand(port, qp, wanted > 0 ? Sender::In::active : Sender::In::idle);
            pace(p, port, bytes);
            return {qp, bytes};
        }
        return {};
    }

private:
    struct Line {
        uint32_t first = kNone, last = kNone;
    };

    bool anyone() const { return active_.first != kNone || idle_.first != kNone; }
    Line& line(Sender::In in) { return in == Sender::In::active ? active_ : idle_; }

    /// What the QP, whose turn it is, gets: a packet's worth at least, or credits would outnumber packets; 0:
    /// it has enough.
    static Bytes share_of(const Params& p, ReceivePort& port, uint32_t qp)
    {
        const Bytes wanted = port.wanted[qp];
        if (wanted > 0) return std::min(std::max(wanted, port.mtu), p.grant);
        return -wanted < port.sender<Sender>(qp).most_ahead ? p.grant : 0;
    }

    void pace(const Params& p, ReceivePort& port, Bytes bytes)
    {
        const Rate rate{static_cast<int64_t>(p.share * static_cast<double>(port.rate.bps))};
        free_at_ = port.now + transmit_time(bytes * port.wire_mtu / port.mtu + debt_, rate);
        debt_ = 0;
        port.due = free_at_;
    }

    /// At the end of the line, unless it stands there already.
    void stand(ReceivePort& port, uint32_t qp, Sender::In in)
    {
        Sender& sender = port.sender<Sender>(qp);
        if (sender.in == in) return;
        if (sender.in != Sender::In::none) leave(port, qp);
        Line& to = line(in);
        sender.in = in;
        sender.before = to.last;
        sender.after = kNone;
        (to.last == kNone ? to.first : port.sender<Sender>(to.last).after) = qp;
        to.last = qp;
    }

    void leave(ReceivePort& port, uint32_t qp)
    {
        Sender& sender = port.sender<Sender>(qp);
        Line& from = line(sender.in);
        (sender.before == kNone ? from.first : port.sender<Sender>(sender.before).after) = sender.after;
        (sender.after == kNone ? from.last : port.sender<Sender>(sender.after).before) = sender.before;
        sender.in = Sender::In::none;
    }

    Line active_, idle_;
    Time free_at_;    // when the latest grant has had its time
    Bytes debt_ = 0;  // wire bytes that have arrived and no grant has paid for
};

}  // namespace

HPNSIM_RECEIVER(Credit)
