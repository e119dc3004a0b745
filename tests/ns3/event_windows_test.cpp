// SPDX-License-Identifier: GPL-2.0-only
// Tests that EventKernel gives the same, window by window, as with events one by one: on nodes that schedule
// events at random for themselves and for each other, act on all others, and are looked at.
#include "model/hot-event.h"

#include "hpnsim/random_streams.hpp"

#include "ns3/make-event.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <memory>
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
    bool WindowIsSafe() const override { return safe; }
};

/// What happened, in the order that anybody could see: per node, and among all.
struct Log {
    std::vector<std::tuple<uint32_t, int64_t, uint64_t>> of_node[kNodes];
    std::vector<std::tuple<uint32_t, int64_t, uint64_t>> actions;
    std::vector<std::tuple<int64_t, uint64_t>> looks;
    int64_t end = 0;
    uint64_t events = 0, windows = 0;

    bool operator==(const Log& other) const
    {
        for (uint32_t i = 0; i < kNodes; ++i)
            if (of_node[i] != other.of_node[i]) return false;
        return actions == other.actions && looks == other.looks && end == other.end && events == other.events;
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
    World(bool by_node, uint64_t seed)
    {
        if (by_node) clock.Kernel()->RunByNode(map(), guard);
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
        made.nodes = kNodes;
        made.lookahead = kLookahead;
        return made;
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
        log.windows = clock.Kernel()->Windows();
        return log;
    }

    Clock clock;
    Guard guard;
    Log log;
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
    if (dice == 19 && !HotEvent<Node, &Node::act>::Defer(clock_, this)) act();
}

/// Everybody sees it, and the node goes on from it.
void Node::act()
{
    world_.log.actions.emplace_back(index_, clock_.Now().ps, world_.log.actions.size());
    state_ += world_.log.actions.size();
    arm(EventType::TIMER, Time{static_cast<int64_t>(next_below(state_, 100))}, *this);
}

TEST(EventWindows, GiveWhatEventsOneByOneGive)
{
    uint64_t windows = 0, actions = 0;
    for (uint64_t seed = 1; seed <= 30; ++seed) {
        const Log one_by_one = World(false, seed).run();
        const Log by_node = World(true, seed).run();
        EXPECT_TRUE(one_by_one == by_node) << seed;
        EXPECT_EQ(one_by_one.windows, 0U);
        windows += by_node.windows;
        actions += by_node.actions.size();
        EXPECT_EQ(by_node.looks.size(), 21U);
    }
    EXPECT_GT(windows, 150U);
    EXPECT_GT(actions, 300U);
}

TEST(EventWindows, AStrangerMayNotAct)
{
    Clock clock;
    Guard guard;
    clock.Kernel()->RunByNode(World::map(), guard);
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

/// A heap of the events of one node keeps its order through any number of insertions.
TEST(NodeQueue, NumbersAnewWhenItRunsOutOfNumbers)
{
    NodeQueue queue;
    int kept[3] = {};
    for (int& each : kept) queue.Push({uint64_t{1} << 40, EventOrder{7}, 3, &each});
    for (uint32_t i = 0; i < (1U << 24) + 10; ++i) {
        queue.Push({i, EventOrder{7}, 3, nullptr});
        queue.Pop();
    }
    queue.Push({uint64_t{1} << 40, EventOrder{7}, 3, nullptr});
    for (int& each : kept) EXPECT_EQ(queue.Pop().object, &each);
    EXPECT_EQ(queue.Pop().object, nullptr);
    EXPECT_TRUE(queue.Empty());
}

}  // namespace
}  // namespace hpnsim
