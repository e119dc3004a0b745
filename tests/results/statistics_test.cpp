// SPDX-License-Identifier: GPL-2.0-only
// Tests order statistics with samples 1..n: the value of rank r is r, so a percentile is its own rank.
#include "hpnsim/statistics.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim
{

namespace
{

std::vector<int64_t> up_to(int64_t n)
{
    std::vector<int64_t> out;
    for (int64_t i = 1; i <= n; ++i) out.push_back(i);
    return out;
}

}  // namespace

TEST(Percentile, ranks_by_the_ceiling_rule)
{
    EXPECT_EQ(percentile(up_to(2), 500), 1);
    EXPECT_EQ(percentile(up_to(3), 500), 2);
    EXPECT_EQ(percentile(up_to(100), 500), 50);
    EXPECT_EQ(percentile(up_to(101), 500), 51);
    EXPECT_EQ(percentile(up_to(20), 950), 19);
    EXPECT_EQ(percentile(up_to(21), 950), 20);  // 19.95
    EXPECT_EQ(percentile(up_to(100), 990), 99);
    EXPECT_EQ(percentile(up_to(101), 990), 100);  // 99.99
    EXPECT_EQ(percentile(up_to(1000), 999), 999);
    EXPECT_EQ(percentile(up_to(1001), 999), 1000);  // 999.999
}

TEST(Percentile, too_small_a_sample_carries_none)
{
    EXPECT_EQ(percentile({}, 500), std::nullopt);
    EXPECT_EQ(percentile(up_to(1), 500), std::nullopt);
    EXPECT_EQ(percentile(up_to(19), 950), std::nullopt);
    EXPECT_EQ(percentile(up_to(99), 990), std::nullopt);
    EXPECT_EQ(percentile(up_to(999), 999), std::nullopt);
}

TEST(Summary, of_one_value)
{
    const Summary s = summarise({42});
    EXPECT_EQ(s.n, 1u);
    EXPECT_EQ(s.min, 42);
    EXPECT_EQ(s.mean, 42);
    EXPECT_EQ(s.max, 42);
    EXPECT_FALSE(s.p50 || s.p95 || s.p99 || s.p999);
}

TEST(Summary, of_nothing_is_null)
{
    EXPECT_EQ(to_json(summarise({})).dump(), "{\"n\":0,\"min\":null,\"mean\":null,\"p50\":null,\"p95\":null,"
                                             "\"p99\":null,\"p999\":null,\"max\":null}");
}

TEST(Summary, mean_is_exact_beyond_64_bits_and_order_does_not_matter)
{
    const int64_t huge = INT64_MAX;
    EXPECT_EQ(summarise({huge, huge, huge - 3}).mean, huge - 1);
    EXPECT_EQ(summarise({1, 2, 3, 5}).mean, 3);  // 2.75
    auto values = up_to(1000);
    std::reverse(values.begin(), values.end());
    EXPECT_EQ(to_json(summarise(values)), to_json(summarise(up_to(1000))));
}

TEST(FlowStatistics, only_completed_flows_count)
{
    const RunRecord run = test::small_run();
    const FlowCounts counts = count_flows(run);
    EXPECT_EQ(counts.flows, 4u);
    EXPECT_EQ(counts.completed, 2u);
    EXPECT_EQ(counts.failed, 1u);
    EXPECT_EQ(counts.unfinished, 1u);
    const Summary fct = fct_summary(run);
    EXPECT_EQ(fct.n, 2u);
    EXPECT_EQ(fct.min, 10'000'000);
    EXPECT_EQ(fct.max, 12'000'001);
    EXPECT_EQ(fct.mean, 11'000'001);  // 11,000,000.5 rounds away from zero
    EXPECT_EQ(slowdown_summary(run).max, 1'500'000);
}

TEST(FlowStatistics, slowdown_is_not_clamped_and_needs_an_ideal)
{
    FlowRow flow;
    flow.end = {9};
    flow.ideal = {10};
    EXPECT_EQ(slowdown_millionths(flow), 900'000);
    flow.ideal = {0};
    EXPECT_EQ(slowdown_millionths(flow), std::nullopt);
}

}  // namespace hpnsim
