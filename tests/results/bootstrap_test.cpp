// SPDX-License-Identifier: GPL-2.0-only
// Intervals by resampling, against what can be known of them by other means.
#include "hpnsim/bootstrap.hpp"
#include "hpnsim/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hpnsim
{
namespace
{

/// Sums of twelve uniform numbers are close to normal, with variance 1.
std::vector<double> normal_sample(size_t size, uint64_t seed)
{
    uint64_t stream = mix64(seed + 1000);
    std::vector<double> values(size);
    for (double& each : values) {
        each = -6;
        for (int k = 0; k < 12; ++k) each += next_uniform(stream);
    }
    return values;
}

TEST(Bootstrap, OfANormalSampleItsMeanIsAsThePlainFormulaHasIt)
{
    const std::vector<double> values = normal_sample(100, 1);
    double square = 0;
    const double mean = mean_of(values);
    for (const double each : values) square += (each - mean) * (each - mean);
    const double half = 1.96 * std::sqrt(square / 99) / 10;
    const Estimate found = bootstrap(values, mean_of);
    EXPECT_DOUBLE_EQ(found.value, mean);
    ASSERT_TRUE(found.interval);
    EXPECT_NEAR(found.interval->low, mean - half, 0.1 * half);
    EXPECT_NEAR(found.interval->high, mean + half, 0.1 * half);
}

/// The true mean lies in about 95 of 100 intervals. With 20 values each, percentile intervals are known to be
/// somewhat too short.
TEST(Bootstrap, NineteenOfTwentyIntervalsHoldTheTruth)
{
    int held = 0;
    for (uint64_t seed = 0; seed < 200; ++seed) {
        const Estimate found = bootstrap(normal_sample(20, seed), mean_of, 0.95, 1000);
        held += found.interval->low <= 0 && 0 <= found.interval->high ? 1 : 0;
    }
    EXPECT_GE(held, 176);
    EXPECT_LE(held, 198);
}

TEST(Bootstrap, AConstantSampleHasAnIntervalOfNoWidth)
{
    const Estimate found = bootstrap(std::vector<double>(7, 3.5), median_of);
    EXPECT_EQ(found.value, 3.5);
    EXPECT_EQ(found.interval->low, 3.5);
    EXPECT_EQ(found.interval->high, 3.5);
}

TEST(Bootstrap, TooFewValuesHaveNoInterval)
{
    EXPECT_FALSE(bootstrap({1, 2, 3, 4}, mean_of).interval);
    EXPECT_TRUE(bootstrap({1, 2, 3, 4, 5}, mean_of).interval);
}

TEST(Bootstrap, TheSameSampleGivesTheSameInterval)
{
    const std::vector<double> values = normal_sample(30, 9);
    EXPECT_EQ(bootstrap(values, median_of).interval->low, bootstrap(values, median_of).interval->low);
}

/// What all seeds have in common cancels: each seed's second figure is 10 % below its first.
TEST(PairedChange, WhatTheSeedsHaveInCommonCancels)
{
    std::vector<double> a, b;
    for (int seed = 1; seed <= 10; ++seed) {
        a.push_back(100.0 * seed);
        b.push_back(90.0 * seed);
    }
    const Estimate found = paired_change(a, b);
    EXPECT_NEAR(found.value, -0.1, 1e-12);
    EXPECT_NEAR(found.interval->low, -0.1, 1e-12);
    EXPECT_NEAR(found.interval->high, -0.1, 1e-12);
    EXPECT_THROW(paired_change({1}, {1, 2}), std::logic_error);
}

TEST(Median, OfEvenAndOddNumbers)
{
    EXPECT_EQ(median_of({3, 1, 2}), 2);
    EXPECT_EQ(median_of({4, 1, 3, 2}), 2.5);
}

}  // namespace
}  // namespace hpnsim
