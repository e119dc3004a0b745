// SPDX-License-Identifier: GPL-2.0-only
// Runs a program in a network in which every message is alone, and counts what each link would have to carry.
#include "collectives/bounds.hpp"
#include "hpnsim/program_workload.hpp"

#include <algorithm>
#include <queue>

namespace hpnsim
{

namespace
{

/// One direction of a rank's link.
struct Carried {
    double bytes = 0, messages = 0;
    Time first = Time::max(), nearest = Time::max();
    void add(Bytes more, Time now, Time latency)
    {
        bytes += static_cast<double>(more);
        messages += 1;
        first = std::min(first, now);
        nearest = std::min(nearest, latency);
    }
};

class IdealCarrier : public Carrier
{
public:
    IdealCarrier(const CollectiveLimits& limits, uint32_t endpoints)
        : limits_(limits), nic_out_(endpoints), nic_in_(endpoints), nvlink_out_(endpoints),
          nvlink_in_(endpoints)
    {
    }

    Time now() const override { return now_; }

    void send(const Message& m) override
    {
        const Time latency = m.nvlink ? limits_.nvlink_latency : limits_.latency(m.src, m.dst);
        const Time lasts = m.nvlink
                               ? over_nvlink(static_cast<double>(std::max(m.bytes, m.received())), limits_)
                               : limits_.delivery(m.src, m.dst, m.bytes);
        (m.nvlink ? nvlink_out_ : nic_out_)[m.src].add(m.bytes, now_, latency);
        (m.nvlink ? nvlink_in_ : nic_in_)[m.dst].add(m.received(), now_, latency);
        ++ideal.messages;
        (m.nvlink ? ideal.nvlink_bytes : ideal.network_bytes) += m.bytes;
        const Time there = sum(now_, lasts);
        push({there, 0, Event::Kind::delivered, m, 0});
        push({m.nvlink ? there : sum(there, latency), 0, Event::Kind::completed, m, 0});
    }

    void at(Time when, uint64_t token) override { push({when, 0, Event::Kind::timer, {}, token}); }

    void run(Workload& workload)
    {
        workload.start(*this);
        while (!events_.empty()) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.when;
            switch (event.kind) {
            case Event::Kind::delivered:
                workload.on_delivered(*this, event.message);
                break;
            case Event::Kind::completed:
                workload.on_completed(*this, event.message, FlowStatus::ok);
                break;
            case Event::Kind::timer:
                workload.on_timer(*this, event.token);
                break;
            }
        }
        for (uint32_t endpoint = 0; endpoint < nic_out_.size(); ++endpoint) add_links(endpoint);
    }

    ProgramIdeal ideal;

private:
    struct Event {
        Time when;
        uint64_t order;
        enum class Kind : uint8_t { delivered, completed, timer } kind;
        Message message;
        uint64_t token;
        bool operator<(const Event& other) const
        {
            return when != other.when ? when > other.when : order > other.order;
        }
    };

    void push(Event event)
    {
        event.order = order_++;
        events_.push(event);
    }

    void add_links(uint32_t endpoint)
    {
        for (const Carried* way : {&nic_out_[endpoint], &nic_in_[endpoint]})
            if (way->messages > 0)
                ideal.nic =
                    std::max(ideal.nic, sum(sum(way->first, way->nearest),
                                            seconds(limits_.sending_s(endpoint, way->bytes, way->messages))));
        for (const Carried* way : {&nvlink_out_[endpoint], &nvlink_in_[endpoint]})
            if (way->messages > 0)
                ideal.nvlink = std::max(ideal.nvlink, sum(sum(way->first, way->nearest),
                                                          seconds(way->bytes / limits_.nvlink_bytes_per_s)));
    }

    const CollectiveLimits& limits_;
    std::vector<Carried> nic_out_, nic_in_, nvlink_out_, nvlink_in_;
    std::priority_queue<Event> events_;
    uint64_t order_ = 0;
    Time now_;
};

}  // namespace

Time ProgramIdeal::total() const
{
    return std::max({chain, nic, nvlink, computing});
}

ProgramIdeal program_ideal(std::shared_ptr<const Program> program, const ProgramSetting& setting,
                           const CollectiveLimits& limits)
{
    const uint32_t ranks = program->ranks;
    const auto last = std::max_element(setting.endpoint_of.begin(), setting.endpoint_of.end());
    IdealCarrier carrier(limits, last == setting.endpoint_of.end() ? 0 : *last + 1);
    ProgramSetting at_once = setting;
    at_once.starts.clear();
    ProgramWorkload workload(std::move(program), std::move(at_once));
    carrier.run(workload);
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        const RankSummary summary = workload.summary(rank, carrier.now());
        carrier.ideal.computing = std::max(carrier.ideal.computing, summary.computing);
        carrier.ideal.chain =
            std::max(carrier.ideal.chain, summary.end == Time::max() ? carrier.now() : summary.end);
    }
    return carrier.ideal;
}

}  // namespace hpnsim
