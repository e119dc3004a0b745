// SPDX-License-Identifier: GPL-2.0-only
// Tests that a collective does the same if hosts are run one after the other within windows, in any order and
// in several lanes, as if all events ran in the order of time; and what makes that possible: steps concern
// the rank alone that has received what they waited for.
#include "by_name.hpp"
#include "hpnsim/collective_groups.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace hpnsim
{
namespace
{

constexpr Time kLookahead = nanoseconds(500);

/// Carries every message in a time of its own, at least the lookahead between hosts.
class WindowCarrier : public Carrier
{
public:
    WindowCarrier(const CollectiveShape& shape, bool by_windows, uint64_t seed)
        : gpus_(shape.gpus), by_windows_(by_windows), stream_(stream_of(seed, StreamKind{9}, 1)),
          of_host_(shape.hosts)
    {
    }

    Time now() const override { return now_; }
    bool apart() const override { return apart_; }
    void send(const Message& m) override
    {
        sent[m.id] = now_;
        const Time takes{static_cast<int64_t>(mix64(m.id) % 1'500'000)};
        const Time arrives = now_ + takes + (m.nvlink ? Time{1} : kLookahead);
        push(m.dst, {arrives, m.id, Kind::delivered, m});
        push(m.src, {m.nvlink ? arrives : arrives + kLookahead, m.id, Kind::completed, m});
    }
    void at(Time when, uint64_t token) override { at_host(0, when, token); }
    void at_host(uint32_t endpoint, Time when, uint64_t token) override
    {
        Message timer;
        timer.context = token;
        push(endpoint, {when, token, Kind::timer, timer});
    }

    void run(CollectiveWorkload& workload)
    {
        workload.start(*this);
        while (first() < Time::max()) {
            if (by_windows_ && workload.must_send_more())
                run_window(workload, first() + kLookahead);
            else
                run_next(workload, first());
        }
    }

    std::map<uint64_t, Time> sent;  ///< by message
    int windows = 0;

private:
    enum class Kind { delivered, completed, timer };
    struct Event {
        Time at;
        uint64_t id;
        Kind kind;
        Message message;
        bool operator<(const Event& other) const
        {
            return std::tie(at, kind, id) < std::tie(other.at, other.kind, other.id);
        }
    };

    /// Another host's queue may be touched only for what comes after the window.
    void push(uint32_t endpoint, const Event& event)
    {
        const uint32_t host = endpoint / gpus_;
        EXPECT_TRUE(!apart_ || host == host_ || event.at >= end_);
        of_host_[host].insert(event);
    }
    Time first() const
    {
        Time first = Time::max();
        for (const auto& events : of_host_)
            if (!events.empty()) first = std::min(first, events.begin()->at);
        return first;
    }
    void run_next(CollectiveWorkload& workload, Time at)
    {
        for (auto& events : of_host_)
            if (!events.empty() && events.begin()->at == at) return act(workload, events);
    }
    void run_window(CollectiveWorkload& workload, Time end)
    {
        apart_ = true;
        end_ = end;
        ++windows;
        const auto from = static_cast<uint32_t>(next_below(stream_, of_host_.size()));
        for (uint32_t i = 0; i < of_host_.size(); ++i) {
            host_ = static_cast<uint32_t>((from + i) % of_host_.size());
            this_lane = host_ % 3;
            auto& events = of_host_[host_];
            while (!events.empty() && events.begin()->at < end) act(workload, events);
        }
        this_lane = 0;
        apart_ = false;
        workload.caught_up(*this);
    }
    void act(CollectiveWorkload& workload, std::multiset<Event>& events)
    {
        const Event event = *events.begin();
        events.erase(events.begin());
        now_ = event.at;
        if (event.kind == Kind::delivered) return workload.on_delivered(*this, event.message);
        if (event.kind == Kind::timer) return workload.on_timer(*this, event.message.context);
        workload.on_completed(*this, event.message, FlowStatus::ok);
    }

    uint32_t gpus_, host_ = 0;
    bool by_windows_, apart_ = false;
    uint64_t stream_;
    Time now_, end_;
    std::vector<std::multiset<Event>> of_host_;
};

struct Done {
    std::map<uint64_t, Time> sent;
    std::vector<Time> ends;
    int windows = 0;
};

Done done_by(const std::shared_ptr<const Collective>& collective, CollectiveShape shape,
             const StepCosts& costs, bool by_windows, uint64_t seed)
{
    CollectiveWorkload workload({collective}, places_of(shape), 2, nanoseconds(700), 1, costs);
    WindowCarrier carrier(shape, by_windows, seed);
    carrier.run(workload);
    EXPECT_TRUE(workload.done());
    EXPECT_EQ(workload.progress(), 1);
    Done done{carrier.sent, {}, carrier.windows};
    for (uint64_t iteration = 0; iteration < 2; ++iteration) {
        done.ends.push_back(workload.periods().at(iteration).end);
        for (const Time end : workload.group_ends(iteration)) done.ends.push_back(end);
    }
    return done;
}

}  // namespace

TEST(ActsApart, AnyOrderOfHostsGivesTheSame)
{
    uint64_t stream = stream_of(11, StreamKind{2}, 4);
    int windows = 0;
    for (const CollectiveOps* ops : all_collectives()) {
        if (*ops->info.file != '\0') continue;  // it needs one
        for (uint64_t i = 0; i < 12; ++i) {
            const auto gpus = static_cast<uint32_t>(1 + next_below(stream, 4));
            const auto hosts = static_cast<uint32_t>(2 + next_below(stream, 4));
            CollectiveCall call{{gpus * hosts, gpus, hosts}};
            call.size = 1 + static_cast<Bytes>(next_below(stream, i % 2 == 0 ? 100 : 50'000));
            StepCosts costs;
            if (i % 3 == 0) costs.latency = nanoseconds(static_cast<int64_t>(1 + next_below(stream, 900)));
            const std::shared_ptr<const Collective> collective = make_collective(*ops, call);
            const Done in_order = done_by(collective, call.shape, costs, false, i);
            const Done apart = done_by(collective, call.shape, costs, true, i);
            ASSERT_EQ(apart.sent, in_order.sent) << ops->info.name << ", " << hosts << " x " << gpus;
            ASSERT_EQ(apart.ends, in_order.ends) << ops->info.name << ", " << hosts << " x " << gpus;
            EXPECT_EQ(in_order.windows, 0);
            windows += apart.windows;
        }
    }
    EXPECT_GT(windows, 2000);
}

/// Groups end while others go on: within windows, whose hosts are not told in the order of time.
TEST(ActsApart, GroupsEndAtTheSameTimes)
{
    std::set<Time> ends;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const CollectiveShape shape{24, 4, 6};
        CollectiveCall call{{6, 1, 6}};
        call.size = 40'000;
        const CollectiveOps& ring = find_collective("algorithm", kAllReduce, "ring");
        const std::shared_ptr<const Collective> rails =
            in_groups(make_collective(ring, call), RankGroups{4, 6, 4});
        const Done in_order = done_by(rails, shape, {}, false, seed);
        const Done apart = done_by(rails, shape, {}, true, seed);
        ASSERT_EQ(apart.ends, in_order.ends) << seed;
        ASSERT_EQ(apart.sent, in_order.sent) << seed;
        EXPECT_GT(apart.windows, 5);
        ends.insert(apart.ends.begin(), apart.ends.end());
    }
    EXPECT_GT(ends.size(), 5U);
}

/// A sender's last step is the latest, in whatever order its receivers are told.
TEST(ActsApart, TheLastStepIsTheLatest)
{
    RunningCollective running(make_alltoall({3, 1, 3}, 3000, 2), 3, {});
    RunningCollective::Out out;
    for (uint32_t rank = 0; rank < 3; ++rank) running.begin(rank, Time{}, out);
    EXPECT_EQ(out.sends.size(), 6U);
    for (const RunningCollective::Send& send : out.sends) {
        RunningCollective::Out of_receiver;
        const Transfer& t = send.transfer;
        running.delivered(send.code, Time{t.src > 0 ? 10 : t.dst == 1 ? 30 : 20}, of_receiver);
        running.settle(of_receiver);
    }
    EXPECT_EQ(running.open(), 0U);
    EXPECT_EQ(running.last_step(0), Time{30});
    EXPECT_EQ(running.last_step(1), Time{30});
    EXPECT_EQ(running.last_step(2), Time{20});
}

TEST(ActsApart, StepsConcernWhoeverHasReceived)
{
    uint64_t stream = stream_of(12, StreamKind{2}, 4);
    int gates = 0;
    for (const CollectiveOps* ops : all_collectives()) {
        if (*ops->info.file != '\0') continue;
        for (int i = 0; i < 10; ++i) {
            const auto gpus = static_cast<uint32_t>(1 + next_below(stream, 4));
            const auto hosts = static_cast<uint32_t>(2 + next_below(stream, 4));
            CollectiveCall call{{gpus * hosts, gpus, hosts}};
            call.size = 1 + static_cast<Bytes>(next_below(stream, 50'000));
            const std::unique_ptr<Collective> collective = make_collective(*ops, call);
            std::set<uint64_t> known;
            Collective::Codes next;
            const auto look = [&](uint32_t rank, const Collective::Codes& codes) {
                for (const uint64_t code : codes) {
                    ASSERT_EQ(collective->transfer(code).src, rank) << ops->info.name << ", code " << code;
                    if (known.insert(code).second) next.push_back(code);
                    const uint64_t gate = collective->gate(code);
                    if (gate == Collective::kNoGate) continue;
                    ++gates;
                    ASSERT_TRUE(collective->is_gate(gate)) << ops->info.name;
                    ASSERT_EQ(collective->transfer(gate).src, rank) << ops->info.name;
                }
            };
            Collective::Codes codes;
            for (uint32_t rank = 0; rank < call.shape.ranks; ++rank) {
                codes.clear();
                collective->begin(rank, codes);
                look(rank, codes);
            }
            while (!next.empty()) {
                const uint64_t code = next.back();
                next.pop_back();
                codes.clear();
                collective->enables(code, codes);
                look(collective->transfer(code).dst, codes);
            }
        }
    }
    EXPECT_GT(gates, 100);
}

}  // namespace hpnsim
