// SPDX-License-Identifier: GPL-2.0-only
// Tests what a NIC makes of CCs that break the rules, and what it says its QPs wait for.
#include "rig.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hpnsim::test
{

TEST(LawFault, FirstOneIsToldAndReplaced)
{
    RigOptions options;
    Rig rig(options);
    rig.connect();
    rig.journal().react = [](Flow& flow, const Event& event) {
        if (event.kind != Event::Kind::ack) return;
        if (event.ack.psn == 1) flow.rate.bps = std::numeric_limits<int64_t>::min();
        if (event.ack.psn == 2) flow.window = 0;
    };
    rig.post(0, 0, 40960);
    EXPECT_EQ(rig.nic(0).law_fault(), nullptr);
    ASSERT_TRUE(rig.run());
    ASSERT_NE(rig.nic(0).law_fault(), nullptr);
    const std::string& sentence = rig.nic(0).law_fault()->sentence;
    EXPECT_FALSE(rig.nic(0).law_fault()->restless);
    EXPECT_NE(
        sentence.find("the CC 'recorder', on_ack, QP 0 from endpoint 0 to 1, wrote a rate of -9223372036"),
        std::string::npos)
        << sentence;
    EXPECT_GT(rig.nic(0).flow(0).rate.bps, 0);
    EXPECT_GT(rig.nic(0).flow(0).window, 0);
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1U) << "the NIC goes on";
    EXPECT_EQ(rig.nic(1).law_fault(), nullptr);
}

TEST(LawFault, TimersForNowLetTimeGoOn)
{
    for (const int64_t ahead : {-5'000'000, 0, 1}) {
        RigOptions options;
        options.cc.first_due = microseconds(1);
        Rig rig(options);
        rig.connect();
        uint64_t runs = 0;
        rig.journal().quiet = true;
        rig.journal().react = [&](Flow& flow, const Event& event) {
            if (event.kind != Event::Kind::timer || ++runs >= 300'000) return;
            flow.due[0] = flow.now + picoseconds(ahead);
        };
        ASSERT_TRUE(rig.run()) << ahead;
        EXPECT_GE(runs, 300'000U) << ahead;
        ASSERT_NE(rig.nic(0).law_fault(), nullptr) << ahead;
        EXPECT_TRUE(rig.nic(0).law_fault()->restless) << ahead;
    }
}

/// A timer of a nanosecond is no fault, although no CC has one.
TEST(LawFault, FastTimersAreNone)
{
    RigOptions options;
    options.cc.first_due = microseconds(1);
    Rig rig(options);
    rig.connect();
    rig.journal().quiet = true;
    rig.journal().react = [](Flow& flow, const Event& event) {
        if (event.kind == Event::Kind::timer && flow.now < microseconds(500))
            flow.due[0] = flow.now + nanoseconds(1);
    };
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).law_fault(), nullptr);
}

TEST(Waits, SayWhatIsAwaitedAndWhetherItEnds)
{
    RigOptions options;
    options.cc.rate = mbps(100);  // 4194 B: 335.52 us
    Rig rig(options);
    rig.connect();
    rig.script = [](const Seen&) {
        Fate fate;
        fate.drop = true;
        return fate;
    };
    EXPECT_EQ(rig.nic(0).waits(0, rig.now()).what, QpWait::For::nothing);
    const uint64_t before = rig.nic(0).progress();
    rig.pause(0, 0, kDataPriority, true);
    rig.post(0, 0, 40960);
    QpWait wait = rig.nic(0).waits(0, rig.now());
    EXPECT_EQ(wait.what, QpWait::For::turn);
    EXPECT_FALSE(wait.ends) << "nothing says when the pause will end";
    rig.pause(0, 0, kDataPriority, false);
    rig.run_until(microseconds(10));
    wait = rig.nic(0).waits(0, rig.now());
    EXPECT_EQ(wait.what, QpWait::For::acknowledgement);
    EXPECT_TRUE(wait.ends);
    EXPECT_LT(wait.until, Time::max());
    EXPECT_EQ(rig.nic(0).progress(), before) << "nothing has arrived";
}

}  // namespace hpnsim::test
