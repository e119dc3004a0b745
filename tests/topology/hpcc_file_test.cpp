// SPDX-License-Identifier: GPL-2.0-only
// Tests HPCC-sim's topology files: what they mean, what the peer computes from them, and round trips.
#include "hpnsim/ideal.hpp"
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

using namespace hpnsim;

namespace
{

const std::string kData = HPNSIM_TEST_DATA "/hpcc/";

FabricPlan load(const std::string& name, const std::string& keys = "")
{
    return make_fabric("file:path=" + kData + name + ".topology.txt" + keys, 0);
}

FabricPlan parse(const std::string& text)
{
    std::istringstream in(text);
    return read_hpcc_topology(in, "t", PlanOptions());
}

FabricPlan round_trip(const FabricPlan& plan)
{
    std::ostringstream out;
    write_hpcc_topology(out, plan);
    return parse(out.str());
}

/// The peer's base RTT of a pair: twice the cables, and the payload alone serialised once per hop.
int64_t peer_rtt_ns(const std::vector<HopPlan>& path, int64_t payload)
{
    int64_t ns = 0;
    for (const HopPlan& hop : path)
        ns += 2 * hop.delay.ps / 1000 + payload * 8 * 1'000'000'000 / hop.rate.bps;
    return ns;
}

int64_t peer_max_rtt_ns(const FabricPlan& plan, int64_t payload)
{
    const FabricIndex index(plan);
    int64_t most = 0;
    for (uint32_t src = 0; src < plan.endpoints; ++src)
        for (uint32_t dst = 0; dst < plan.endpoints; ++dst)
            if (src != dst) most = std::max(most, peer_rtt_ns(index.path(src, dst, 0), payload));
    return most;
}

}  // namespace

// HPCC-sim prints maxRtt 4160 ns (2 x 2 us + 2 x 80 ns) and maxBdp 52,000 B for the star.
TEST(HpccFile, StarHasThePeersMaxRtt)
{
    const FabricPlan plan = load("star-32");
    EXPECT_EQ(plan.endpoints, 33U);
    EXPECT_EQ(plan.switches.size(), 1U);
    EXPECT_EQ(plan.switches[0].buffer, 32 * 1048576);
    EXPECT_EQ(peer_max_rtt_ns(plan, 1000), 4160);
    EXPECT_EQ(bytes_in(nanoseconds(4160), gbps(100)), 52000);
}

// And 12,240 ns for the fat tree: 12 us of cable, 2 x 80 ns at 100G and 4 x 20 ns at 400G.
TEST(HpccFile, FatTreeHasThePeersMaxRtt)
{
    const FabricPlan plan = load("fat-tree-320");
    EXPECT_EQ(plan.endpoints, 320U);
    EXPECT_EQ(plan.switches.size(), 56U);
    EXPECT_EQ(plan.links.size(), 480U);
    EXPECT_EQ(peer_max_rtt_ns(plan, 1000), 12240);
    EXPECT_EQ(bytes_in(nanoseconds(12240), gbps(100)), 153000);
    EXPECT_EQ(plan.switch_name(0), "tor 0");
    EXPECT_EQ(plan.switches.back().tier, Tier::core);
}

TEST(HpccFile, FatTreeWaysAreShortestAndInOrder)
{
    const FabricPlan up = load("fat-tree-320"), down = load("fat-tree-320", ",next-hops=descending");
    const FabricIndex index(up);
    Walk walk{up, index};
    for (uint32_t dst = 1; dst < 320; dst += 13) {
        EXPECT_GT(walk.count(0, dst, 0), 0U);
        EXPECT_EQ(walk.why, "") << dst;
    }
    for (uint32_t sw = 0; sw < 56; ++sw) {
        const NextHops a = up.router->next(sw, 319), d = down.router->next(sw, 319);
        ASSERT_EQ(a.count, d.count);
        for (uint32_t i = 0; i < a.count; ++i) {
            EXPECT_EQ(a.port(i), d.port(d.count - 1 - i));
            if (i == 0) continue;
            EXPECT_LT(index.end(320 + sw, a.port(i - 1)).peer, index.end(320 + sw, a.port(i)).peer);
        }
    }
}

