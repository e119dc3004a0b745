// SPDX-License-Identifier: GPL-2.0-only
// Tests on which ports and paths the QPs between two endpoints lie.
#include "hpnsim/qp_paths.hpp"

#include "hpnsim/ecmp.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace hpnsim;

namespace
{

/// Two segments: between their ToRs there are as many paths as aggregation switches.
struct TwoSegments {
    FabricPlan plan = make_fabric("hpn:segments=2,hosts=16", 0);
    FabricIndex index{plan};
    uint32_t far = 16 * 8;  // GPU 0 of the first host of segment 1

    std::vector<QpPath> of(SourcePorts how, uint32_t qps, uint32_t src = 0, uint64_t seed = 1,
                           uint8_t first = 0) const
    {
        return QpPaths(plan, index, seed, how).of(src, far + src, qps, first);
    }
    std::vector<uint32_t> links(uint32_t src, QpPath path, uint64_t seed = 1) const
    {
        return QpPaths(plan, index, seed, SourcePorts::ports).links(src, far + src, path);
    }
};

}  // namespace

TEST(EcmpHash, ChoosesUniformly)
{
    std::map<uint32_t, int> count;
    for (uint32_t i = 0; i < 60'000; ++i)
        ++count[ecmp_choice(ecmp_salt(1, 7), 1, 2, static_cast<uint16_t>(i), 60)];
    ASSERT_EQ(count.size(), 60U);
    for (const auto& [choice, n] : count) EXPECT_NEAR(n, 1000, 190) << choice;  // six sigma of 31.4
}

TEST(QpPaths, PortsInTurn)
{
    const TwoSegments fabric;
    for (const SourcePorts how : {SourcePorts::ports, SourcePorts::disjoint}) {
        const std::vector<QpPath> paths = fabric.of(how, 4);
        ASSERT_EQ(paths.size(), 4U);
        for (uint32_t k = 0; k < 4; ++k) {
            EXPECT_EQ(paths[k].home_port, k % 2);
            EXPECT_GE(paths[k].source_port, 0xC000);
        }
        EXPECT_EQ(fabric.of(how, 1, 8, 1, 1).front().home_port, 1) << "from whichever it shall begin with";
    }
}

TEST(QpPaths, TwoLinksBetweenSwitchesAcrossSegments)
{
    const TwoSegments fabric;
    const std::vector<uint32_t> links = fabric.links(0, fabric.of(SourcePorts::ports, 1).front());
    ASSERT_EQ(links.size(), 2U);  // ToR to aggregation, and down again
    const LinkPlan& up = fabric.plan.links[links[0]];
    const LinkPlan& down = fabric.plan.links[links[1]];
    EXPECT_TRUE(up.a == down.a || up.a == down.b || up.b == down.a || up.b == down.b);
    EXPECT_TRUE(QpPaths(fabric.plan, fabric.index, 1, SourcePorts::ports).links(0, 8, {0, 0xC000}).empty())
        << "same rail, same segment: NIC, ToR, NIC";
}

TEST(QpPaths, DisjointSharesNoLink)
{
    const TwoSegments fabric;
    // 60 uplinks a ToR: 16 QPs, 8 a port, collide by chance in 1 - 60!/(52! 60^8) = 39 % of the cases.
    int collisions = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        std::set<uint32_t> apart, random;
        for (const QpPath& path : fabric.of(SourcePorts::disjoint, 16, 0, seed))
            for (const uint32_t link : fabric.links(0, path, seed))
                EXPECT_TRUE(apart.insert(link).second) << "seed " << seed;
        for (const QpPath& path : fabric.of(SourcePorts::ports, 16, 0, seed))
            for (const uint32_t link : fabric.links(0, path, seed))
                if (!random.insert(link).second) ++collisions;
    }
    EXPECT_GT(collisions, 0) << "or the test shows nothing";
}

TEST(QpPaths, AsManyQpsAsPathsUseEachOnce)
{
    // One port, four spines.
    const FabricPlan plan = make_fabric("leaf-spine:leaves=2,hosts=4,spines=4", 0);
    const FabricIndex index(plan);
    const QpPaths paths(plan, index, 1, SourcePorts::disjoint);
    std::map<uint32_t, int> uses;
    const std::vector<QpPath> five = paths.of(0, 4, 5, 0);
    for (size_t k = 0; k < 4; ++k)
        for (const uint32_t link : paths.links(0, 4, five[k])) ++uses[link];
    EXPECT_EQ(uses.size(), 8U);
    for (const uint32_t link : paths.links(0, 4, five[4])) EXPECT_EQ(uses[link], 1) << "the fifth must share";
}

TEST(QpPaths, TheBondHashesQpsOntoPorts)
{
    const TwoSegments fabric;
    int on_port_1 = 0;
    for (uint32_t src = 0; src < 100; ++src) on_port_1 += fabric.of(SourcePorts::hash, 1, src)[0].home_port;
    EXPECT_NEAR(on_port_1, 50, 30);  // six sigma of 5
    // Two QPs of a pair fall onto one port half of the time: what HPN's hosts avoid.
    int same = 0;
    for (uint32_t src = 0; src < 100; ++src) {
        const std::vector<QpPath> two = fabric.of(SourcePorts::hash, 2, src);
        same += two[0].home_port == two[1].home_port ? 1 : 0;
    }
    EXPECT_NEAR(same, 50, 30);
}
