// SPDX-License-Identifier: GPL-2.0-only
// FakeCarrier is a network of one link per endpoint, medium and direction, at a fixed rate and latency:
// enough to carry messages in an order that depends on their sizes and on what else goes to their receiver.
#pragma once

#include "hpnsim/contents.hpp"
#include "hpnsim/workload.hpp"

#include <functional>
#include <map>
#include <stdexcept>
#include <utility>

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
        const Time lasts = transmit_time(m.bytes, m.nvlink ? nvlink : nic);
        const Time begins = std::max(out_[{m.src, m.nvlink}], now_);
        out_[{m.src, m.nvlink}] = begins + lasts;
        const Time latency = (m.nvlink ? nvlink_latency : nic_latency) + (late ? late(m) : Time{});
        push(begins + latency, [this, m, lasts, latency](Workload&) { reach(m, lasts, latency); });
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
        push(when, [this, token](Workload& w) { w.on_timer(*this, token); });
    }
    /// Runs until nothing is left to do.
    void run(Workload& workload)
    {
        workload.start(*this);
        while (!events_.empty()) {
            const auto first = events_.begin();
            now_ = Time{first->first.first};
            const auto act = std::move(first->second);
            events_.erase(first);
            act(workload);
        }
    }

    uint64_t sent = 0;

private:
    /// The first byte has reached the receiver's link.
    void reach(const Message& m, Time lasts, Time latency)
    {
        Time& free = in_[{m.dst, m.nvlink}];
        free = std::max(free, now_) + lasts;
        const FlowStatus result = status ? status(m) : FlowStatus::ok;
        if (result == FlowStatus::ok)
            push(free, [this, m](Workload& w) {
                if (on_arrival) on_arrival(m);
                if (contents != nullptr) {
                    copy_bytes(*contents, m);
                    contents->arrive(m);
                }
                w.on_delivered(*this, m);
            });
        push(free + latency, [this, m, result](Workload& w) { w.on_completed(*this, m, result); });
    }
    void push(Time when, std::function<void(Workload&)> act)
    {
        events_.emplace(std::make_pair(when.ps, sequence_++), std::move(act));
    }

    Time now_;
    uint64_t sequence_ = 0;
    std::map<std::pair<uint32_t, bool>, Time> out_, in_;  // when the links of a rank are free
    std::map<std::pair<int64_t, uint64_t>, std::function<void(Workload&)>> events_;
};

}  // namespace hpnsim
