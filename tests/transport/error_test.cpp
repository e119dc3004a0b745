// SPDX-License-Identifier: GPL-2.0-only
// Tests what happens when the retries are used up.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

Fate black_hole(const Seen&)
{
    Fate fate;
    fate.drop = true;
    return fate;
}

RigOptions impatient(Reliability reliability)
{
    RigOptions options;
    options.nic.reliability = reliability;
    options.nic.retry.ack_timeout = microseconds(100);
    options.nic.retry.rto = microseconds(100);
    options.nic.retry.retries = 2;
    return options;
}

}  // namespace

TEST(Errors, TheOldestFailsTheRestIsFlushed)
{
    for (Reliability reliability : {Reliability::go_back_n, Reliability::rud}) {
        Rig rig(impatient(reliability));
        rig.connect();
        rig.script = black_hole;
        for (uint64_t i = 0; i < 3; ++i) rig.post(0, 0, 1000, Verb::write, i);
        ASSERT_TRUE(rig.run());
        ASSERT_EQ(rig.done.size(), 3u);
        EXPECT_STREQ(status_name(rig.done[0].completion.status), "IBV_WC_RETRY_EXC_ERR");
        EXPECT_STREQ(status_name(rig.done[1].completion.status), "IBV_WC_WR_FLUSH_ERR");
        EXPECT_STREQ(status_name(rig.done[2].completion.status), "IBV_WC_WR_FLUSH_ERR");
        for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(rig.done[i].completion.cookie, i);
        EXPECT_TRUE(rig.nic(0).in_error(0));
        EXPECT_EQ(rig.nic(0).flow(0).in_flight, 0);
        EXPECT_EQ(rig.nic(0).flow(0).backlog, 0);
        EXPECT_EQ(rig.nic(0).counters().failed, 3000);
        EXPECT_EQ(rig.pool().in_use(), 0);
    }
}

TEST(Errors, AfterTheLastRetryHasHadItsTime)
{
    // gbn: sent at 0, again at 100 and 200 us, given up at 300 us.
    Rig rig(impatient(Reliability::go_back_n));
    rig.connect();
    rig.script = black_hole;
    rig.post(0, 0, 1000);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0).size(), 3u);
    EXPECT_EQ(rig.done[0].at, microseconds(300));
    EXPECT_EQ(rig.journal().of(Event::Kind::timeout).size(), 2u);
}

/// irn asks early when few packets are in flight. If they were counted, three such timeouts would give up a
/// packet that waits in a deep queue; by their time, the retries last as long as those of the longer timeout.
TEST(Errors, ShortTimeoutsOfIrnLastAsLongAsTheLongOnes)
{
    for (const bool automatic : {true, false}) {
        RigOptions options = impatient(Reliability::irn);
        options.nic.retry.rto = milliseconds(2);
        if (!automatic) options.nic.retry.rto_low = microseconds(100);
        Rig rig(options);
        rig.connect();
        rig.script = black_hole;
        rig.post(0, 0, 1000);
        ASSERT_TRUE(rig.run());
        ASSERT_EQ(rig.done.size(), 1U);
        EXPECT_EQ(rig.done[0].completion.status, Status::retry_exceeded);
        if (automatic) {  // three times 2 ms, told by the timeout after it at the latest
            EXPECT_GE(rig.done[0].at, milliseconds(6));
            EXPECT_LE(rig.done[0].at, milliseconds(8));
        } else {
            EXPECT_EQ(rig.done[0].at, microseconds(300));
        }
    }
}

TEST(Errors, LaterPostsAreFlushedAtOnce)
{
    Rig rig(impatient(Reliability::go_back_n));
    rig.connect();
    rig.script = black_hole;
    rig.post(0, 0, 1000);
    ASSERT_TRUE(rig.run());
    rig.post(0, 0, 500, Verb::write, 8);
    ASSERT_EQ(rig.done.size(), 2u);
    EXPECT_EQ(rig.done[1].completion.status, Status::flushed);
    EXPECT_EQ(rig.done[1].completion.cookie, 8u);
    EXPECT_EQ(rig.nic(0).counters().posted, 1500);
    EXPECT_EQ(rig.nic(0).counters().failed, 1500);
}

TEST(Errors, TheOtherDirectionFailsToo)
{
    for (Reliability reliability : {Reliability::go_back_n, Reliability::rud}) {
        Rig rig(impatient(reliability));
        rig.connect();
        rig.script = black_hole;
        rig.post(0, 0, 1000);
        ASSERT_TRUE(rig.run());
        rig.script = nullptr;
        rig.post(1, 0, 1000);
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(rig.done_of(Completion::Kind::sent, 1)[0].completion.status, Status::retry_exceeded);
        EXPECT_EQ(rig.nic(0).counters().delivered, 0);
    }
}

TEST(Errors, OtherQueuePairsGoOn)
{
    Rig rig(impatient(Reliability::go_back_n));
    rig.connect();
    rig.connect();
    rig.script = [](const Seen& s) {
        Fate fate;
        fate.drop = s.packet.dst_qp == 0;
        return fate;
    };
    rig.post(0, 0, 1000);
    rig.post(0, 1, 1 << 20);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(1).counters().delivered, 1 << 20);
    EXPECT_FALSE(rig.nic(0).in_error(1));
}

TEST(Errors, ProgressEndsTheRow)
{
    // Every message is lost twice, then arrives: never three timeouts in a row.
    Rig rig(impatient(Reliability::go_back_n));
    rig.connect();
    rig.script = [n = 0](const Seen& s) mutable {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::data && n++ % 3 != 2;
        return fate;
    };
    for (int i = 0; i < 5; ++i) {
        rig.post(0, 0, 100);
        ASSERT_TRUE(rig.run());
    }
    EXPECT_EQ(rig.nic(0).counters().timeouts, 10u);
    for (const Done& one : rig.done_of(Completion::Kind::sent, 0))
        EXPECT_EQ(one.completion.status, Status::success);
}

TEST(Errors, NoTimerOutlivesTheQueuePair)
{
    RigOptions options = impatient(Reliability::go_back_n);
    options.cc.first_due = microseconds(10);
    Rig rig(options);
    rig.connect();
    rig.script = black_hole;
    rig.journal().react = [](Flow& flow, const Event& event) {
        if (event.kind == Event::Kind::timer) flow.due[0] = event.now + microseconds(10);
    };
    rig.post(0, 0, 1000);
    rig.run_until(milliseconds(1));
    ASSERT_TRUE(rig.nic(0).in_error(0));
    EXPECT_EQ(rig.nic(0).next_deadline(), Time::max()) << "something still ticks";
    EXPECT_NE(rig.nic(1).next_deadline(), Time::max());
}

}  // namespace hpnsim::test
