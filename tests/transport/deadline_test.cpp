// SPDX-License-Identifier: GPL-2.0-only
// Tests timers of the CC, and deadlines that move.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{

TEST(Timers, RunWhenDueAndOnce)
{
    RigOptions options;
    options.cc.first_due = microseconds(55);
    Rig rig(options);
    rig.connect();
    ASSERT_TRUE(rig.run());
    const auto timers = rig.journal().of(Event::Kind::timer);
    ASSERT_EQ(timers.size(), 2u) << "one a side";
    EXPECT_EQ(timers[0].now, microseconds(55));
    EXPECT_EQ(timers[0].timer, 0);
    EXPECT_EQ(rig.nic(0).flow(0).due[0], Time::max());
}

TEST(Timers, AllFourInTheirOrder)
{
    RigOptions options;
    options.cc.first_due = microseconds(1);
    Rig rig(options);
    rig.connect();
    bool set = false;
    rig.journal().react = [&](Flow& flow, const Event& event) {
        if (event.kind != Event::Kind::timer || set) return;
        set = true;
        flow.due[3] = microseconds(5);
        flow.due[2] = microseconds(7);
        flow.due[1] = microseconds(7);
        flow.due[0] = microseconds(9);
    };
    ASSERT_TRUE(rig.run());
    std::vector<std::pair<int64_t, int>> ran;
    for (const Event& event : rig.journal().of(Event::Kind::timer))
        if (event.now > microseconds(1)) ran.push_back({event.now.ps / 1000000, event.timer});
    EXPECT_EQ(ran, (std::vector<std::pair<int64_t, int>>{{5, 3}, {7, 1}, {7, 2}, {9, 0}}));
}

TEST(Timers, EarlierWinsLaterWaits)
{
    RigOptions options;
    options.cc.first_due = microseconds(100);
    Rig rig(options);
    rig.connect();
    rig.journal().react = [](Flow& flow, const Event& event) {
        if (event.kind != Event::Kind::ack) return;
        flow.due[0] = event.ack.psn == 0 ? microseconds(20) : microseconds(70);
    };
    rig.post(0, 0, 4096);
    rig.run_until(microseconds(10));  // moved from 100 to 20
    EXPECT_EQ(rig.nic(0).next_deadline(), microseconds(20));
    rig.post(0, 0, 4096);  // moved from 20 to 70
    ASSERT_TRUE(rig.run());
    std::vector<int64_t> at;
    for (const Event& event : rig.journal().of(Event::Kind::timer)) at.push_back(event.now.ps / 1000000);
    EXPECT_EQ(at, (std::vector<int64_t>{70, 100})) << "70: NIC 0; 100: NIC 1, untouched";
}

TEST(Timers, AHigherRatePullsInTheNextPacket)
{
    RigOptions options;
    options.cc.rate = mbps(100);  // 4194 B: 335.52 us
    options.cc.first_due = microseconds(50);
    Rig rig(options);
    rig.connect();
    rig.journal().react = [](Flow& flow, const Event& event) {
        if (event.kind == Event::Kind::timer) flow.rate = mbps(335);
    };
    rig.post(0, 0, 8192);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    // 4194 x 8 bit / 335 Mb/s = 100.155223880... us, rounded up.
    EXPECT_EQ(data[1].at.ps, 100'155'224);
}

TEST(Timers, ALowerRatePutsItOff)
{
    RigOptions options;
    options.cc.rate = gbps(1);
    options.cc.first_due = microseconds(10);
    Rig rig(options);
    rig.connect();
    rig.journal().react = [](Flow& flow, const Event& event) {
        if (event.kind == Event::Kind::timer) flow.rate = mbps(100);
    };
    rig.post(0, 0, 8192);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0)[1].at.ps, 335'520'000);
}

TEST(Timers, AnEndlessAckTimeoutNeverComes)
{
    for (Time timeout : {Time::max(), Time::max() / 2}) {
        RigOptions options;
        options.nic.retry.ack_timeout = timeout;
        Rig rig(options);
        rig.connect();
        rig.script = [](const Seen&) {
            Fate fate;
            fate.drop = true;
            return fate;
        };
        rig.run_until(microseconds(5));
        rig.post(0, 0, 4096);
        rig.run(milliseconds(100000));
        EXPECT_EQ(rig.seen_of(PacketKind::data, 0).size(), 1u);
        EXPECT_TRUE(rig.done.empty());
    }
}

}  // namespace hpnsim::test
