// SPDX-License-Identifier: GPL-2.0-only
// Tests the rounds of rotation alone, at the switches of a fat tree: who shares a round, and what it covers.
#include "balancing/destination_rotation.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace hpnsim;

namespace
{

constexpr uint32_t kData = 0, kControl = 1;

/// k = 8: 128 hosts, 32 edge switches of 4 hosts, 8 pods of 16. Edge 0 leads up by ports 4 to 7; switch 32 is
/// an Agg of pod 0 and leads up by the same ports.
struct Tree {
    FabricPlan plan = make_fabric("fat-tree:k=8", 0);
    FabricIndex index{plan};
    std::shared_ptr<const DestinationGroups> groups = std::make_shared<DestinationGroups>(plan, index);

    DestinationRotation at(uint32_t sw, uint64_t stream = 1) const
    {
        return DestinationRotation(groups, plan, index, sw, stream);
    }
    std::vector<uint16_t> round(DestinationRotation& rotation, uint32_t sw, uint32_t dst,
                                uint32_t size = kData) const
    {
        std::vector<uint16_t> ports;
        for (int i = 0; i < 4; ++i) ports.push_back(rotation.Choose(dst, size, plan.router->next(sw, dst)));
        return ports;
    }
};

}  // namespace

TEST(DestinationRotation, ARoundHasEveryPortOnceAndRepeats)
{
    const Tree tree;
    DestinationRotation rotation = tree.at(0);
    const std::vector<uint16_t> first = tree.round(rotation, 0, 100);
    EXPECT_EQ(std::set<uint16_t>(first.begin(), first.end()), (std::set<uint16_t>{4, 5, 6, 7}));
    EXPECT_EQ(tree.round(rotation, 0, 100), first);
}

/// Hosts 100 and 101 are behind one edge switch, 104 behind another; at an Agg 104 is in their pod.
TEST(DestinationRotation, AToRTurnsForEachToRAndAnAggForEachPod)
{
    const Tree tree;
    const auto shared = [&](uint32_t sw, uint32_t other, uint32_t size) {
        DestinationRotation alone = tree.at(sw), mixed = tree.at(sw);
        const std::vector<uint16_t> expected = tree.round(alone, sw, 100);
        std::vector<uint16_t> ports;
        for (int i = 0; i < 4; ++i) {
            ports.push_back(mixed.Choose(100, kData, tree.plan.router->next(sw, 100)));
            mixed.Choose(other, size, tree.plan.router->next(sw, other));
        }
        return ports != expected;
    };
    EXPECT_TRUE(shared(0, 101, kData));
    EXPECT_FALSE(shared(0, 104, kData));
    EXPECT_TRUE(shared(32, 104, kData));
    EXPECT_FALSE(shared(32, 16, kData)) << "another pod";
    EXPECT_FALSE(shared(0, 101, kControl)) << "small packets do not move the places of large ones";
}

TEST(DestinationRotation, OrdersAreRandomAndTheStreamDecides)
{
    const Tree tree;
    DestinationRotation one = tree.at(0), same = tree.at(0), other = tree.at(0, 2);
    std::set<std::vector<uint16_t>> orders;
    int differ = 0;
    for (uint32_t dst = 4; dst < 128; dst += 4) {
        const std::vector<uint16_t> order = tree.round(one, 0, dst);
        EXPECT_EQ(tree.round(same, 0, dst), order);
        differ += tree.round(other, 0, dst) != order ? 1 : 0;
        orders.insert(order);
    }
    EXPECT_GT(differ, 20) << "of 31, each the same with probability 1/24";
    EXPECT_GT(orders.size(), 10U) << "of 24";
}

/// A live router lists what is left; the round goes on without the dead port, and takes it again.
TEST(DestinationRotation, DeadPortsAreSkipped)
{
    const Tree tree;
    DestinationRotation rotation = tree.at(0);
    const std::vector<uint16_t> whole = tree.round(rotation, 0, 100);
    const uint16_t left[] = {4, 6, 7};
    const NextHops hops{0, 3, left};
    std::multiset<uint16_t> taken;
    for (int i = 0; i < 6; ++i) taken.insert(rotation.Choose(100, kData, hops));
    EXPECT_EQ(taken, (std::multiset<uint16_t>{4, 4, 6, 6, 7, 7}));
    const std::vector<uint16_t> again = tree.round(rotation, 0, 100);
    EXPECT_EQ(std::set<uint16_t>(again.begin(), again.end()), std::set<uint16_t>(whole.begin(), whole.end()));
    const uint16_t strange[] = {0, 1};
    EXPECT_EQ(rotation.Choose(100, kData, {0, 2, strange}), DestinationRotation::kNone);
}

/// From an Agg of a single plane, a host has two ToRs: the choice on the way down turns too.
TEST(DestinationRotation, TheWayDownTurnsWhereThereIsAChoice)
{
    const FabricPlan plan = make_fabric("hpn-single-plane:segments=2,hosts=3,gpus=1,aggs=2", 0);
    const FabricIndex index(plan);
    const auto groups = std::make_shared<DestinationGroups>(plan, index);
    uint32_t agg = 0;
    while (groups->level(agg) != 2) ++agg;
    DestinationRotation rotation(groups, plan, index, agg, 1);
    for (uint32_t dst = 0; dst < plan.endpoints; ++dst) {
        const NextHops hops = plan.router->next(agg, dst);
        ASSERT_EQ(hops.count, 2U);
        const uint16_t first = rotation.Choose(dst, kData, hops), second = rotation.Choose(dst, kData, hops);
        EXPECT_NE(first, second);
        EXPECT_TRUE(hops.has(first) && hops.has(second));
    }
}

TEST(DestinationRotation, HeadersAreSmall)
{
    Packet packet;
    packet.kind = PacketKind::data;
    packet.trimmed = false;
    EXPECT_EQ(DestinationRotation::ClassOf(packet), kData);
    packet.trimmed = true;
    EXPECT_EQ(DestinationRotation::ClassOf(packet), kControl);
    packet.trimmed = false;
    packet.kind = PacketKind::ack;
    EXPECT_EQ(DestinationRotation::ClassOf(packet), kControl);
}
