// SPDX-License-Identifier: GPL-2.0-only
// Tests the line of progress, and what signals do.
#include "hpnsim/progress.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include <csignal>

namespace hpnsim
{
namespace
{

// 10 M packet-hops in 5 s are 2.0 M a second; a quarter done leaves three times as long.
TEST(Progress, SaysHowFarHowFastHowLong)
{
    EXPECT_EQ(progress_line("dcqcn", Time{812'400'000}, 0.25, 10'000'000, 5),
              "dcqcn  812.4 us  25%  2.0 M packet-hops/s  15 s left");
    EXPECT_EQ(progress_line("dcqcn", Time{}, 0, 0, 0), "dcqcn  0.0 us  0%  0.0 M packet-hops/s");
}

TEST(Progress, QuietWritesNothing)
{
    ::testing::internal::CaptureStderr();
    {
        Progress progress("x", true);
        progress.update(Time{}, 0.5, 1);
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Interrupt, RemembersTheFirstSignal)
{
    const Interrupt interrupt;
    EXPECT_FALSE(Interrupt::asked());
    std::raise(SIGTERM);
    EXPECT_TRUE(Interrupt::asked());
}

TEST(InterruptDeathTest, TheSecondSignalKills)
{
    EXPECT_EXIT(
        {
            const Interrupt interrupt;
            std::raise(SIGINT);
            std::this_thread::sleep_for(std::chrono::milliseconds(700));
            std::raise(SIGINT);
        },
        ::testing::KilledBySignal(SIGINT), "");
}

TEST(Interrupt, AnEchoOfTheFirstSignalDoesNotKill)
{
    const Interrupt interrupt;
    std::raise(SIGTERM);
    std::raise(SIGTERM);
    EXPECT_TRUE(Interrupt::asked());
}

}  // namespace
}  // namespace hpnsim
