// SPDX-License-Identifier: GPL-2.0-only
// Tests the receiver's half of RCCC, the policy `credit`, alone: one port of 400 Gb/s, packets of 4,096 B in
// frames of 4,160 B (uet-htsim's). So a grant of 16,384 B occupies the port for 4 x 4,160 B x 8 / 396 Gb/s =
// 336.16 ns.
#include "port_policy.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;
using hpnsim::test::PortPolicy;

namespace
{

constexpr Bytes kGrant = 16384, kMtu = 4096, kWire = 4160;
constexpr Bytes kMuch = Bytes{1} << 30;

PortPolicy port(uint32_t qps, const std::string& spec = "credit")
{
    return {spec, qps, gbps(400), kMtu, kWire};
}

int turns_of(const std::vector<PortPolicy::Granted>& all, uint32_t qp)
{
    return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const auto& g) { return g.qp == qp; }));
}

}  // namespace

TEST(Credit, GrantsAt99PercentOfThePortsWireRate)
{
    PortPolicy policy = port(1);
    policy.data(microseconds(1), 0, kMuch);
    const auto all = policy.run_to(microseconds(1001));
    ASSERT_GT(all.size(), 100U);
    EXPECT_EQ(all[0].at, microseconds(1)) << "at once";
    for (size_t i = 1; i < all.size(); ++i) {
        EXPECT_EQ(all[i].bytes, kGrant);
        EXPECT_NEAR(static_cast<double>((all[i].at - all[i - 1].at).ps), 336'161.6, 1) << i;
    }
    const double wire = static_cast<double>(all.size()) * 4 * kWire * 8;
    EXPECT_NEAR(wire / 1000e-6, 0.99 * 400e9, 0.001 * 400e9);
}

TEST(Credit, SendersGetEqualShares)
{
    PortPolicy policy = port(32);
    for (uint32_t qp = 0; qp < 32; ++qp) policy.data(Time{}, qp, kMuch);
    for (int us = 50; us <= 1000; us += 50) {
        policy.run_to(microseconds(us));
        Bytes least = kMuch, most = 0;
        for (uint32_t qp = 0; qp < 32; ++qp) {
            least = std::min(least, policy.granted(qp));
            most = std::max(most, policy.granted(qp));
        }
        EXPECT_LE(most - least, kGrant) << us;
    }
    EXPECT_GT(policy.granted(0), 50 * kGrant);
}

TEST(Credit, ANewSenderIsServedWithinARound)
{
    PortPolicy policy = port(9);
    for (uint32_t qp = 0; qp < 8; ++qp) policy.data(Time{}, qp, kMuch);
    policy.run_to(microseconds(100));
    policy.data(microseconds(100), 8, kMuch);
    const auto all = policy.run_to(microseconds(100) + picoseconds(9 * 336'162));
    ASSERT_GE(all.size(), 9U);
    EXPECT_EQ(turns_of({all.begin(), all.begin() + 9}, 8), 1);
}

TEST(Credit, GrantsWhatWasAskedForAndNoMore)
{
    PortPolicy policy = port(1, "credit:ahead=0");
    policy.data(Time{}, 0, 40'960);
    const auto all = policy.run_to(milliseconds(1));
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[2].bytes, 40'960 - 2 * kGrant);
    EXPECT_EQ(policy.due(), Time::max());
    policy.data(milliseconds(1), 0, 40'960);  // says it again
    EXPECT_TRUE(policy.run_to(milliseconds(2)).empty());
    policy.data(milliseconds(2), 0, 40'961);
    ASSERT_EQ(policy.run_to(milliseconds(3)).size(), 1U);
    EXPECT_EQ(policy.granted(0), 40'960 + kMtu) << "a packet's worth at least";
}

TEST(Credit, IdleSendersGetCreditAheadUpToTheirLimit)
{
    PortPolicy policy = port(2);  // 1.5 x 100,000 B
    policy.data(Time{}, 0, kMtu);
    policy.data(Time{}, 1, 0);
    policy.run_to(milliseconds(1));
    EXPECT_EQ(policy.due(), Time::max()) << "then it rests";
    for (uint32_t qp = 0; qp < 2; ++qp) {
        EXPECT_GE(-policy.wanted(qp), 150'000);
        EXPECT_LT(-policy.wanted(qp), 150'000 + kGrant);
    }
}

TEST(Credit, NobodyGetsCreditAheadWhileOthersWantSome)
{
    PortPolicy policy = port(2);
    policy.data(Time{}, 0, 0);
    policy.data(Time{}, 1, kMuch);
    const auto all = policy.run_to(microseconds(500));
    EXPECT_EQ(turns_of(all, 0), 0);
    EXPECT_GT(turns_of(all, 1), 1000);
}

TEST(Credit, CountsWhatAnotherPortHasGranted)
{
    PortPolicy policy = port(1, "credit:ahead=0");
    policy.data(Time{}, 0, 10 * kGrant);
    policy.granted_elsewhere(0, 9 * kGrant);
    EXPECT_EQ(policy.run_to(milliseconds(1)).size(), 1U);
}

// 64 B in frames of 128 B (the overhead of 64 B is per packet): as many wire bytes as they really have.
TEST(Credit, ShortPacketsPayForTheirHeaders)
{
    PortPolicy policy = port(1);
    constexpr int kPackets = 100'000;
    Time now;
    for (int i = 0; i < kPackets; ++i) {
        policy.data(now, 0, kMuch, 64);
        while (policy.granted(0) < (i + 1) * 64) {
            now = policy.due();
            policy.run_to(now);
        }
    }
    const double took = static_cast<double>(now.ps) * 1e-12;
    EXPECT_NEAR(kPackets * 128.0 * 8 / took, 0.99 * 400e9, 0.01 * 400e9);
}

// Behind a fabric that is 4:1 oversubscribed, the pace follows its marks and trims down to 0.9 / 4 and back.
TEST(Credit, FollowsAnOversubscribedFabricWhenTold)
{
    const auto pace = [](PortPolicy& policy, Time& now, bool ecn, bool trimmed, int us) {
        policy.trimmed = trimmed;
        const Time until = now + microseconds(us);
        const Bytes before = policy.granted(0);
        for (; now < until; now += nanoseconds(100)) {
            policy.data(now, 0, policy.granted(0) + kMuch, kMtu, ecn);
            policy.run_to(now);
        }
        return static_cast<double>(policy.granted(0) - before) * kWire / kMtu * 8 / (us * 1e-6) / 400e9;
    };
    PortPolicy policy = port(1, "credit:ratio=4"), deaf = port(1);
    Time now, other;
    EXPECT_NEAR(pace(policy, now, false, false, 100), 0.99, 0.02);
    pace(policy, now, true, false, 200);
    EXPECT_NEAR(pace(policy, now, true, false, 100), 0.99 * 0.225, 0.01);
    pace(policy, now, false, false, 100);
    EXPECT_NEAR(pace(policy, now, false, false, 100), 0.99, 0.02);
    pace(policy, now, false, true, 20);
    EXPECT_NEAR(pace(policy, now, false, true, 100), 0.99 * 0.225, 0.01);
    pace(deaf, other, true, true, 100);
    EXPECT_NEAR(pace(deaf, other, true, true, 100), 0.99, 0.02);
}

TEST(Credit, AMarkedPacketIsAcknowledgedAtOnce)  // as `echo` has it
{
    PortPolicy policy = port(1);
    EXPECT_TRUE(policy.data(Time{}, 0, 0, kMtu, true).ack_now);
    EXPECT_FALSE(policy.data(Time{}, 0, 0, kMtu, false).ack_now);
}
