// SPDX-License-Identifier: GPL-2.0-only
// Tests uet-htsim's .topo files: what they build, and what is wrong with bad ones.
#include "hpnsim/ideal.hpp"
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace hpnsim;

namespace
{

const std::string kData = std::string(HPNSIM_TEST_DATA) + "/htsim/";

FabricPlan read(const std::string& text, uint32_t failed = 0)
{
    std::istringstream in(text);
    PlanOptions options;
    options.failed = failed;
    return read_htsim_topology(in, "t", options);
}

uint64_t ways(const FabricPlan& plan, uint32_t src, uint32_t dst, uint32_t links)
{
    const FabricIndex index(plan);
    Walk walk{plan, index};
    const uint64_t count = walk.count(src, dst, 0);
    EXPECT_EQ(walk.why, "");
    EXPECT_EQ(walk.length, links);
    return count;
}

const std::string kHead = "Nodes 8\nTiers 2\nPodsize 8\n";
const std::string kTor =
    "Tier 0\nDownlink_Speed_Gbps 100\nRadix_Down 4\nRadix_Up 4\nDownlink_Latency_ns 500\n";
const std::string kSpine = "Tier 1\nDownlink_Speed_Gbps 100\nRadix_Down 2\nDownlink_Latency_ns 500\n";

/// Three tiers: 2 pods of 2 ToRs with 2 hosts, 2 links from ToR to each of 2 aggs, each agg 3 cores.
const std::string kThree = "nodes 8\ntiers 3\npodsize 4\n"
                           "tier 0\ndownlink_speed_gbps 100\nradix_down 2\nradix_up 4\ndownlink_latency_ns "
                           "100\nswitch_latency_ns 7\n"
                           "tier 1\ndownlink_speed_gbps 200\nradix_down 4\nradix_up 3\nbundle "
                           "2\ndownlink_latency_ns 200\nqueue_up 5\n"
                           "tier 2\ndownlink_speed_gbps 400\nradix_down 2\ndownlink_latency_ns 300\n";

}  // namespace

TEST(HtsimTopology, LeafSpineFromAFile)
{
    const FabricPlan plan = make_fabric("file:path=" + kData + "leaf-spine-128.topo", 0);
    EXPECT_EQ(plan.endpoints, 128U);
    EXPECT_EQ(plan.switches.size(), 24U);
    EXPECT_EQ(plan.links.size(), 256U);
    EXPECT_EQ(ways(plan, 0, 15, 2), 1U);
    EXPECT_EQ(ways(plan, 0, 16, 4), 16U);
    const FabricIndex index(plan);
    const Wire& wire = wire_named("htsim", true);
    EXPECT_EQ(base_rtt(index.path(0, 127, 0), index.path(127, 0, 0), 4096, wire), Time{8'337'920})
        << "8.33792 us, as uet-htsim prints";
}

TEST(HtsimTopology, ThreeTiersWithBundlesRatesAndLatencies)
{
    const FabricPlan plan = read(kThree);
    EXPECT_EQ(plan.switches.size(), 4U + 4U + 6U);
    EXPECT_EQ(plan.links.size(), 8U + 4U * 4U + 4U * 3U);
    EXPECT_EQ(ways(plan, 0, 1, 2), 1U);
    EXPECT_EQ(ways(plan, 0, 2, 4), 4U * 2U) << "four uplinks, then the bundle of two";
    EXPECT_EQ(ways(plan, 0, 7, 6), 4U * 3U * 2U);
    const FabricIndex index(plan);
    const std::vector<HopPlan> hops = index.path(0, 7, 0);
    const std::vector<Rate> rates{gbps(100), gbps(200), gbps(400), gbps(400), gbps(200), gbps(100)};
    const std::vector<int64_t> delays{100, 200, 300, 300, 200, 100}, latencies{7, 0, 0, 0, 7, 0};
    for (size_t i = 0; i < hops.size(); ++i) {
        EXPECT_EQ(hops[i].rate, rates[i]);
        EXPECT_EQ(hops[i].delay, nanoseconds(delays[i]));
        EXPECT_EQ(hops[i].latency, nanoseconds(latencies[i]));
    }
}

TEST(HtsimTopology, EveryPairHasItsWays)
{
    for (const FabricPlan& plan : {read(kThree), make_fabric("file:path=" + kData + "fat-tree-16.topo", 0)})
        for (uint32_t src = 0; src < plan.endpoints; ++src)
            for (uint32_t dst = 0; dst < plan.endpoints; ++dst) {
                const FabricIndex index(plan);
                Walk walk{plan, index};
                if (src == dst) continue;
                EXPECT_GE(walk.count(src, dst, 0), 1U) << walk.why;
            }
}

/// Oversubscribed 2:1, said so.
TEST(HtsimTopology, OversubscriptionMustBeSaid)
{
    const std::string tor =
        "Tier 0\nDownlink_Speed_Gbps 100\nRadix_Down 4\nRadix_Up 2\nDownlink_Latency_ns 500\n";
    EXPECT_EQ(error_of([&] { read(kHead + tor + kSpine); }),
              "t:12: Radix_Down 4 over Radix_Up 2 of tier 0 makes it oversubscribed 2:1; say so with "
              "'Oversubscribed 2'");
    EXPECT_EQ(read(kHead + tor + "Oversubscribed 2\n" + kSpine).switches.size(), 2U + 2U);
    EXPECT_EQ(error_of([&] { read(kHead + kTor + "Oversubscribed 2\n" + kSpine); }),
              "t:13: Radix_Down 4 over Radix_Up 4 of tier 0 makes it oversubscribed 1:1; say so with "
              "'Oversubscribed 1'");
}

