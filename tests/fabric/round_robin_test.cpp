// SPDX-License-Identifier: GPL-2.0-only
// Tests the turns of round robin alone: that they are even, who shares one, and when their order changes.
#include "balancing/round_robin.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace hpnsim;

namespace
{

constexpr uint32_t kPorts = 12;
const NextHops kUp{4, 8, nullptr};

std::vector<uint16_t> turns(RoundRobin& round, const NextHops& hops, uint32_t many)
{
    std::vector<uint16_t> ports;
    for (uint32_t i = 0; i < many; ++i) ports.push_back(round.Choose(hops));
    return ports;
}

}  // namespace

TEST(RoundRobin, ARoundHasEveryPortOnceAndRepeats)
{
    RoundRobin round(kPorts, 0, 1);
    const std::vector<uint16_t> first = turns(round, kUp, 8);
    EXPECT_EQ(std::set<uint16_t>(first.begin(), first.end()), (std::set<uint16_t>{4, 5, 6, 7, 8, 9, 10, 11}));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(turns(round, kUp, 8), first);
}

TEST(RoundRobin, TheStreamDecidesTheOrder)
{
    RoundRobin one(kPorts, 0, 1), same(kPorts, 0, 1), other(kPorts, 0, 2);
    const std::vector<uint16_t> first = turns(one, kUp, 8);
    EXPECT_EQ(turns(same, kUp, 8), first);
    EXPECT_NE(turns(other, kUp, 8), first);
}

TEST(RoundRobin, AnOrderIsDrawnAnewAfterItsRounds)
{
    RoundRobin round(kPorts, 3, 1);
    std::vector<uint16_t> before;
    int changes = 0;
    for (int i = 0; i < 30; ++i) {
        const std::vector<uint16_t> now = turns(round, kUp, 8);
        EXPECT_EQ(std::set<uint16_t>(now.begin(), now.end()).size(), 8U);
        if (i % 3 != 0) {
            EXPECT_EQ(now, before) << i;
        }
        changes += now != before ? 1 : 0;
        before = now;
    }
    EXPECT_EQ(changes, 10);
}

/// Packets down a pair of parallel links do not move the turn of those that go up.
TEST(RoundRobin, EachChoiceHasItsTurn)
{
    RoundRobin alone(kPorts, 0, 1), mixed(kPorts, 0, 1);
    const NextHops down{0, 2, nullptr};
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(mixed.Choose(kUp), alone.Choose(kUp));
        if (i % 3 == 0) mixed.Choose(down);
    }
    EXPECT_NE(mixed.Choose(down), mixed.Choose(down));
}

/// A dead port is left out, the others stay even, and so are all when it is back.
TEST(RoundRobin, StaysEvenWithFewerPortsAndWithMore)
{
    const uint16_t left[] = {4, 5, 7, 8, 9, 10, 11};
    RoundRobin round(kPorts, 0, 1);
    for (const NextHops& hops : {NextHops{0, 7, left}, kUp, NextHops{0, 7, left}}) {
        std::map<uint16_t, int> sent;
        for (uint32_t i = 0; i < hops.count * 5U; ++i) ++sent[round.Choose(hops)];
        EXPECT_EQ(sent.size(), hops.count);
        for (const auto& [port, packets] : sent) EXPECT_EQ(packets, 5) << port;
    }
}
