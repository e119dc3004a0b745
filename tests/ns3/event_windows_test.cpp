// SPDX-License-Identifier: GPL-2.0-only
// Tests that EventKernel gives the same, window by window and in any number of lanes, as with events one by
// one: on nodes that schedule events at random for themselves and for each other, act on all others, and
// are looked at.
#include "model/event-lanes.h"
#include "model/hot-event.h"

#include "hpnsim/random_streams.hpp"

#include "ns3/make-event.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace hpnsim
{
namespace
{

constexpr uint32_t kNodes = 9;
constexpr int64_t kLookahead = 1000;

struct Guard : WindowGuard {
    bool safe = true;
    std::function<void()> over;
    bool WindowIsSafe() const override { return safe; }
    void WindowOver() override
    {
        if (over) over();
    }
};

/// What happened, in the order that anybody could see: per node, and among all.
struct Log {
    std::vector<std::tuple<uint32_t, int64_t, uint64_t>> of_node[kNodes];
    std::vector<std::tuple<uint32_t, int64_t, uint64_t>> actions;
    std::vector<std::tuple<int64_t, uint32_t, uint64_t>> told;  ///< what nodes did without waiting for others
    std::vector<std::tuple<int64_t, uint64_t>> looks;
    int64_t end = 0;
    uint64_t events = 0, windows = 0;

    bool operator==(const Log& other) const
    {
        for (uint32_t i = 0; i < kNodes; ++i)
            if (of_node[i] != other.of_node[i]) return false;
        return actions == other.actions && told == other.told && looks == other.looks && end == other.end &&
               events == other.events;
    }
};

class World;

/// A node with a port to each other, as cables have two ends. What it draws depends on all that has happened
/// to it so far.
class Node
{
public:
    Node(World& world, const Clock& clock, uint32_t index)
        : world_(world), clock_(clock), index_(index), state_(index + 1)
    {
    }
    void run();
    void act();
    void note();
    void act_apart();
    void arm(EventType type, Time delay, Node& at)
    {
        const EventOrder order = CanonicalOrder(at.index_ * kNodes + index_, type);
        HotEvent<Node, &Node::run>::Arm(clock_, order, delay, &at);
    }
    uint64_t done() const { return done_; }

private:
    World& world_;
    const Clock& clock_;
    uint32_t index_;
    uint64_t state_, done_ = 0;
};

class World
{
public:
    /// `lanes` 0: events run one by one. `hosts`: the first so many nodes make each other act, and the others
    /// nobody; to the engine they are one.
    World(uint32_t lanes, uint64_t seed, uint32_t hosts = 0) : hosts(hosts)
    {
        guard.over = [this] { tell(); };
        const NodeMap nodes_of = hosts > 0 ? map_of_one(hosts) : map();
        if (lanes > 0) clock.Kernel()->RunByNode(nodes_of, guard, EventKernel::Windows::ALWAYS, lanes);
        for (uint32_t i = 0; i < kNodes; ++i) nodes.push_back(std::make_unique<Node>(*this, clock, i));
        uint64_t stream = stream_of(seed, StreamKind{0}, 0);
        for (auto& node : nodes)
            for (int k = 0; k < 3; ++k)
                node->arm(EventType::TIMER, Time{static_cast<int64_t>(next_below(stream, 50))}, *node);
        for (int64_t at = 700; at < 40'000; at += 1900)
            clock.Schedule(EventOrder::WORKLOAD, Time{at}, ns3::MakeEvent(&World::look, this));
    }
    ~World() { ns3::Simulator::Destroy(); }

    static NodeMap map()
    {
        NodeMap made;
        for (uint32_t i = 0; i < kNodes * kNodes; ++i) made.nodeOfPort.push_back(i / kNodes);
        made.tierOfNode = {0, 0, 0, 0, 0, 1, 1, 2, 2};
        made.lookahead = kLookahead;
        return made;
    }
    static NodeMap map_of_one(uint32_t hosts)
    {
        NodeMap made = map();
        for (uint32_t& node : made.nodeOfPort) node = node < hosts ? 0 : node - hosts + 1;
        made.tierOfNode.erase(made.tierOfNode.begin() + 1, made.tierOfNode.begin() + hosts);
        made.soleActor = 0;
        return made;
    }
    /// Writes down in order what lanes have kept.
    void tell()
    {
        const size_t before = log.told.size();
        kept.for_each([this](auto& lane) {
            log.told.insert(log.told.end(), lane.begin(), lane.end());
            lane.clear();
        });
        std::sort(log.told.begin() + static_cast<std::ptrdiff_t>(before), log.told.end());
    }
    /// Counts all that has been done before this moment.
    void look()
    {
        uint64_t sum = 0;
        for (const auto& node : nodes) sum += node->done();
        log.looks.emplace_back(clock.Now().ps, sum);
        guard.safe = sum % 5 != 0;
    }
    Log run()
    {
        ns3::Simulator::Stop(ns3::TimeStep(50'000));
        ns3::Simulator::Run();
        log.end = clock.Now().ps;
        log.events = ns3::Simulator::GetEventCount();
        log.windows = clock.Kernel()->WindowCount();
        return log;
    }

    const uint32_t hosts;
    Clock clock;
    Guard guard;
    Log log;
    PerLane<std::vector<std::tuple<int64_t, uint32_t, uint64_t>>> kept;
    std::vector<std::unique_ptr<Node>> nodes;
};

void Node::run()
{
    ++done_;
    world_.log.of_node[index_].emplace_back(index_, clock_.Now().ps, state_);
    const uint64_t dice = next_below(state_, 20);
    if (dice < 9) arm(EventType::TX_DONE, Time{static_cast<int64_t>(next_below(state_, 300))}, *this);
    if (dice >= 4 && dice < 12) {
        Node& other = *world_.nodes[next_below(state_, kNodes)];
        arm(EventType::ARRIVAL, Time{kLookahead + static_cast<int64_t>(next_below(state_, 3) * 500)}, other);
    }
    if (world_.hosts > 0 && index_ >= world_.hosts) return;
    if (dice == 17) act_apart();
    if (dice == 18) {
        if (!HotEvent<Node, &Node::note>::Defer(clock_, this)) note();
        if (!HotEvent<Node, &Node::act>::Defer(clock_, this)) act();
    }
    if (dice == 19 && !HotEvent<Node, &Node::act>::Defer(clock_, this)) act();
}

/// The node goes on from it at once, and everybody sees it later.
void Node::act_apart()
{
    state_ += 7;
    arm(EventType::TIMER, Time{static_cast<int64_t>(next_below(state_, 100))}, *this);
    world_.kept.mine().emplace_back(clock_.Now().ps, static_cast<uint32_t>(t_cursor.context), state_);
    if (!clock_.Kernel()->InWindow()) world_.tell();
}

/// Everybody sees it, before the same node acts.
void Node::note()
{
    world_.log.actions.emplace_back(index_, clock_.Now().ps, world_.log.actions.size());
}

/// Everybody sees it, and the node goes on from it.
void Node::act()
{
    world_.log.actions.emplace_back(index_, clock_.Now().ps, world_.log.actions.size());
    state_ += world_.log.actions.size();
    Node& other = world_.hosts > 0 ? *world_.nodes[next_below(state_, world_.hosts)] : *this;
    arm(EventType::TIMER, Time{static_cast<int64_t>(next_below(state_, 100))}, other);
}

TEST(EventWindows, GiveWhatEventsOneByOneGive)
{
    uint64_t windows = 0, actions = 0, told = 0;
    for (uint64_t seed = 1; seed <= 30; ++seed) {
        const Log one_by_one = World(0, seed).run();
        const Log by_node = World(1, seed).run();
        EXPECT_TRUE(one_by_one == by_node) << seed;
        for (const uint32_t lanes : {2, 3, 5, 12})
            EXPECT_TRUE(one_by_one == World(lanes, seed).run()) << seed << ", lanes: " << lanes;
        EXPECT_EQ(one_by_one.windows, 0U);
        windows += by_node.windows;
        told += by_node.told.size();
        actions += by_node.actions.size();
        EXPECT_EQ(by_node.looks.size(), 21U);
    }
    EXPECT_GT(windows, 150U);
    EXPECT_GT(actions, 300U);
    EXPECT_GT(told, 150U);
}

/// What makes others act at once, without any delay, is one node, which waits for nobody.
TEST(EventWindows, NodesThatActOnEachOtherMayBeOne)
{
    uint64_t windows = 0, actions = 0;
    for (uint64_t seed = 1; seed <= 30; ++seed) {
        const Log one_by_one = World(0, seed, 5).run();
        for (const uint32_t lanes : {1, 2, 3, 5}) {
            const Log by_node = World(lanes, seed, 5).run();
            EXPECT_TRUE(one_by_one == by_node) << seed << ", lanes: " << lanes;
            windows += by_node.windows;
        }
        actions += one_by_one.actions.size();
    }
    EXPECT_GT(windows, 600U);
    EXPECT_GT(actions, 150U);
}

TEST(EventWindows, AStrangerMayNotAct)
{
    Clock clock;
    Guard guard;
    clock.Kernel()->RunByNode(World::map(), guard, EventKernel::Windows::ALWAYS);
    clock.CheckActor(CanonicalOrder(2 * kNodes + 1, EventType::TIMER));  // nobody acts
    struct Actor {
        const Clock& clock;
        void run() { clock.CheckActor(CanonicalOrder(2 * kNodes + 1, EventType::TIMER)); }
    } actor{clock};
    HotEvent<Actor, &Actor::run>::Arm(clock, CanonicalOrder(2 * kNodes, EventType::TIMER), Time{10}, &actor);
    EXPECT_NO_THROW(ns3::Simulator::Run());
    HotEvent<Actor, &Actor::run>::Arm(clock, CanonicalOrder(3 * kNodes, EventType::TIMER), Time{10}, &actor);
    EXPECT_THROW(ns3::Simulator::Run(), std::logic_error);
    ns3::Simulator::Destroy();
}

/// What belongs to no node must not come up in a window, where some nodes are ahead already: a node's own
/// order does.
TEST(EventWindows, NobodyElseActsWithinOne)
{
    struct Late {
        const Clock& clock;
        EventOrder order;
        Time delay;
        int64_t ran = 0;
        void run() { clock.Schedule(order, delay, ns3::MakeEvent(&Late::note, this)); }
        void note() { ran = clock.Now().ps; }
    };
    const auto run = [](EventOrder order, Time delay) {
        Clock clock;
        Guard guard;
        clock.Kernel()->RunByNode(World::map(), guard, EventKernel::Windows::ALWAYS);
        Late late{clock, order, delay};
        Late first{clock, NodeOrder(0), Time{1}};  // by itself: windows begin after it
        HotEvent<Late, &Late::run>::Arm(clock, CanonicalOrder(0, EventType::TIMER), Time{}, &first);
        HotEvent<Late, &Late::run>::Arm(clock, CanonicalOrder(2 * kNodes, EventType::TIMER), Time{10}, &late);
        std::string thrown;
        try {
            ns3::Simulator::Run();
        } catch (const std::logic_error& error) {
            thrown = error.what();
        }
        ns3::Simulator::Destroy();
        return std::make_pair(late.ran, thrown);
    };
    using Ran = std::pair<int64_t, std::string>;
    EXPECT_EQ(run(EventOrder::WORKLOAD, Time{kLookahead - 10}),
              Ran(0, "a node has scheduled an event that belongs to none for 1000 ps, and others have gone "
                     "beyond that"));
    EXPECT_EQ(run(EventOrder::WORKLOAD, Time{kLookahead}), Ran(10 + kLookahead, ""));
    EXPECT_EQ(run(NodeOrder(2), Time{5}), Ran(15, ""));
}

/// Node 7 and node 2 throw in the same window, node 2 first.
TEST(EventWindows, WhatALaneThrowsFirstIsThrown)
{
    struct Bomb {
        const char* name;
        void run() { throw std::runtime_error(name); }
    } early{"early"}, late{"late"};
    for (const uint32_t lanes : {1, 3}) {
        Clock clock;
        Guard guard;
        clock.Kernel()->RunByNode(World::map(), guard, EventKernel::Windows::ALWAYS, lanes);
        HotEvent<Bomb, &Bomb::run>::Arm(clock, CanonicalOrder(7 * kNodes, EventType::TIMER), Time{20}, &late);
        HotEvent<Bomb, &Bomb::run>::Arm(clock, CanonicalOrder(2 * kNodes, EventType::TIMER), Time{10},
                                        &early);
        std::string thrown;
        try {
            ns3::Simulator::Run();
        } catch (const std::runtime_error& error) {
            thrown = error.what();
        }
        EXPECT_EQ(thrown, "early") << lanes;
        ns3::Simulator::Destroy();
    }
}

TEST(EventLanes, HaveEqualWorkOfNeighbours)
{
    EventLanes lanes(2, {0, 0, 0, 0, 0, 0, 1, 1});
    EXPECT_EQ(lanes.Lane(0).nodes, (std::vector<uint32_t>{0, 1, 2, 6}));
    EXPECT_EQ(lanes.Lane(1).nodes, (std::vector<uint32_t>{3, 4, 5, 7}));
    for (uint32_t node = 0; node < 6; ++node) lanes.Worked(node, 100);
    lanes.Worked(6, 599);
    lanes.Worked(7, 1);
    EXPECT_TRUE(lanes.Balance());
    uint32_t with_the_busy_one = 0;
    for (uint32_t node = 0; node < 6; ++node)
        with_the_busy_one += lanes.LaneOf(node) == lanes.LaneOf(6) ? 1 : 0;
    EXPECT_EQ(with_the_busy_one, 0U);
    for (uint32_t node = 0; node < 6; ++node) lanes.Worked(node, 100);
    lanes.Worked(6, 601);
    EXPECT_FALSE(lanes.Balance());
}

PendingEvent event_of(uint64_t ts, uint32_t order, uintptr_t object)
{
    return {ts, EventOrder{order}, 5, reinterpret_cast<void*>(object)};
}

/// Against a sorted set: slots, other events of the same and of other orders, what other nodes post,
/// bounds in the middle, and times that do not fit into the tree. Some queues have no slots, but an EventQueue.
TEST(NodeQueue, AgreesWithASortedSet)
{
    for (uint64_t seed = 1; seed <= 40; ++seed) {
        uint64_t stream = stream_of(seed, StreamKind{0}, 0), now = seed % 4 == 0 ? ~uint64_t{0} >> 5 : 0;
        const bool many = seed % 5 == 0;
        const auto slots = many ? 0 : static_cast<uint32_t>(next_below(stream, 40));
        const int spread = 1 + static_cast<int>(next_below(stream, 30));
        uint64_t published = NodeQueue::kNever;
        NodeQueue queue = many ? NodeQueue(published) : NodeQueue(slots, published);
        queue.Use(true);
        for (uint32_t slot = 0; slot < slots; ++slot)
            queue.Bind(slot, EventOrder{slot}, 5, reinterpret_cast<void*>(uintptr_t{slot}));
        std::vector<bool> armed(slots);
        std::set<std::tuple<uint64_t, uint32_t, uint64_t, uintptr_t>> want;  // also by insertion
        uintptr_t number = 1000;
        for (int i = 0; i < 10'000; ++i) {
            if (next_below(stream, 2) == 0) {
                const uint64_t ts = now + next_below(stream, uint64_t{1} << next_below(stream, spread));
                const auto order = static_cast<uint32_t>(next_below(stream, slots + 5));
                const bool post = next_below(stream, 4) == 0;
                const bool slot = order < slots && !armed[order];
                const uintptr_t object = slot ? order : number;
                if (slot) {
                    EXPECT_TRUE(queue.IsOf(order, event_of(ts, order, object)));
                    armed[order] = true;
                    post ? queue.PostArm(order, ts) : queue.Arm(order, ts);
                } else {
                    const PendingEvent event = event_of(ts, order, object);
                    post ? queue.Post(event) : queue.Push(event);
                }
                // Whoever posts does so while the node does not run: nothing is pushed before it is taken in.
                if (post) queue.NextTs();
                ASSERT_LE(published, ts);
                want.emplace(ts, order, number++, object);
                continue;
            }
            const uint64_t bound = now + next_below(stream, uint64_t{1} << spread);
            const auto order = static_cast<uint32_t>(next_below(stream, slots + 5));
            PendingEvent event{};
            const bool due =
                !want.empty() && std::make_pair(std::get<0>(*want.begin()), std::get<1>(*want.begin())) <
                                     std::make_pair(bound, order);
            ASSERT_EQ(queue.PopBefore(bound, EventOrder{order}, event), due);
            ASSERT_EQ(queue.Size() + (due ? 1 : 0), want.size());
            if (!due) continue;
            ASSERT_EQ(event.ts, std::get<0>(*want.begin()));
            ASSERT_EQ(static_cast<uint32_t>(event.order), std::get<1>(*want.begin()));
            ASSERT_EQ(reinterpret_cast<uintptr_t>(event.object), std::get<3>(*want.begin()));
            ASSERT_EQ(event.handler, 5U);
            if (std::get<3>(*want.begin()) < slots) armed[std::get<3>(*want.begin())] = false;
            now = event.ts;
            want.erase(want.begin());
            if (next_below(stream, 2) == 0) continue;
            queue.Publish();
            ASSERT_EQ(published, want.empty() ? NodeQueue::kNever : std::get<0>(*want.begin()));
            if (want.empty()) continue;
            ASSERT_EQ(static_cast<uint32_t>(queue.NextOrder()), std::get<1>(*want.begin()));
        }
    }
}

}  // namespace
}  // namespace hpnsim
