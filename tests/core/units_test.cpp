// SPDX-License-Identifier: GPL-2.0-only
// Tests how bytes, times and rates are converted into each other.
#include "hpnsim/units.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(Units, ReckonedRatesBytesAndLoadsBelongTogether)
{
    EXPECT_EQ(bps_of(12'500, microseconds(1)), 100e9);
    EXPECT_EQ(bytes_at(100e9, microseconds(1)), 12'500);
    EXPECT_EQ(load_of(12'500, 200e9, microseconds(1)), 0.5);
    EXPECT_EQ(static_cast<Bytes>(bytes_at(100e9, nanoseconds(7))), bytes_in(nanoseconds(7), gbps(100)));
    EXPECT_EQ(transmit_time(12'500, gbps(100)), microseconds(1));
    EXPECT_EQ(transmit_time(12'500'000, gbps(100)), milliseconds(1));
}

}  // namespace
}  // namespace hpnsim
