// SPDX-License-Identifier: GPL-2.0-only
// Compares pods, their cores and their variants with published tables and with counting by hand.
#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/live_router.hpp"
#include "hpnsim/qp_paths.hpp"
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace hpnsim;

namespace
{

uint32_t count_tier(const FabricPlan& plan, Tier tier)
{
    return static_cast<uint32_t>(std::count_if(plan.switches.begin(), plan.switches.end(),
                                               [tier](const SwitchPlan& sw) { return sw.tier == tier; }));
}

uint32_t first_of(const FabricPlan& plan, Tier tier)
{
    uint32_t sw = 0;
    while (plan.switches[sw].tier != tier) ++sw;
    return sw;
}

double ratio(const FabricPlan& plan, Tier tier)
{
    const TierRates rates = tier_rates(plan).at(tier);
    return static_cast<double>(rates.down_bps) / static_cast<double>(rates.up_bps);
}

uint64_t ways(const FabricPlan& plan, uint32_t dst)
{
    return between(plan, FabricIndex(plan), 0, dst, 0).ways;
}

int64_t capacity_gbps(const FabricPlan& plan, uint32_t sw)
{
    int64_t bps = 0;
    for (const LinkPlan& link : plan.links)
        if (link.a == plan.endpoints + sw || link.b == plan.endpoints + sw) bps += link.rate.bps;
    return bps / 1'000'000'000;
}

}  // namespace

