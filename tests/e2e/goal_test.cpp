// SPDX-License-Identifier: GPL-2.0-only
// Tests that what every scenario writes as GOAL runs the same when it is read again.
#include "command.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace hpnsim::test
{
namespace
{

/// A scenario, and the options that it shares with the workload that reads what it wrote.
struct Job {
    const char *command, *common, *written;
};

/// The rows without their first column: a program numbers its messages in the order in which it sends them.
std::vector<std::string> without_ids(const std::filesystem::path& out)
{
    std::vector<std::string> found;
    for (const std::string& row : rows(out / "runs/nscc/flows.csv"))
        found.push_back(row.substr(row.find(',')));
    return found;
}

class Written : public testing::TestWithParam<Job>
{
};

TEST_P(Written, RunsTheSameWhenItIsRead)
{
    const auto [command, common, written] = GetParam();
    const Folder folder;
    const std::string goal = (folder.path() / written).string(),
                      how = std::string(" --cc nscc --quiet --no-plots ") + common + " --out " +
                            folder.path().string();
    const Ran first = run(std::string(command) + " --write-goal " + goal + how + "/one");
    ASSERT_EQ(first.status, 0) << first.err;
    const Ran again = run("workload --file " + goal + how + "/two");
    ASSERT_EQ(again.status, 0) << again.err;
    const std::vector<std::string> one = without_ids(folder.path() / "one"),
                                   two = without_ids(folder.path() / "two");
    EXPECT_GT(one.size(), 8U);
    EXPECT_TRUE(one == two);
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, Written,
    testing::Values(
        Job{"incast --senders 9 --size 200K", "--topology star:hosts=10", "job.goal"},
        Job{"permutation --ranks 16 --size 300K", "--topology hpn:segments=2,hosts=1", "job.bin"},
        Job{"collective --op all_reduce --algorithm hierarchical --ranks 16 --size 256K --messages",
            "--topology hpn:segments=1,hosts=2", "job.goal"},
        Job{"collective --op all_to_all --algorithm pxn --members 0-15,32-47 --size 256K --messages",
            "--topology hpn:segments=3,hosts=2", "job.bin"},
        Job{"collective --op all_gather --ranks 16 --group-size 2 --group-stride 8 --size 256K --messages",
            "--topology hpn:segments=1,hosts=2", "job.goal"},
        Job{"alltoall --ranks 12 --size 100K --messages", "--topology star:hosts=12", "job.goal"},
        Job{"flows --flow-file @DATA/scenarios/websearch-100.flow.txt", "--topology star:hosts=320",
            "job.goal"}));

TEST(WriteGoal, WhatGoalCannotSayIsRefused)
{
    for (const auto& [command, sentence] :
         {std::pair("incast --verb read",
                    "GOAL has sends and receives, and with --verb read the receiver READs"),
          std::pair("incast --rounds 2", "a round begins when the one before has ended everywhere"),
          std::pair("collective --ranks 16 -n 2",
                    "an iteration begins when the one before has ended everywhere"),
          std::pair("collective --ranks 16 -b 1K -e 2K", "write one iteration of one size"),
          std::pair("collective --ranks 16 --step-latency-ns 5", "leave out the costs of steps"),
          std::pair("collective --ranks 16 --op send_recv", "send_recv cannot be written"),
          std::pair("collective --ranks 16 --algorithm multi-ring", "'multi-ring' cannot be written"),
          std::pair("flows --flow-file @DATA/htsim/ring-allreduce-4.cm", "some wait for a trigger")}) {
        const Ran ran =
            run(std::string(command) + " --topology star:hosts=64 --write-goal /dev/null --out /dev/null");
        EXPECT_EQ(ran.status, 2) << command;
        EXPECT_NE(ran.err.find("--write-goal: "), std::string::npos) << ran.err;
        EXPECT_NE(ran.err.find(sentence), std::string::npos) << ran.err;
    }
}

}  // namespace
}  // namespace hpnsim::test
