// SPDX-License-Identifier: GPL-2.0-only
// FakeCarrier is a network of one link per endpoint, medium and direction, at a fixed rate and latency:
// enough to carry messages in an order that depends on their sizes and on what else goes to their receiver.
#pragma once

#include "hpnsim/contents.hpp"
#include "hpnsim/workload.hpp"

#include <functional>
#include <queue>
#include <stdexcept>
#include <tuple>
#include <vector>

namespace hpnsim
{

class FakeCarrier : public Carrier
{
public:
    Rate nic = gbps(400), nvlink = gbps(3600);
    Time nic_latency = microseconds(3), nvlink_latency = nanoseconds(50);
    std::function<void(const Message&)> on_send, on_arrival;  ///< watchers, before the workload hears
    std::function<FlowStatus(const Message&)> status;         ///< of a completion; default ok
    std::function<Time(const Message&)> late;                 ///< more latency for a message: reorders

    Contents* contents = nullptr;  ///< allocated; bytes are read at the sender when the message arrives

    Time now() const override { return now_; }
    void send(const Message& m) override
    {
        if (m.bytes < 1 || m.src == m.dst) throw std::logic_error("an impossible message");
        if (contents != nullptr) contents->depart(m);
        if (on_send) on_send(m);
        const Rate rate = m.nvlink ? nvlink : nic;
        const Time lasts = transmit_time(m.bytes, rate);
        Time& free = free_of(out_, m.src, m.nvlink);
        const Time begins = std::max(free, now_);
        free = begins + lasts;
        const Time latency = (m.nvlink ? nvlink_latency : nic_latency) + (late ? late(m) : Time{});
        Event reach{Kind::reach, m, transmit_time(m.received(), rate), latency};
        reach.sent = begins + lasts + latency;
        push(begins + latency, reach);
        ++sent;
    }
    void work(const Message& m) override
    {
        if (m.bytes < 1 || m.src != m.dst) throw std::logic_error("impossible work");
        if (contents != nullptr) work_on_bytes(*contents, m);
    }
    void at(Time when, uint64_t token) override
    {
        if (when < now_) throw std::logic_error("a timer in the past");
        Event timer;
        timer.message.context = token;
        push(when, timer);
    }
    /// Runs until nothing is left to do.
    void run(Workload& workload)
    {
        workload.start(*this);
        while (!next_.empty()) {
            const auto [when, order, slot] = next_.top();
            next_.pop();
            now_ = when;
            const Event event = events_[slot];
            unused_.push_back(slot);
            act(event, workload);
        }
    }

    uint64_t sent = 0;

private:
    enum class Kind { timer, reach, delivered, completed };
    struct Event {
        Kind kind = Kind::timer;
        Message message;      // of a timer, its token is the context
        Time lasts, latency;  // lasts: on the receiver's link
        Time sent;            // when its last byte is at that link at the earliest
        FlowStatus status = FlowStatus::ok;
    };
    using Next = std::tuple<Time, uint64_t, size_t>;  // when, in which order, slot

    /// Returns when a link of a rank is free.
    static Time& free_of(std::vector<Time>& links, uint32_t rank, bool nvlink)
    {
        const size_t at = 2 * size_t{rank} + (nvlink ? 1 : 0);
        if (at >= links.size()) links.resize(at + 1);
        return links[at];
    }

    void act(const Event& event, Workload& workload)
    {
        const Message& m = event.message;
        switch (event.kind) {
        case Kind::timer:
            return workload.on_timer(*this, m.context);
        case Kind::reach:
            return reach(event);
        case Kind::delivered:
            if (on_arrival) on_arrival(m);
            if (contents != nullptr) {
                copy_bytes(*contents, m);
                contents->arrive(m);
            }
            return workload.on_delivered(*this, m);
        case Kind::completed:
            return workload.on_completed(*this, m, event.status);
        }
    }

    /// The first byte has reached the receiver's link.
    void reach(Event event)
    {
        const Message& m = event.message;
        Time& free = free_of(in_, m.dst, m.nvlink);
        free = std::max(free, now_) + event.lasts;
        event.status = status ? status(m) : FlowStatus::ok;
        event.kind = Kind::delivered;
        const Time end = std::max(free, event.sent);
        if (event.status == FlowStatus::ok) push(end, event);
        event.kind = Kind::completed;
        push(end + event.latency, event);
    }
    void push(Time when, const Event& event)
    {
        size_t slot = events_.size();
        if (unused_.empty()) {
            events_.push_back(event);
        } else {
            slot = unused_.back();
            unused_.pop_back();
            events_[slot] = event;
        }
        next_.emplace(when, sequence_++, slot);
    }

    Time now_;
    uint64_t sequence_ = 0;
    std::vector<Time> out_, in_;  // when the links of a rank are free
    std::vector<Event> events_;
    std::vector<size_t> unused_;  // slots of events that are over
    std::priority_queue<Next, std::vector<Next>, std::greater<>> next_;
};

}  // namespace hpnsim
