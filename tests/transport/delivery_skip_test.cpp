// SPDX-License-Identifier: GPL-2.0-only
// Tests that bytes over time keep their sum and their place when time is skipped.
#include "hpnsim/delivery_bins.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace hpnsim
{
namespace
{

double sum_of(const DeliveryBins& bins)
{
    const auto bytes = bins.bytes();
    return std::accumulate(bytes.begin(), bytes.end(), 0.0);
}

double sum_until(const DeliveryBins& bins, Time end)
{
    const auto bytes = bins.bytes();
    double sum = 0;
    for (size_t i = 0; static_cast<int64_t>(i + 1) * bins.width().ps <= end.ps; ++i) sum += bytes[i];
    return sum;
}

TEST(DeliverySkip, MovesWhatCameToItsLaterTime)
{
    DeliveryBins network, all;
    for (int i = 1; i <= 100; ++i) network.add(1000, gbps(100), microseconds(i));
    all.add_later(network, milliseconds(1));
    EXPECT_NEAR(sum_of(all), 100'000, 1e-3);
    EXPECT_EQ(sum_until(all, microseconds(990)), 0);
    EXPECT_NEAR(sum_until(all, microseconds(1120)), 100'000, 1e-3);
}

TEST(DeliverySkip, SpreadsWhatCameEvenlyOverATime)
{
    DeliveryBins all;
    all.add_span(1'000'000, microseconds(100), microseconds(1100));
    EXPECT_NEAR(sum_of(all), 1'000'000, 1e-3);
    EXPECT_NEAR(sum_until(all, microseconds(600)), 500'000, 10'000);
    EXPECT_EQ(sum_until(all, microseconds(90)), 0);
}

}  // namespace
}  // namespace hpnsim