/// Two tiers: every link of a failed spine keeps a quarter. Three: link by link.
TEST(HtsimTopology, FailedLinksKeepAQuarter)
{
    const FabricPlan two = read(kHead + kTor + kSpine, 1), three = read(kThree, 4);
    int slow = 0;
    for (const LinkPlan& link : two.links)
        if (link.rate == gbps(25)) {
            ++slow;
            EXPECT_EQ(link.b, 8U + 2U) << "the first spine";
            EXPECT_EQ(link.share, 0.25);
        }
    EXPECT_EQ(slow, 2);
    for (size_t i = 0; i < three.links.size(); ++i)
        EXPECT_EQ(three.links[i].share, i >= 24 && i < 28 ? 0.25 : 1.0) << i;
    const FabricIndex index(two);
    EXPECT_EQ(index.path(0, 7, 0)[1].rate, gbps(100)) << "an ideal way avoids them";
    EXPECT_EQ(error_of([] { read(kHead + kTor + kSpine, 5); }), "failed 5 exceeds the 4 spines");
}

TEST(HtsimTopology, BadFiles)
{
    const struct {
        std::string text;
        const char* sentence;
    } table[] = {
        {"", "t:1: Nodes is missing before the first Tier"},
        {kHead, "t:3: the file ends before its first Tier"},
        {"Nodes\n", "t:1: 'Nodes' has no value"},
        {"# comment\n\nNodes 8 9\n", "t:3: '9' follows after 'Nodes 8'; a line is a key and its value"},
        {"Nodes eight\n", "t:1: Nodes is 'eight', which is not a whole number"},
        {"Nodes 1\n", "t:1: Nodes is 1, outside 2..1048576"},
        {"Tiers 4\n", "t:1: Tiers is 4, outside 2..3"},
        {"Hosts 8\n",
         "t:1: no key 'Hosts' before the first Tier; there are 'Nodes', 'Tiers', 'Podsize' and 'Tier'"},
        {"Radix_Up 4\n",
         "t:1: no key 'Radix_Up' before the first Tier; there are 'Nodes', 'Tiers', 'Podsize' and 'Tier'"},
        {"Nodes 8\nTiers 2\nTier 0\n", "t:3: Podsize is missing before the first Tier"},
        {"Nodes 8\nPodsize 8\nTier 0\n", "t:3: Tiers is missing before the first Tier"},
        {"Nodes 8\nTiers 3\nPodsize 3\nTier 0\n", "t:4: Podsize 3 does not divide Nodes 8"},
        {"Nodes 8\nTiers 2\nPodsize 4\nTier 0\n",
         "t:4: Podsize 4 differs from Nodes 8: two tiers are one pod"},
        {kHead + "Tier 2\n", "t:4: Tier is 2, outside 0..1"},
        {kHead + kTor + kTor, "t:9: Tier 0 is described twice"},
        {kHead + kTor, "t:8: the section Tier 1 is missing"},
        {kHead + "Tier 0\nRadix_Dwon 4\n", "t:5: no key 'Radix_Dwon' in a Tier; the nearest is 'Radix_Down'"},
        {kHead + "Tier 0\nDownlink_Latency_ns 0\n", "t:5: Downlink_Latency_ns is 0, outside 1..1000000000"},
        {kHead + "Tier 0\nDownlink_Speed_Gbps 0.5\n",
         "t:5: Downlink_Speed_Gbps is '0.5', which is not a whole number"},
        {kHead + "Tier 0\nBundle 2\n", "t:5: Bundle of tier 0 is 2, and a host has one link"},
        {kHead + "Tier 1\nRadix_Up 2\n", "t:5: Radix_Up is given for tier 1, the top one"},
        {kHead + "Tier 0\nRadix_Down 4\nTier 1\n", "t:6: Downlink_Speed_Gbps of tier 0 is missing"},
        {kHead + kTor + "Tier 1\nDownlink_Speed_Gbps 100\nRadix_Down 4\nDownlink_Latency_ns 500\n",
         "t:12: each of the 2 ToRs of a pod is wired to every switch above by 1 link(s), so Radix_Down of "
         "tier 1 "
         "must be 2 and Radix_Up of tier 0 a multiple of Bundle"},
    };
    for (const auto& row : table) EXPECT_EQ(error_of([&] { read(row.text); }), row.sentence);
}

TEST(HtsimTopology, FailedIsOfThisFormatAlone)
{
    const std::string star = std::string(HPNSIM_TEST_DATA) + "/hpcc/star-2.topology.txt";
    EXPECT_EQ(error_of([&] { make_fabric("file:path=" + star + ",failed=1", 0); }),
              "topology: 'failed' is for files in the format htsim, and '" + star + "' is in hpcc");
}
