// SPDX-License-Identifier: GPL-2.0-only
// Tests the numbers behind the curves, worked by hand, and the axes and text of figures.
#include "hpnsim/size_buckets.hpp"
#include "plots/curves.hpp"

#include "plots/style.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{

namespace
{

FlowRow flow(Bytes bytes, int64_t fct_ps, int64_t ideal_ps)
{
    FlowRow out;
    out.bytes = bytes;
    out.end = {fct_ps};
    out.ideal = {ideal_ps};
    return out;
}

}  // namespace

TEST(Curves, cdf_steps_end_at_one)
{
    const Curve curve = cdf({1'000'000, 2'000'000, 2'000'000, 4'000'000}, 1e6);
    ASSERT_EQ(curve.size(), 5u);
    EXPECT_EQ(curve[0].y, 0);
    EXPECT_EQ(curve[1].y, 0.25);
    EXPECT_EQ(curve[4].x, 4);
    EXPECT_EQ(curve[4].y, 1);
    EXPECT_TRUE(cdf({}, 1).empty());
}

TEST(Curves, a_large_cdf_is_thinned_but_keeps_its_ends)
{
    std::vector<int64_t> values;
    for (int64_t i = 0; i < 1'000'000; ++i) values.push_back(i);
    const Curve curve = cdf(values, 1);
    EXPECT_LT(curve.size(), 1500u);
    EXPECT_EQ(curve.front().x, 0);
    EXPECT_EQ(curve.back().x, 999'999);
    EXPECT_EQ(curve.back().y, 1);
}

TEST(Curves, queue_share_above_each_depth)
{
    const Curve curve = queue_ccdf({{{0, 0.5}, {1000, 0.25}, {2000, 0.25}}});
    ASSERT_EQ(curve.size(), 3u);  // depth 0 and share 0 cannot stand on logarithmic axes
    EXPECT_EQ(curve[0].x, 0.5);   // below the first bin: something waits half of the time
    EXPECT_EQ(curve[0].y, 0.5);
    EXPECT_EQ(curve[1].x, 1);
    EXPECT_EQ(curve[1].y, 0.25);
    EXPECT_EQ(curve[2].x, 2);  // the deepest bin, with its share
    EXPECT_EQ(curve[2].y, 0.25);
    EXPECT_EQ(queue_ccdf({{{0, 0.75}, {1000, 0.25}}}).back().x, 1);  // a single one
    EXPECT_TRUE(queue_ccdf({{{0, 1.0}}}).empty());
    EXPECT_TRUE(queue_ccdf({}).empty());
}

TEST(Curves, size_buckets_hold_equal_numbers_and_do_not_split_a_size)
{
    RunRecord run;
    for (int i = 1; i <= 400; ++i) run.flows.push_back(flow(i * 10, i <= 200 ? 200 : 300, 100));
    auto buckets = size_buckets(run);
    ASSERT_EQ(buckets.size(), 20u);
    EXPECT_EQ(buckets[0].largest, 200);
    EXPECT_EQ(buckets[19].largest, 4000);
    EXPECT_EQ(buckets[9].p50, 2'000'000);
    EXPECT_EQ(buckets[10].p95, 3'000'000);
    EXPECT_EQ(buckets[0].p99, std::nullopt);
    for (FlowRow& f : run.flows) f.bytes = 64;
    EXPECT_EQ(size_buckets(run).size(), 1u);
    EXPECT_EQ(size_buckets(run)[0].p99, 3'000'000);
    run.flows.resize(3);
    for (size_t i = 0; i < 3; ++i) run.flows[i].bytes = static_cast<Bytes>(i);
    EXPECT_EQ(size_buckets(run).size(), 3u);
}

/// Bins of 2 us hold 400 and 200 Gb/s; a mean over 4 us stands in the middle of its window.
TEST(Curves, a_moving_mean_keeps_within_the_ends)
{
    const Curve curve = moving_mean({microseconds(2), {100'000, 50'000, 50'000}}, microseconds(4));
    ASSERT_EQ(curve.size(), 2u);
    EXPECT_NEAR(curve[0].x, 2, 1e-9);
    EXPECT_NEAR(curve[0].y, 300, 1e-9);
    EXPECT_NEAR(curve[1].x, 4, 1e-9);
    EXPECT_NEAR(curve[1].y, 200, 1e-9);
    EXPECT_TRUE(moving_mean({microseconds(2), {1, 2, 3}}, {}).empty());
    EXPECT_TRUE(moving_mean({}, microseconds(1)).empty());
}

TEST(Curves, throughput_steps_over_each_bin_and_ends_after_the_last)
{
    const Curve curve = throughput_curve({microseconds(2), {100'000, 50'000}});
    ASSERT_EQ(curve.size(), 3u);
    EXPECT_EQ(curve[0].x, 0);
    EXPECT_DOUBLE_EQ(curve[0].y, 400);  // 100 KB in 2 us
    EXPECT_EQ(curve[1].x, 2);
    EXPECT_DOUBLE_EQ(curve[1].y, 200);
    EXPECT_EQ(curve[2].x, 4);
    EXPECT_EQ(curve[2].y, 0);
    EXPECT_TRUE(throughput_curve({}).empty());
}

/// Sixteen uplinks, one of which carries everything, another an eighth of that: 16 x 0.8 / 0.9.
TEST(Curves, imbalance_counts_idle_uplinks)
{
    RunRecord run;
    PortRow busy, other, down;
    busy.tier = other.tier = down.tier = "tor";
    busy.role = other.role = "up";
    down.role = "down";
    busy.utilisation = 0.8;
    other.utilisation = 0.1;
    down.utilisation = 1;
    run.ports = {busy, other, down};
    run.uplinks = {{"tor", 16}, {"agg", 4}};
    const auto found = uplink_imbalance_of(run, "tor");
    ASSERT_TRUE(found.has_value());
    EXPECT_DOUBLE_EQ(found->ratio, 16 * 0.8 / 0.9);
    EXPECT_EQ(found->busiest, 0.8);
    EXPECT_FALSE(uplink_imbalance_of(run, "agg").has_value());
    // Another seed, in which both are even: 16 / 2. The mean of the two.
    busy.seed = other.seed = 2;
    busy.utilisation = other.utilisation = 0.5;
    run.ports.push_back(busy);
    run.ports.push_back(other);
    EXPECT_DOUBLE_EQ(uplink_imbalance_of(run, "tor")->ratio, (16 * 0.8 / 0.9 + 8) / 2);
}

TEST(Curves, one_ideal_for_all_or_none)
{
    RunRecord run;
    run.flows = {flow(1, 2, 5'000'000), flow(1, 3, 5'000'000)};
    EXPECT_EQ(shared_ideal_us({run, run}), 5.0);
    run.flows[1].ideal = {6'000'000};
    EXPECT_EQ(shared_ideal_us({run}), std::nullopt);
    run.extra = {{"ideal_us", 7.5}};
    EXPECT_EQ(shared_ideal_us({run}), 7.5);
    run.extra["busbw_GBps"] = 1.0;  // then ideal_us is that of the collective, not of its messages
    EXPECT_EQ(shared_ideal_us({run}), std::nullopt);
}

TEST(Style, axes_are_never_empty)
{
    for (const auto& values : std::vector<std::vector<double>>{{}, {0}, {20, 20}, {1, 1e9}, {-3, 3}}) {
        EXPECT_LT(axis_of(values, 20).lo, axis_of(values, 20).hi);
        EXPECT_LT(bar_axis(values, 50).lo, bar_axis(values, 50).hi);
    }
    EXPECT_FALSE(axis_of({1, 20}, 20).log);
    EXPECT_TRUE(axis_of({1, 20.1}, 20).log);
    EXPECT_FALSE(axis_of({0, 1000}, 20).log);
}

TEST(Style, text_cannot_leave_its_quotes)
{
    EXPECT_EQ(plot_text("it's `x` \\ \"\n_"), "\"it\\047s \\140x\\140 \\134 \\042 _\"");
}

TEST(Style, ticks)
{
    EXPECT_EQ(format_tick(2), "2");
    EXPECT_EQ(format_tick(1000), "1,000");
    EXPECT_EQ(format_tick(0.0005), "0.0005");
    EXPECT_EQ(format_tick(1e6), "10^6");
    EXPECT_EQ(format_tick(2e7), "2x10^7");
}

}  // namespace hpnsim
