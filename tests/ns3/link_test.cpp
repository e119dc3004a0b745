// SPDX-License-Identifier: GPL-2.0-only
// Tests one direction of a link: times are exact to the picosecond, worked by hand at 100 Gb/s (80 ps a
// byte).
#include "link_fixture.hpp"

#include "hpnsim/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace hpnsim;

TEST_F(Link, ArrivalIsSerialisationPlusDelay)
{
    connect(gbps(100));
    at(nanoseconds(5), [&] { tx->Send(packet(1, 1'000), now()); });
    ns3::Simulator::Run();
    ASSERT_EQ(far.arrivals.size(), 1U);
    EXPECT_EQ(far.arrivals[0].at.ps, 5'000 + 80'000 + 800'000);
    EXPECT_EQ(tx->SentBytes(), 1'000);
    EXPECT_EQ(tx->SentPackets(), 1U);
    EXPECT_EQ(pool.in_use(), 0);
}

/// 7 B at 300 Gb/s are 186.67 ps: rounded up.
TEST_F(Link, PartsOfAPicosecondRoundUp)
{
    connect(gbps(300));
    tx->Send(packet(1, 7), now());
    EXPECT_EQ(tx->BusyUntil().ps, 187);
    EXPECT_FALSE(tx->Idle({186}));
    EXPECT_TRUE(tx->Idle({187}));
}

/// 20 packets of 1,000 B back to back take 80 ns each; ten are in flight at a time on 800 ns of cable, under
/// one pending event.
TEST_F(Link, PacketsInFlightShareOneEvent)
{
    connect(gbps(100));
    size_t most = 0;
    for (uint32_t i = 0; i < 20; ++i) {
        at(nanoseconds(80 * i), [this, i, &most] {
            tx->Send(packet(i, 1'000), now());
            most = std::max(most, pending() - (19 - i));  // beside those of this test
        });
    }
    ns3::Simulator::Run();
    ASSERT_EQ(far.arrivals.size(), 20U);
    for (uint32_t i = 0; i < 20; ++i) {
        EXPECT_EQ(far.arrivals[i].psn, i);
        EXPECT_EQ(far.arrivals[i].at, nanoseconds(80 * (i + 1) + 800));
    }
    EXPECT_EQ(most, 1U);
    EXPECT_EQ(ns3::Simulator::GetEventCount(), 40U);
}

TEST_F(Link, WantIdleAnswersOnceHoweverOftenAsked)
{
    connect(gbps(100));
    tx->Send(packet(1, 1'000), now());
    at(nanoseconds(10), [&] { tx->WantIdle(now()); });
    at(nanoseconds(20), [&] { tx->WantIdle(now()); });
    ns3::Simulator::Run();
    EXPECT_EQ(near.idle, std::vector<Time>{nanoseconds(80)});
}

TEST_F(Link, NobodyAskedNobodyTold)
{
    connect(gbps(100));
    tx->Send(packet(1, 1'000), now());
    ns3::Simulator::Run();
    EXPECT_TRUE(near.idle.empty());
}

/// A PFC frame of 84 B (6.72 ns) goes out after the packet on the wire, reaches the far MAC after the cable
/// alone (300 ns), and whoever waits for the transmitter waits for it too.
TEST_F(Link, PauseFrameGoesInBetween)
{
    connect(gbps(100));
    tx->Send(packet(1, 1'000), now());
    tx->WantIdle(now());
    at(nanoseconds(10), [&] { tx->SendPause(kDataPriority, true, 84, now()); });
    ns3::Simulator::Run();
    EXPECT_EQ(far.paused, std::vector<Time>{Time{80'000 + 6'720 + 300'000}});
    EXPECT_EQ(near.idle, std::vector<Time>{Time{86'720}});
    EXPECT_EQ(far.arrivals.at(0).at, nanoseconds(880));
    EXPECT_EQ(tx->SentPackets(), 2U);
}

TEST_F(Link, PauseAndResumeKeepTheirOrder)
{
    connect(gbps(100));
    at(nanoseconds(10), [&] {
        tx->SendPause(kDataPriority, true, 100, now());
        tx->SendPause(kDataPriority, false, 100, now());
    });
    ns3::Simulator::Run();
    EXPECT_EQ(far.paused, std::vector<Time>{nanoseconds(318)});
    EXPECT_EQ(far.resumed, std::vector<Time>{nanoseconds(326)});
}

namespace
{

/// Lists which of `count` packets survive a link with that stream.
std::vector<uint32_t> survivors(uint64_t stream, double loss, uint32_t count)
{
    struct Runner : Link {
        void TestBody() override {}
        std::vector<uint32_t> run(uint64_t which, double p, uint32_t n)
        {
            connect(gbps(100), p, which);
            for (uint32_t i = 0; i < n; ++i)
                at(nanoseconds(10 * i), [this, i] { tx->Send(packet(i, 100), now()); });
            ns3::Simulator::Run();
            EXPECT_EQ(far.arrivals.size() + tx->LostPackets(), n);
            EXPECT_EQ(pool.in_use(), 0);
            std::vector<uint32_t> psns;
            for (const Arrival& arrival : far.arrivals) psns.push_back(arrival.psn);
            return psns;
        }
    };
    return Runner().run(stream, loss, count);
}

}  // namespace

/// 1 % of 20,000: 200, give or take five standard deviations (70).
TEST(LinkLoss, FollowsItsRateAndItsOwnStream)
{
    const std::vector<uint32_t> one = survivors(11, 0.01, 20'000);
    EXPECT_NEAR(static_cast<double>(one.size()), 19'800, 70);
    EXPECT_EQ(survivors(11, 0.01, 20'000), one);
    EXPECT_NE(survivors(12, 0.01, 20'000), one);
    EXPECT_EQ(survivors(11, 0, 1'000).size(), 1'000U);
}
