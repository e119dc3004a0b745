// SPDX-License-Identifier: GPL-2.0-only
// Tests that each rank sends once and hears once, from another host, and that seeds draw targets and starts.
#include "hpnsim/permutation.hpp"

#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hpnsim
{
namespace
{

FabricPlan hosts_of_8(uint32_t hosts)
{
    FabricPlan plan;
    plan.name = "test";
    plan.endpoints = 8 * hosts;
    plan.nics_per_host = 8;
    return plan;
}

std::string sentence_of(const FabricPlan& plan, uint32_t ranks)
{
    try {
        permutation_flows(plan, ranks, 1, {}, 1);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(Permutation, EachRankSendsOnceAndHearsOnceFromAnotherHost)
{
    for (const uint32_t hosts : {2U, 3U, 20U}) {
        for (uint64_t seed = 1; seed <= 20; ++seed) {
            const FabricPlan plan = hosts_of_8(hosts);
            const std::vector<FlowSpec> flows = permutation_flows(plan, 8 * hosts, 1000, {}, seed);
            std::set<uint32_t> from, to;
            for (const FlowSpec& flow : flows) {
                EXPECT_TRUE(from.insert(flow.src).second);
                EXPECT_TRUE(to.insert(flow.dst).second);
                EXPECT_NE(plan.host_of(flow.src), plan.host_of(flow.dst));
                EXPECT_EQ(flow.bytes, 1000);
                EXPECT_EQ(flow.start.ps, 0);
            }
            EXPECT_EQ(flows.size(), 8U * hosts);
            EXPECT_LT(std::max(*from.rbegin(), *to.rbegin()), 8 * hosts);
        }
    }
}

TEST(Permutation, SeedsDrawTargetsAndStarts)
{
    const FabricPlan plan = hosts_of_8(8);
    const auto targets = [&](uint64_t seed) {
        std::vector<uint32_t> all(64);
        for (const FlowSpec& flow : permutation_flows(plan, 64, 1, {}, seed)) all[flow.src] = flow.dst;
        return all;
    };
    EXPECT_EQ(targets(3), targets(3));
    EXPECT_NE(targets(3), targets(4));
    const std::vector<FlowSpec> late = permutation_flows(plan, 64, 1, microseconds(10), 1);
    EXPECT_TRUE(std::is_sorted(late.begin(), late.end(),
                               [](const FlowSpec& a, const FlowSpec& b) { return a.start < b.start; }));
    EXPECT_LE(late.back().start, microseconds(10));
    EXPECT_GT(late.back().start, microseconds(8));  // the last of 64 uniform ones: fails once in 10^6 seeds
}

TEST(Permutation, NeedsAnotherHostForEveryRank)
{
    EXPECT_EQ(sentence_of(hosts_of_8(2), 16), "");
    EXPECT_EQ(sentence_of(hosts_of_8(2), 17), "ranks: 17 ranks need as many endpoints, and 'test' has 16");
    EXPECT_EQ(sentence_of(hosts_of_8(2), 12),
              "ranks: 12 ranks fill hosts of 8, and each sends to another host; use 16 or more");
}

}  // namespace
}  // namespace hpnsim
