// SPDX-License-Identifier: GPL-2.0-only
// Compares HPN with the figures of the paper (SIGCOMM'24, sections 3 to 6).
#include "hpnsim/fabric.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace hpnsim;

namespace
{

uint32_t count_tier(const FabricPlan& plan, Tier tier)
{
    return static_cast<uint32_t>(std::count_if(plan.switches.begin(), plan.switches.end(),
                                               [tier](const SwitchPlan& sw) { return sw.tier == tier; }));
}

std::string param(const FabricPlan& plan, const std::string& key)
{
    for (const auto& [name, value] : plan.params)
        if (name == key) return value;
    return "";
}

}  // namespace

// Section 6 and table 1: 15 segments hold 15,360 GPUs; 16 ToRs a segment make 240, and 60 Aggs a plane
// make 120. Links: 15,360 x 2 NIC ports, and 240 x 60 uplinks. SimAI's generator agrees (360 switches;
// its 60,480 links are these 45,120 and 15,360 NVLinks).
TEST(Hpn, FullPodHasThePublishedCounts)
{
    const FabricPlan plan = make_fabric("hpn:segments=15,hosts=128", 0);
    EXPECT_EQ(plan.endpoints, 15360U);
    EXPECT_EQ(plan.ports_per_nic, 2);
    EXPECT_EQ(plan.nics_per_host, 8U);
    EXPECT_EQ(count_tier(plan, Tier::tor), 240U);
    EXPECT_EQ(count_tier(plan, Tier::agg), 120U);
    EXPECT_EQ(plan.links.size(), 15360U * 2 + 240U * 60);
    EXPECT_EQ(param(plan, "aggs"), "60");
}

// Section 5.1: 128 active 200G ports down and 60 400G ports up, 25.6T : 24T = 1.067 : 1.
TEST(Hpn, TorPortsAndRatio)
{
    const FabricPlan plan = make_fabric("hpn", 0);
    std::map<int64_t, int> ports;
    const uint32_t tor = plan.endpoints + 5;
    for (const LinkPlan& link : plan.links)
        if (link.a == tor || link.b == tor) ++ports[link.rate.bps];
    EXPECT_EQ(ports[gbps(200).bps], 128);
    EXPECT_EQ(ports[gbps(400).bps], 60);
    EXPECT_EQ(plan.switches[5].ports, 188);
    EXPECT_NEAR(128 * 200.0 / (60 * 400.0), 1.067, 0.0005);
    // 49.6 of 51.2 Tb/s are in use: 165 MiB x 31 / 32.
    EXPECT_EQ(plan.switches[5].buffer, Bytes{165} * 1048576 * 31 / 32);
}

// 60 x hosts / 128, rounded up: 4 -> 1.875 -> 2, 16 -> 7.5 -> 8, 130 -> 60.9 -> 61.
TEST(Hpn, SmallFabricsKeepTheRatio)
{
    EXPECT_EQ(param(make_fabric("hpn:hosts=4", 0), "aggs"), "2");
    EXPECT_EQ(param(make_fabric("hpn:hosts=16", 0), "aggs"), "8");
    EXPECT_EQ(param(make_fabric("hpn:hosts=130", 0), "aggs"), "61");
    EXPECT_EQ(param(make_fabric("hpn:hosts=4,aggs=9", 0), "aggs"), "9");
}

TEST(Hpn, KeysReachThePlan)
{
    const FabricPlan plan = make_fabric(
        "hpn:segments=1,hosts=2,gpus=4,ports=1,nic-gbps=400,uplink-gbps=800,aggs=3,link-ns=250,switch-ns=0.5,"
        "gpu=h800,nvlink-ns=30,buffer-mb=2",
        0);
    EXPECT_EQ(plan.endpoints, 8U);
    EXPECT_EQ(plan.ports_per_nic, 1);
    EXPECT_EQ(plan.links.front().rate, gbps(400));
    EXPECT_EQ(plan.links.back().rate, gbps(800));
    EXPECT_EQ(plan.links.back().delay, nanoseconds(250));
    EXPECT_EQ(plan.switches[0].latency, picoseconds(500));
    EXPECT_EQ(plan.switches[0].buffer, 2 * 1048576);
    EXPECT_EQ(plan.nvlink.rate, gbps(1600));
    EXPECT_EQ(plan.nvlink.latency, nanoseconds(30));
    EXPECT_EQ(make_fabric("hpn:hosts=2", 0).nvlink.rate, gbps(3600));
}

// Plane rule (section 4): from port p only to port p. Same rail and segment: NIC-ToR-NIC and no choice;
// elsewhere one choice among the Aggs, at the first ToR.
TEST(Hpn, EveryWayOfEveryPair)
{
    const FabricPlan plan = make_fabric("hpn:segments=3,hosts=3,gpus=4,aggs=5", 0);
    const FabricIndex index(plan);
    Walk walk{plan, index, true};
    for (uint32_t src = 0; src < plan.endpoints; ++src)
        for (uint32_t dst = 0; dst < plan.endpoints; ++dst)
            for (uint8_t plane = 0; src != dst && plane < 2; ++plane) {
                const bool near = src / 12 == dst / 12 && src % 4 == dst % 4;
                ASSERT_EQ(walk.count(src, dst, plane), near ? 1U : 5U) << src << " to " << dst;
                ASSERT_EQ(walk.length, near ? 2U : 4U);
                ASSERT_EQ(index.path(src, dst, plane).size(), walk.length);
                ASSERT_EQ(walk.why, "");
            }
}

