// SPDX-License-Identifier: GPL-2.0-only
// Compares the figures that `topology NAME` prints with the paper's and with counting by hand.
#include "hpnsim/describe_fabric.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace hpnsim;

namespace
{

std::string described(const std::string& text)
{
    std::ostringstream out;
    describe(out, make_fabric(text, 0), 4096, wire_named("roce", false));
    return out.str();
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

// Table 1 of the HPN paper: 60 equal-cost paths to search in a pod; section 6: one hash, at the first ToR.
TEST(Describe, HpnPairs)
{
    const FabricPlan plan = make_fabric("hpn:segments=15", 0);
    const FabricIndex index(plan);
    const Between near = between(plan, index, 0, 8, 1);
    EXPECT_EQ(near.links, 2U);
    EXPECT_EQ(near.ways, 1U);
    EXPECT_EQ(near.choices, 0U);
    const Between far = between(plan, index, 0, 15360 - 8, 1);
    EXPECT_EQ(far.links, 4U);
    EXPECT_EQ(far.ways, 60U);
    EXPECT_EQ(far.choices, 1U);
}

// fat-tree-320: 4 Aggs a pod and 4 cores an Agg make 16 ways between pods, 4 inside one, with 2 and 1 hashes.
TEST(Describe, FatTreePairs)
{
    const FabricPlan plan = make_fabric("file:path=" HPNSIM_TEST_DATA "/hpcc/fat-tree-320.topology.txt", 0);
    const FabricIndex index(plan);
    EXPECT_EQ(between(plan, index, 0, 319, 0).ways, 16U);
    EXPECT_EQ(between(plan, index, 0, 319, 0).choices, 2U);
    EXPECT_EQ(between(plan, index, 0, 319, 0).links, 6U);
    EXPECT_EQ(between(plan, index, 0, 16, 0).ways, 4U);
    for (const auto& [tier, rates] : tier_rates(plan))
        EXPECT_EQ(rates.up_bps, tier == Tier::core ? 0 : gbps(32000).bps);
}

TEST(Describe, TextHoldsWhatAReaderNeeds)
{
    const std::string text = described("hpn:segments=15");
    EXPECT_TRUE(has(text, "240 tor, 188 ports")) << text;
    EXPECT_TRUE(has(text, "120 agg, 120 ports"));
    EXPECT_TRUE(has(text, "30720 nic-tor, 200 Gb/s"));
    EXPECT_TRUE(has(text, "14400 tor-agg, 400 Gb/s"));
    EXPECT_TRUE(has(text, "1.067:1"));
    EXPECT_TRUE(has(text, "same rail, same segment, 2 links, 2 path(s) (1 per port), 0 hash(es)"));
    EXPECT_TRUE(has(text, "aggs = 60  (default 60 per 128 hosts, rounded up; 1..1024; HPN section 6"));
}

TEST(Describe, EveryGeneratedTopologyDescribesItself)
{
    for (const char* name : {"star", "dumbbell", "leaf-spine", "hpn:segments=1,hosts=1"})
        EXPECT_TRUE(has(described(name), "base RTT")) << name;
}
