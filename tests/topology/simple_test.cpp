// SPDX-License-Identifier: GPL-2.0-only
// Tests star, dumbbell and leaf-spine: counts, and every path of every pair.
#include "hpnsim/fabric.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

/// Checks all pairs: there are `near` paths of 2 links inside a group of hosts, and `far` of `links` between
/// groups.
void check_pairs(const std::string& text, uint32_t group, uint64_t far, uint32_t links)
{
    const FabricPlan plan = make_fabric(text, 0);
    const FabricIndex index(plan);
    Walk walk{plan, index};
    for (uint32_t src = 0; src < plan.endpoints; ++src)
        for (uint32_t dst = 0; dst < plan.endpoints; ++dst) {
            if (src == dst) continue;
            const bool near = src / group == dst / group;
            ASSERT_EQ(walk.count(src, dst, 0), near ? 1 : far) << text << " " << src << " to " << dst;
            ASSERT_EQ(walk.length, near ? 2 : links);
            ASSERT_EQ(walk.why, "");
        }
}

}  // namespace

TEST(Simple, EveryWayOfEveryPair)
{
    check_pairs("star:hosts=9", 9, 0, 0);
    check_pairs("dumbbell:left=3,right=3", 3, 1, 3);
    check_pairs("leaf-spine:leaves=3,hosts=4,spines=5", 4, 5, 4);
}

/// Al-Fares et al., section 2.2: k = 48 has 27,648 hosts; (k/2)^2 ways between pods; every switch has k
/// ports.
TEST(FatTree, CountsAndEveryWayOfEveryPair)
{
    const FabricPlan large = make_fabric("fat-tree:k=48", 0);
    EXPECT_EQ(large.endpoints, 27'648U);
    EXPECT_EQ(large.switches.size(), 5U * 24 * 24);
    EXPECT_EQ(large.links.size(), 3U * 27'648);
    for (const uint32_t k : {2U, 4U, 6U}) {
        const FabricPlan plan = make_fabric("fat-tree:k=" + std::to_string(k), 0);
        const FabricIndex index(plan);
        const uint32_t half = k / 2;
        Walk walk{plan, index};
        for (uint32_t src = 0; src < plan.endpoints; ++src)
            for (uint32_t dst = 0; dst < plan.endpoints; ++dst) {
                if (src == dst) continue;
                const bool edge = src / half == dst / half, pod = src / (half * half) == dst / (half * half);
                ASSERT_EQ(walk.count(src, dst, 0), edge  ? 1
                                                   : pod ? half
                                                         : half * half)
                    << src << " to " << dst;
                ASSERT_EQ(walk.length, edge ? 2U : pod ? 4U : 6U);
                ASSERT_EQ(walk.why, "");
            }
        for (uint32_t node = plan.endpoints; node < plan.endpoints + plan.switches.size(); ++node) {
            ASSERT_EQ(index.ports(node), k);
            for (uint16_t port = 0; port < k; ++port) ASSERT_TRUE(index.end(node, port).wired);
        }
    }
}

TEST(Simple, StarIsSizedByTheScenario)
{
    EXPECT_EQ(make_fabric("star", 33).endpoints, 33U);
    EXPECT_EQ(make_fabric("star", 0).endpoints, 2U);
    EXPECT_EQ(make_fabric("star:hosts=5", 33).endpoints, 5U);
    EXPECT_EQ(make_fabric("star", 4096).endpoints, 4096U);
    EXPECT_NE(error_of([] { make_fabric("star", 4097); }).find("at most 4096"), std::string::npos);
}

TEST(Simple, UnequalDumbbell)
{
    const FabricPlan plan = make_fabric("dumbbell:left=3,right=1,gbps=100,bottleneck-gbps=25", 0);
    const FabricIndex index(plan);
    ASSERT_EQ(plan.endpoints, 4U);
    const std::vector<HopPlan> path = index.path(3, 2, 0);
    ASSERT_EQ(path.size(), 3U);
    EXPECT_EQ(path[0].rate, gbps(100));
    EXPECT_EQ(path[1].rate, gbps(25));
    EXPECT_EQ(path[0].latency, nanoseconds(500));
    EXPECT_EQ(path[2].latency, Time{});
    EXPECT_EQ(plan.node_name(2), "h2");
    EXPECT_EQ(plan.switch_name(1), "tor 1");
}

TEST(Simple, LeafSpineTiers)
{
    const FabricPlan plan = make_fabric("leaf-spine:leaves=8,hosts=16,spines=16", 0);
    EXPECT_EQ(plan.endpoints, 128U);
    EXPECT_EQ(plan.links.size(), 128U + 8 * 16);
    EXPECT_EQ(plan.switches.front().tier, Tier::tor);
    EXPECT_EQ(plan.switches.back().tier, Tier::agg);
    // A leaf has 32 ports of 400G = 12.8T: a quarter of 165 MiB.
    EXPECT_EQ(plan.switches.front().buffer, Bytes{165} * 1048576 / 4);
    EXPECT_EQ(plan.switch_name(8), "agg 0");
}