// HPN section 7: an Agg has 120 x 400G down and 8 x 400G up, which is 51.2 Tb/s and 15:1. Two pods have 2 x
// 480 links to the cores of a plane, whose chips have 128 ports.
TEST(Pods, HpnsCoreIsFifteenToOne)
{
    const FabricPlan plan = make_fabric("hpn:pods=2,segments=15", 0);
    EXPECT_EQ(plan.endpoints, 30720U);
    EXPECT_EQ(count_tier(plan, Tier::tor), 480U);
    EXPECT_EQ(count_tier(plan, Tier::agg), 240U);
    EXPECT_EQ(count_tier(plan, Tier::core), 2 * 8U);
    EXPECT_EQ(plan.switches[480].ports, 128);
    EXPECT_EQ(capacity_gbps(plan, 480), 51'200);
    EXPECT_EQ(plan.switches[first_of(plan, Tier::core)].ports, 120);
    EXPECT_DOUBLE_EQ(ratio(plan, Tier::agg), 15);
}

// Between pods a port chooses among 60 Aggs and the 8 uplinks of one: the core has no choice.
TEST(Pods, HpnsCoreDoesNotHash)
{
    const FabricPlan plan = make_fabric("hpn:pods=2,segments=15", 0);
    const FabricIndex index(plan);
    const Between far = between(plan, index, 0, 15360, 1);
    EXPECT_EQ(far.links, 6U);
    EXPECT_EQ(far.ways, 60U * 8);
    EXPECT_EQ(far.choices, 2U);
    EXPECT_EQ(ways(plan, 15360 - 8), 60U);
}

// What comes in by one port goes out by one port, and the ports of one pod by as many of the other.
TEST(Pods, CoreSendsByThePort)
{
    const FabricPlan plan = make_fabric("hpn:pods=3,segments=2,hosts=16,gpus=2,agg-uplinks=3,cores=4", 0);
    const uint32_t core = first_of(plan, Tier::core), links = plan.switches[core].by_port;
    EXPECT_EQ(links, 6U);  // 8 Aggs x 3 links, to 4 cores of a plane
    std::set<uint32_t> taken;
    for (uint32_t in = 0; in < links; ++in) {
        const NextHops out = next_hops(plan, core, in, plan.endpoints - 1);
        ASSERT_EQ(out.count, 1U);
        EXPECT_EQ(out.port(0) % links, in);
        taken.insert(out.port(0));
    }
    EXPECT_EQ(taken.size(), links);
}

// Section 7: the five-tuple decides when a link is dead.
TEST(Pods, CoreHashesWhenALinkIsDead)
{
    FabricPlan plan = make_fabric("hpn:pods=2,segments=2,hosts=16,gpus=2,agg-uplinks=3,cores=4", 0);
    const uint32_t core = first_of(plan, Tier::core), links = plan.switches[core].by_port;
    const uint32_t dst = plan.endpoints - 1;
    const auto live = std::make_shared<LiveRouter>(plan);
    plan.router = live;
    EXPECT_EQ(next_hops(plan, core, 1, dst).count, 1U);
    live->set_local(core, static_cast<uint16_t>(links + 1), false);
    const NextHops out = next_hops(plan, core, 1, dst);
    EXPECT_EQ(out.count, links - 1);
    for (uint32_t i = 0; i < out.count; ++i) EXPECT_NE(out.port(i), links + 1);
}

// The host foresees the path: six links, those to the hosts apart.
TEST(Pods, QpsPathsKnowTheCore)
{
    const FabricPlan plan = make_fabric("hpn:pods=2,segments=2,hosts=16,gpus=2,agg-uplinks=3,cores=4", 0);
    const FabricIndex index(plan);
    const QpPaths paths(plan, index, 7, SourcePorts::ports);
    for (uint16_t source = 0xC000; source < 0xC040; ++source) {
        const std::vector<uint32_t> links = paths.links(0, plan.endpoints - 1, {1, source});
        ASSERT_EQ(links.size(), 4U);
        const LinkPlan& in = plan.links[links[1]];
        const LinkPlan& out = plan.links[links[2]];
        EXPECT_EQ(in.b, out.b);
        const uint32_t of_pod = plan.switches[in.b - plan.endpoints].by_port;
        EXPECT_EQ(in.b_port % of_pod, out.b_port % of_pod);
    }
}

// HPN table 1: SuperPOD has 16,384 GPUs and 32 x 32 x 4 = 4,096 paths, in switches of 64 ports.
TEST(Pods, RailOptimisedIsTheSuperPod)
{
    const FabricPlan plan = make_fabric("rail-optimised:pods=16", 0);
    EXPECT_EQ(plan.endpoints, 16384U);
    EXPECT_EQ(ways(plan, 16383), 4096U);
    EXPECT_EQ(ways(plan, 1023), 32U);
    EXPECT_EQ(between(plan, FabricIndex(plan), 0, 16383, 0).choices, 3U);
    for (const SwitchPlan& sw : plan.switches) ASSERT_EQ(sw.ports, 64);
    EXPECT_EQ(count_tier(plan, Tier::core), 256U);
    EXPECT_DOUBLE_EQ(ratio(plan, Tier::tor), 1);
    EXPECT_DOUBLE_EQ(ratio(plan, Tier::agg), 1);
}

// Appendix C: 128 x 200G down; one link to each of 8 Aggs is 8:1, eight to each are 1:1. 32 pods: 16,384
// GPUs.
TEST(Pods, DcnPlusHasTwoVariantsByName)
{
    const FabricPlan small = make_fabric("dcn+", 0), full = make_fabric("dcn+:variant=full,pods=32", 0);
    EXPECT_DOUBLE_EQ(ratio(small, Tier::tor), 8);
    EXPECT_DOUBLE_EQ(ratio(full, Tier::tor), 1);
    EXPECT_DOUBLE_EQ(ratio(full, Tier::agg), 1);
    EXPECT_EQ(full.endpoints, 16384U);
    EXPECT_EQ(capacity_gbps(full, 0), 51'200);
    EXPECT_EQ(small.name, "dcn+:variant=8to1");
    EXPECT_EQ(full.name, "dcn+:variant=full,pods=32");
    EXPECT_EQ(make_fabric("dcn+:hosts=2", 0).name, "dcn+:hosts=2,variant=8to1");
    EXPECT_EQ(make_fabric("dcn+:uplink-gbps=3200", 0).name, "dcn+:uplink-gbps=3200");
    EXPECT_EQ(make_fabric(small.name, 0).name, small.name);
}

// Links that join the same two switches have names with ports.
TEST(Pods, ParallelUplinksHaveNames)
{
    const FabricPlan plan = make_fabric("dcn+:variant=full", 0);
    const FabricIndex index(plan);
    EXPECT_EQ(index.port_name(plan.endpoints, 128), "tor s0 r0 p0:128 -> agg p0 0:0");
    EXPECT_EQ(index.port_name(plan.endpoints, 129), "tor s0 r0 p0:129 -> agg p0 0:1");
    EXPECT_EQ(index.port_name(plan.endpoints, 136), "tor s0 r0 p0:136 -> agg p0 1:0");
    EXPECT_EQ(index.port_name(plan.endpoints, 0), "tor s0 r0 p0 -> h0 g0");
}

TEST(Pods, RailOnlyJoinsNoRails)
{
    const FabricPlan one = make_fabric("rail-only", 0);
    EXPECT_EQ(one.switches.size(), 8U);
    EXPECT_EQ(count_tier(one, Tier::agg), 0U);
    const FabricPlan two = make_fabric("rail-only:segments=2,hosts=4,gpus=2,ports=2", 0);
    EXPECT_EQ(count_tier(two, Tier::tor), 2U * 2 * 2);
    EXPECT_EQ(count_tier(two, Tier::agg), 2U * 2 * 4);  // 4 x 400G down, as much up
    EXPECT_EQ(two.switch_name(first_of(two, Tier::agg) + 12), "agg r1 p1 0");
    for (uint32_t dst = 1; dst < two.endpoints; ++dst)
        EXPECT_EQ(ways(two, dst), dst % 2 == 1 ? 0U : dst / 2 < 4 ? 1U : 4U) << dst;
}

// Section 5.1: 8 ports of a ToR are for hosts that stand by: 136 x 200G + 60 x 400G = 51.2 Tb/s.
TEST(Pods, BackupHostsFillTheToRAndComeLast)
{
    const FabricPlan plan = make_fabric("hpn:backup-hosts=8", 0);
    EXPECT_EQ(plan.endpoints, 2U * 136 * 8);
    EXPECT_EQ(plan.switches[0].ports, 196);
    EXPECT_EQ(capacity_gbps(plan, 0), 51'200);
    const FabricIndex index(plan);
    const uint32_t first = 2 * 128 * 8;
    EXPECT_EQ(plan.segment_of(first - 1), 1U);
    EXPECT_EQ(plan.segment_of(first), 0U);
    EXPECT_EQ(plan.segment_of(first + 8 * 8), 1U);
    EXPECT_EQ(index.end(first, 0).peer, index.end(0, 0).peer);
    EXPECT_EQ(index.end(first + 8 * 8 + 3, 1).peer, index.end(128 * 8 + 3, 1).peer);
    EXPECT_EQ(ways(plan, first), 1U);
}

// A 102.4T chip: 128 + 8 x 400G down, 60 x 800G up; 25.6T: 64 x 200G down, 32 x 400G up, both assumptions.
TEST(Pods, AssumedGenerationsFillTheirChips)
{
    const FabricPlan eight = make_fabric("hpn8:segments=15,backup-hosts=8,pods=2", 0);
    EXPECT_EQ(capacity_gbps(eight, 0), 102'400);
    EXPECT_EQ(capacity_gbps(eight, first_of(eight, Tier::agg)), 102'400);
    EXPECT_EQ(eight.nvlink.rate, gbps(7200));
    const FabricPlan six = make_fabric("hpn6", 0);
    EXPECT_EQ(capacity_gbps(six, 0), 25'600);
    EXPECT_EQ(capacity_gbps(six, first_of(six, Tier::agg)), 25'600);
    EXPECT_EQ(six.endpoints, 2048U);
}

// MRC: eight planes of one port each; a plane's ToRs and Aggs see one port of every NIC.
TEST(Pods, EightPlanesStayApart)
{
    const FabricPlan plan = make_fabric("hpn:segments=2,hosts=4,gpus=2,ports=8,nic-gbps=100,aggs=3", 0);
    EXPECT_EQ(plan.ports_per_nic, 8);
    EXPECT_EQ(count_tier(plan, Tier::tor), 2U * 2 * 8);
    EXPECT_EQ(count_tier(plan, Tier::agg), 3U * 8);
    const FabricIndex index(plan);
    Walk walk{plan, index, true};
    for (uint8_t plane = 0; plane < 8; ++plane) EXPECT_EQ(walk.count(0, 15, plane), 3U);
    EXPECT_EQ(walk.why, "");
}

// The smallest cut between the halves, against hand arithmetic in Gb/s.
TEST(Bisection, IsTheSmallestCut)
{
    const std::pair<const char*, double> cuts[] = {
        {"star:hosts=5", 2 * 400},
        {"dumbbell:left=3,right=3,bottleneck-gbps=100", 100},
        {"fat-tree:k=4", 8 * 400},
        {"hpn", 16 * 60 * 400},                                 // the uplinks of a segment
        {"hpn:segments=1,hosts=4", 2 * 8 * 2 * 200},            // the NICs of two hosts
        {"hpn:pods=2,segments=2,hosts=4,gpus=2", 2 * 2 * 400},  // 2 Aggs a plane, a link each
        {"dcn+", 2 * 2 * 8 * 400},
        {"dcn+:variant=full", 2 * 2 * 8 * 8 * 400},
        {"rail-only:hosts=4,gpus=2", 2 * 2 * 400},
        {"dragonfly:p=2,a=3,h=2,groups=2,global-gbps=50", 50},
    };
    for (const auto& [spec, gb] : cuts)
        EXPECT_DOUBLE_EQ(static_cast<double>(bisection(make_fabric(spec, 0)).cut_bps) / 1e9, gb) << spec;
    EXPECT_EQ(bisection(make_fabric("star:hosts=5", 0)).nics_bps(), gbps(800).bps);
}
