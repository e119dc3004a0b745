// SPDX-License-Identifier: GPL-2.0-only
// Tests that timeouts which nobody has set follow the path: base RTT, and what the fabric's queues may hold.
#include "hpnsim/timers.hpp"
#include "pair.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

NicConfig nic_of(Reliability reliability)
{
    NicConfig nic;
    nic.reliability = reliability;
    nic.basis.least_rto = microseconds(320);
    return nic;
}

TEST(AutomaticTimeout, CodesCoverWhatTheyAreAskedFor)
{
    EXPECT_EQ(ack_timeout_code(ack_timeout(8)), 8);
    EXPECT_EQ(ack_timeout_code(ack_timeout(8) + Time{1}), 9);
    EXPECT_EQ(ack_timeout_code(Time{}), 1);
    EXPECT_EQ(ack_timeout_code(Time::max() / 2), 31);
}

/// Two base RTTs and the queues: 8 on short paths, to 14 for queues of a fabric, to 18 where one alone
/// lasts longer, more for the base RTT alone.
TEST(AutomaticTimeout, AckTimeoutFollowsThePath)
{
    const struct {
        Time rtt, queueing;
        int code;
    } kCases[] = {{microseconds(8), Time{}, 8},
                  {microseconds(8), microseconds(900), 8},
                  {microseconds(8), milliseconds(13), 12},
                  {microseconds(8), ack_timeout(14), 14},
                  {microseconds(8), milliseconds(300), 17},
                  {microseconds(8), milliseconds(3'600'000), 18},
                  {milliseconds(4), Time{}, 11},
                  {milliseconds(10), Time{}, 13},
                  {milliseconds(20), ack_timeout(14), 14},
                  {milliseconds(40), ack_timeout(14), 15},
                  {milliseconds(600), Time{}, 19}};
    for (const auto& each : kCases) {
        NicConfig nic = nic_of(Reliability::go_back_n);
        nic.basis.queueing = each.queueing;
        EXPECT_EQ(timeouts_for(nic, each.rtt).ack, ack_timeout(each.code)) << each.rtt.us();
        nic.retry.ack_timeout = ack_timeout(8);
        EXPECT_EQ(timeouts_for(nic, each.rtt).ack, ack_timeout(8)) << "what is given wins";
    }
}

TEST(AutomaticTimeout, NeverStaysNever)
{
    NicConfig nic;
    nic.retry.ack_timeout = Time::max();
    EXPECT_EQ(timeouts_for(nic, milliseconds(40)).ack, Time::max());
}

TEST(AutomaticTimeout, ADelayedAckIsWaitedFor)
{
    NicConfig nic;
    nic.acks.delay = milliseconds(1);
    EXPECT_EQ(timeouts_for(nic, microseconds(20)).ack, ack_timeout(9));
}

/// irn: the longest path and a full buffer (SIGCOMM'18, section 4.1), at least its paper's 320 and 100 us.
TEST(AutomaticTimeout, IrnFollowsToo)
{
    NicConfig nic = nic_of(Reliability::irn);
    EXPECT_EQ(timeouts_for(nic, microseconds(8)).rto, microseconds(320));
    EXPECT_EQ(timeouts_for(nic, microseconds(8)).rto_low, microseconds(100));
    nic.basis.queueing = milliseconds(1);
    EXPECT_EQ(timeouts_for(nic, microseconds(8)).rto, microseconds(1016));
    EXPECT_EQ(timeouts_for(nic, microseconds(8)).rto_low, microseconds(100));
    EXPECT_EQ(timeouts_for(nic, milliseconds(5)).rto_low, milliseconds(10));
    nic.basis.losses_are_told = true;
    EXPECT_EQ(timeouts_for(nic, microseconds(8)).rto_low, microseconds(1016));
    nic.retry.rto = microseconds(320);
    nic.retry.rto_low = microseconds(100);
    EXPECT_EQ(timeouts_for(nic, milliseconds(5)).rto, microseconds(320));
    EXPECT_EQ(timeouts_for(nic, milliseconds(5)).rto_low, microseconds(100));
}

TEST(AutomaticTimeout, RudFollowsToo)
{
    NicConfig nic = nic_of(Reliability::rud);
    nic.basis.least_rto = microseconds(65);
    nic.basis.queueing = milliseconds(1);
    EXPECT_EQ(timeouts_for(nic, microseconds(8)).rto, microseconds(65));
    EXPECT_EQ(timeouts_for(nic, milliseconds(5)).rto, milliseconds(10));
    nic.basis.losses_are_told = true;
    EXPECT_EQ(timeouts_for(nic, microseconds(8)).rto, microseconds(1016));
}

class EveryReliability : public testing::TestWithParam<Reliability>
{
};

/// A path of 20 ms, nothing lost, parameters as they come: each packet goes once.
TEST_P(EveryReliability, ALongPathRepeatsNothing)
{
    RigOptions options;
    options.nic.reliability = GetParam();
    options.delay = milliseconds(10);
    options.base_rtt = milliseconds(20);
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 65536);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0u);
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 0);
    ASSERT_FALSE(rig.done.empty());
    for (const auto& done : rig.done) EXPECT_EQ(done.completion.status, Status::success);
}

INSTANTIATE_TEST_SUITE_P(All, EveryReliability,
                         testing::Values(Reliability::go_back_n, Reliability::irn, Reliability::rud),
                         [](const auto& each) {
                             return std::string(each.param == Reliability::go_back_n ? "gbn"
                                                : each.param == Reliability::irn     ? "irn"
                                                                                     : "rud");
                         });

}  // namespace
}  // namespace hpnsim::test