TEST(Hpn, EveryPortIsWiredOnceBothWays)
{
    const FabricPlan plan = make_fabric("hpn:segments=2,hosts=3,gpus=2,aggs=4", 0);
    const FabricIndex index(plan);
    for (uint32_t node = 0; node < plan.endpoints + plan.switches.size(); ++node)
        for (uint16_t port = 0; port < index.ports(node); ++port) {
            const FabricIndex::End& far = index.end(node, port);
            ASSERT_TRUE(far.wired) << plan.node_name(node) << " port " << port;
            ASSERT_EQ(index.end(far.peer, far.peer_port).peer, node);
            ASSERT_EQ(index.end(far.peer, far.peer_port).peer_port, port);
        }
}

TEST(Hpn, NamesSayWhere)
{
    const FabricPlan plan = make_fabric("hpn:segments=2,hosts=4,gpus=8", 0);
    EXPECT_EQ(plan.node_name(43), "h5 g3");
    EXPECT_EQ(plan.switch_name((1 * 8 + 3) * 2 + 1), "tor s1 r3 p1");
    EXPECT_EQ(plan.switch_name(32 + 2 + 1), "agg p1 1");
    EXPECT_EQ(plan.node_name(plan.endpoints + 35), "agg p1 1");
}

namespace
{

/// Checks all pairs and ports: there are `near` paths of two links inside a group (a rail of a segment, or
/// with `gpus` 1 a segment), and `far` of four elsewhere.
void check_variant(const std::string& text, uint32_t per_segment, uint32_t rails, uint64_t far)
{
    const FabricPlan plan = make_fabric(text, 0);
    const FabricIndex index(plan);
    Walk walk{plan, index};
    for (uint32_t src = 0; src < plan.endpoints; ++src)
        for (uint32_t dst = 0; dst < plan.endpoints; ++dst)
            for (uint8_t port = 0; src != dst && port < plan.ports_per_nic; ++port) {
                const bool near = src / per_segment == dst / per_segment && src % rails == dst % rails;
                ASSERT_EQ(walk.count(src, dst, port), near ? 1U : far) << text << " " << src << " to " << dst;
                ASSERT_EQ(walk.length, near ? 2U : 4U);
                ASSERT_EQ(walk.why, "");
            }
    for (uint32_t node = 0; node < plan.endpoints + plan.switches.size(); ++node)
        for (uint16_t port = 0; port < index.ports(node); ++port)
            ASSERT_TRUE(index.end(node, port).wired) << plan.node_name(node) << " port " << port;
}

}  // namespace

// A choice among the Aggs, and with one second tier another one at the Agg, between the ToRs of the receiver.
TEST(HpnVariants, EveryWayOfEveryPair)
{
    check_variant("hpn-single-plane:segments=3,hosts=3,gpus=4,aggs=5", 12, 4, 10);
    check_variant("hpn-single-tor:segments=3,hosts=3,gpus=4,aggs=5", 12, 4, 5);
    check_variant("dcn+:segments=3,hosts=2,gpus=4,aggs=5", 8, 1, 10);
}

// SimAI's generator, its NVLinks (one a GPU) and NVSwitches left out: single plane 74,880 links for 15,360
// GPUs; DCN+ with dual ToR 1,600 links and 16 switches for 512.
TEST(HpnVariants, CountsAreSimAis)
{
    const FabricPlan plane = make_fabric("hpn-single-plane:segments=15", 0);
    EXPECT_EQ(plane.endpoints, 15'360U);
    EXPECT_EQ(plane.links.size(), 74'880U - 15'360);
    EXPECT_EQ(plane.switches.size(), 360U);
    const FabricPlan dcn = make_fabric("dcn+", 0);
    EXPECT_EQ(dcn.endpoints, 512U);
    EXPECT_EQ(dcn.links.size(), 1'600U - 512);
    EXPECT_EQ(dcn.switches.size(), 16U);
}

// Down to up at a ToR, in Gb/s: 1.067:1 for HPN's own, 8:1 for DCN+.
TEST(HpnVariants, RatiosAreThePapers)
{
    const std::pair<const char*, double> ratios[] = {{"hpn", 128.0 / 120},
                                                     {"hpn-single-plane", 128.0 / 120},
                                                     {"hpn-single-tor", 64.0 / 60},
                                                     {"dcn+", 8},
                                                     {"dcn+:uplink-gbps=3200", 1}};
    for (const auto& [text, ratio] : ratios) {
        const FabricPlan plan = make_fabric(text, 0);
        double down = 0, up = 0;
        for (const LinkPlan& link : plan.links) {
            if (link.b == plan.endpoints) down += link.rate.gbps();
            if (link.a == plan.endpoints) up += link.rate.gbps();
        }
        EXPECT_NEAR(down / up, ratio, 1e-9) << text;
    }
}
