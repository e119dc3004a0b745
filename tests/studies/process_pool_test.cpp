// SPDX-License-Identifier: GPL-2.0-only
// Processes of a pool: how their ends are told.
#include "hpnsim/process_pool.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

namespace hpnsim
{
namespace
{

constexpr std::chrono::milliseconds kLong(20'000);

JobEnd end_of(const test::Scratch& scratch, const std::string& script, std::chrono::seconds limit = {})
{
    ProcessPool pool(1, limit);
    pool.start({7, {"/bin/sh", "-c", script}, scratch / "out", scratch / "err"});
    const std::vector<JobEnd> ends = pool.wait(kLong);
    return ends.empty() ? JobEnd() : ends[0];
}

TEST(ProcessPool, TellsHowAProcessEnded)
{
    const test::Scratch scratch;
    const JobEnd end = end_of(scratch, "echo said; echo wrong >&2; exit 3");
    EXPECT_EQ(end.number, 7U);
    EXPECT_EQ(end.exit_status, 3);
    EXPECT_EQ(end.signal, 0);
    std::string said, wrong;
    std::ifstream(scratch / "out") >> said;
    std::ifstream(scratch / "err") >> wrong;
    EXPECT_EQ(said + wrong, "saidwrong");
    EXPECT_EQ(end_of(scratch, "kill -SEGV $$").signal, SIGSEGV);
}

TEST(ProcessPool, WhatCannotBeStartedEnds)
{
    const test::Scratch scratch;
    ProcessPool pool(1);
    pool.start({0, {"/no/such/program"}, scratch / "out", scratch / "err"});
    EXPECT_EQ(pool.wait(kLong).at(0).exit_status, 127);
}

TEST(ProcessPool, EndsWhatTakesTooLong)
{
    const test::Scratch scratch;
    const JobEnd end = end_of(scratch, "sleep 60", std::chrono::seconds(1));
    EXPECT_TRUE(end.timed_out);
    EXPECT_EQ(end.signal, SIGKILL);
}

TEST(ProcessPool, IsFullAtItsLimitAndTakesItsProcessesAlong)
{
    const test::Scratch scratch;
    {
        ProcessPool pool(2);
        for (size_t k = 0; k < 2; ++k) {
            EXPECT_FALSE(pool.full());
            pool.start({k,
                        {"/bin/sh", "-c", "sleep 60; touch " + (scratch / "late").string()},
                        scratch / "out",
                        scratch / "err"});
        }
        EXPECT_TRUE(pool.full());
        EXPECT_TRUE(pool.wait(std::chrono::milliseconds(1)).empty());
    }
    EXPECT_FALSE(std::filesystem::exists(scratch / "late"));
}

}  // namespace
}  // namespace hpnsim
