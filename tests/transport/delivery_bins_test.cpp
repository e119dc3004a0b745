// SPDX-License-Identifier: GPL-2.0-only
// Tests how payload over time is counted in a fixed number of bins.
#include "hpnsim/delivery_bins.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace hpnsim
{

namespace
{

constexpr Bytes kPayload = 4096;
constexpr Bytes kFrame = 4096 + 82;

double total(const DeliveryBins& bins)
{
    const auto bytes = bins.bytes();
    return std::accumulate(bytes.begin(), bytes.end(), 0.0);
}

double most_gbps(const DeliveryBins& bins)
{
    double most = 0;
    for (const double bytes : bins.bytes()) most = std::max(most, bytes);
    return most * 8000 / static_cast<double>(bins.width().ps);
}

}  // namespace

/// Full frames back to back, as close as the line carries them: no bin of any width holds more than the line.
TEST(DeliveryBins, hold_every_byte_and_never_more_than_the_line_rate)
{
    for (const Rate rate : {gbps(1), gbps(10), gbps(100), gbps(400), gbps(800)}) {
        const Time frame = transmit_time(kFrame, rate);
        for (const int frames : {1, 2, 100, 3000, 100'000}) {
            DeliveryBins bins;
            for (int i = 1; i <= frames; ++i) bins.add(kPayload, rate, frame * i);
            const double sent = static_cast<double>(kPayload) * frames;
            EXPECT_NEAR(total(bins), sent, sent * 1e-12);
            EXPECT_LE(most_gbps(bins), rate.gbps() * (1 + 1e-6)) << rate.gbps() << " " << frames;
        }
    }
}

TEST(DeliveryBins, merge_so_that_any_time_fits_and_half_of_them_are_used)
{
    DeliveryBins bins;
    const Time first = bins.width();
    for (int us = 1; us <= 10'000; ++us) bins.add(1000, gbps(100), microseconds(us));
    EXPECT_NEAR(total(bins), 10'000'000, 1e-5);
    EXPECT_GT(bins.width(), first);
    const auto used = static_cast<size_t>(milliseconds(10).ps / bins.width().ps);
    EXPECT_LT(used, DeliveryBins::kBins);
    EXPECT_GE(used, DeliveryBins::kBins / 2);
    EXPECT_NEAR(bins.bytes()[used / 2], 1000.0 * static_cast<double>(bins.width().ps) / 1e6, 1001);
}

TEST(DeliveryBins, take_what_is_odd)
{
    DeliveryBins bins;
    bins.add(0, gbps(100), Time{0});
    bins.add(9216, gbps(100), Time{5});  // began before time 0: what a clock never shows
    bins.add(1, Rate{0}, milliseconds(1'000'000'000));
    bins.add(1, gbps(100), Time{6});
    EXPECT_DOUBLE_EQ(total(bins), 9218);
}

/// A run by windows counts packets in another order than one event after the other.
TEST(DeliveryBins, do_not_depend_on_the_order)
{
    DeliveryBins forward, backward;
    constexpr int kPackets = 3000;
    const auto end = [](int i) { return Time{1 + i * 104'729}; };
    for (int i = 0; i < kPackets; ++i) forward.add(4096 - i % 7, gbps(400), end(i));
    for (int i = kPackets - 1; i >= 0; --i) backward.add(4096 - i % 7, gbps(400), end(i));
    EXPECT_EQ(forward.width(), backward.width());
    EXPECT_EQ(forward.bytes(), backward.bytes());
}

}  // namespace hpnsim
