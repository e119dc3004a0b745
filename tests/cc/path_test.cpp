// SPDX-License-Identifier: GPL-2.0-only
// Tests which source ports `ecmp` and `spray` pick.
#include "paths.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using namespace hpnsim::test;

TEST(Ecmp, OnePathPerQp)
{
    Paths ecmp("ecmp");
    EXPECT_FALSE(ecmp.path.ops->sprays);
    EXPECT_EQ(ecmp.pick(0), 0xC123);
    EXPECT_EQ(ecmp.pick(1), 0xC123);
}

TEST(Spray, EveryValueOncePerLap)
{
    for (const int n : {1, 2, 7, 60, 64, 256}) {
        Paths spray("spray:paths=" + std::to_string(n));
        const std::set<uint16_t> first = distinct(spray.lap(n));
        EXPECT_EQ(first.size(), static_cast<size_t>(n));
        EXPECT_GE(*first.begin(), 0xC000);
        EXPECT_EQ(distinct(spray.lap(n)), first) << "a QP keeps its values";
    }
}

TEST(Spray, EachLapHasItsOwnOrder)
{
    Paths spray("spray");
    const std::vector<uint16_t> first = spray.lap(64), second = spray.lap(64);
    EXPECT_NE(first, second);
}

TEST(Spray, PortsWalkApart)
{
    Paths alone("spray"), both("spray");
    EXPECT_TRUE(both.path.ops->sprays);
    std::vector<uint16_t> on_port_0;
    for (int i = 0; i < 64; ++i) {
        on_port_0.push_back(both.pick(0));
        both.pick(1);
    }
    EXPECT_EQ(distinct(on_port_0).size(), 64U);
}

TEST(Spray, StreamsDecide)
{
    EXPECT_EQ(Paths("spray", 5).lap(200), Paths("spray", 5).lap(200));
    EXPECT_NE(Paths("spray", 5).lap(64), Paths("spray", 6).lap(64));
}