TEST(HpccFile, SwitchesMayComeFirstAndLinksMayBeParallel)
{
    const FabricPlan plan = parse("4 2 4\n0 1\n0 2 100Gbps 1us 0\n1 0 0.4Tb/s 0.002ms 0.25\n"
                                  "0 1 400Gb/s 2000ns 0\n3 1 25Gb/s 1000ns 0\n");
    EXPECT_EQ(plan.endpoints, 2U);
    EXPECT_EQ(plan.links[0].b, 0U);  // file node 2 is the first host
    EXPECT_EQ(plan.links[0].a, 2U);  // file node 0 the first switch
    EXPECT_EQ(plan.links[1].rate, gbps(400));
    EXPECT_EQ(plan.links[1].delay, microseconds(2));
    EXPECT_EQ(plan.links[1].loss, 0.25);
    EXPECT_EQ(plan.links[3].rate, gbps(25));
    const FabricIndex index(plan);
    Walk walk{plan, index};
    EXPECT_EQ(walk.count(0, 1, 0), 2U);
    EXPECT_EQ(walk.length, 3U);
    EXPECT_EQ(walk.why, "");
}

// The file has no switch latency; half of 500 ns at each link end keeps every path's delay.
TEST(HpccFile, HpnRoundTripKeepsPlanesPathsAndDelays)
{
    const FabricPlan plan = make_fabric("hpn:segments=2,hosts=2,gpus=2,aggs=3", 0);
    const FabricPlan again = round_trip(plan);
    ASSERT_EQ(again.endpoints, plan.endpoints);
    ASSERT_EQ(again.links.size(), plan.links.size());
    EXPECT_EQ(again.ports_per_nic, 2);
    const FabricIndex before(plan), after(again);
    Walk old_walk{plan, before}, new_walk{again, after};
    const Wire& wire = wire_named("roce", false);
    for (uint32_t src = 0; src < plan.endpoints; ++src)
        for (uint32_t dst = 0; dst < plan.endpoints; ++dst)
            for (uint8_t plane = 0; src != dst && plane < 2; ++plane) {
                ASSERT_EQ(new_walk.count(src, dst, plane), old_walk.count(src, dst, plane));
                ASSERT_EQ(new_walk.why, "");
                const auto out = before.path(src, dst, plane), copy = after.path(src, dst, plane);
                ASSERT_EQ(base_rtt(copy, copy, 4096, wire), base_rtt(out, out, 4096, wire));
            }
}

TEST(HpccFile, FatTreeRoundTripIsExact)
{
    const FabricPlan plan = load("fat-tree-320"), again = round_trip(plan);
    ASSERT_EQ(again.links.size(), plan.links.size());
    for (size_t i = 0; i < plan.links.size(); ++i) {
        const LinkPlan &a = plan.links[i], &b = again.links[i];
        ASSERT_TRUE(a.a == b.a && a.b == b.b && a.a_port == b.a_port && a.b_port == b.b_port &&
                    a.rate == b.rate && a.delay == b.delay && a.loss == b.loss);
    }
}

// The full pod through a file: 120 groups of hosts share tables, so this takes no all-pairs memory.
TEST(HpccFile, FullPodRoutesFromAFile)
{
    const FabricPlan again = round_trip(make_fabric("hpn:segments=15", 0));
    const FabricIndex index(again);
    Walk walk{again, index};
    EXPECT_EQ(walk.count(0, 15359, 1), 60U);
    EXPECT_EQ(walk.count(0, 8, 0), 1U);
    EXPECT_EQ(walk.why, "");
}

TEST(HpccFile, ShippedFilesAreDetected)
{
    const FabricPlan plan = load("star-2");
    ASSERT_EQ(plan.params.size(), 5U);
    EXPECT_EQ(plan.params[1], std::make_pair(std::string("format"), std::string("hpcc")));
    EXPECT_EQ(plan.params[2].second, "ascending");
    EXPECT_EQ(plan.params[3].second, "automatic: 32 MiB");
    EXPECT_EQ(load("star-2", ",buffer-mb=16").switches[0].buffer, 16 * 1048576);
}
