// SPDX-License-Identifier: GPL-2.0-only
// Runs `workload` and `training` with --verify, as a user does.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// Runs a trace with real bytes; `out` is a folder for its results.
Ran verified(const std::string& command, const fs::path& out)
{
    return run(command + " --cc hpcc --quiet --no-plots --verify --out " + out.string());
}

TEST(ProgramVerify, SamplesOfEveryFormatAreRightAndKeepTheirTimes)
{
    const Folder folder;
    const fs::path with = folder.path() / "with", without = folder.path() / "without";
    for (const char* sample :
         {"chakra/all_reduce_8/all_reduce --topology hpn:segments=1,hosts=1",
          "chakra/all_to_all_8/all_to_all --topology star",
          "chakra/custom_ring_8/custom_allreduce --topology star",
          "goal/pair_16.goal --topology hpn:segments=1,hosts=2", "simccl/all-to-all-8.csv --topology star",
          "simai/microAllReduce.txt --ranks 8 --topology star"}) {
        const std::string command = std::string("workload --file @DATA/workloads/") + sample;
        const Ran ran = verified(command, with);
        EXPECT_EQ(ran.status, 0) << sample << ran.err;
        EXPECT_EQ(summary(with, "hpcc")["verified"], true) << sample;
        EXPECT_GT(summary(with, "hpcc")["verified_elements"], 0) << sample;
        ASSERT_EQ(run(command + " --cc hpcc --quiet --no-plots --out " + without.string()).status, 0);
        EXPECT_EQ(rows(with / "runs/hpcc/flows.csv"), rows(without / "runs/hpcc/flows.csv")) << sample;
    }
}

TEST(ProgramVerify, ATrainingIterationIsRight)
{
    const Folder folder;
    const std::string command =
        "training --model llama-7b:layers=2,hidden=64,heads=4,sequence=16,vocabulary=128 "
        "--tp 2 --pp 2 --dp 2 --topology star";
    const Ran ran = verified(command, folder.path() / "o");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(summary(folder.path() / "o", "hpcc")["verified"], true);
    const Ran spoiled = verified(command + " --inject reduce-twice", folder.path() / "o");
    EXPECT_EQ(spoiled.status, 4);
    EXPECT_NE(spoiled.err.find("hpcc: --verify: reduce_scatter of 2048 B, the program's collective "),
              std::string::npos)
        << spoiled.err;
}

TEST(ProgramVerify, EveryInjectionEndsWithStatus4AndASentence)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    for (const char* how : {"flip", "offset", "lost", "swapped", "reduce-twice"}) {
        const Ran ran = verified("workload --file @DATA/workloads/chakra/all_reduce_8/all_reduce --topology "
                                 "hpn:segments=1,hosts=1 --inject " +
                                     std::string(how),
                                 out);
        EXPECT_EQ(ran.status, 4) << how;
        EXPECT_NE(ran.err.find("hpcc: --verify: all_reduce of 1048576 B, the program's collective 0, rank "),
                  std::string::npos)
            << how << ran.err;
        EXPECT_EQ(summary(out, "hpcc")["verified"], false) << how;
    }
}

TEST(ProgramVerify, SaysWhatCannotBe)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const std::string goal = (folder.path() / "f.goal").string();
    std::ofstream(goal) << "num_ranks 2\nrank 0 {\ncalc 10\n}\nrank 1 {\ncalc 10\n}\n";
    const Ran nothing = verified("workload --topology star --file " + goal, out);
    EXPECT_EQ(nothing.status, 2);
    EXPECT_EQ(nothing.err,
              "workload: --verify: the workload moves no bytes: no rank sends another anything\n");
    std::ofstream(goal) << "num_ranks 2\nrank 0 {\nsend 64b to 1 tag 3\n}\nrank 1 {\ncalc 10\n}\n";
    const Ran untaken = verified("workload --topology star --file " + goal, out);
    EXPECT_EQ(untaken.status, 4);
    EXPECT_EQ(untaken.err, "hpcc: --verify: rank 1: no receive took 64 B from rank 0 under tag 3\n");
    std::ofstream(goal) << "num_ranks 2\nrank 0 {\nsend 9000000000000b to 1\n}\nrank 1 {\nrecv "
                           "9000000000000b from 0\n}\n";
    const Ran huge = verified("workload --topology star --file " + goal, out);
    EXPECT_EQ(huge.status, 2);
    EXPECT_NE(huge.err.find("--verify: buffers of 18000.0 GB are needed and "), std::string::npos)
        << huge.err;
    EXPECT_NE(huge.err.find(" are free; run without --verify, which needs none\n"), std::string::npos)
        << huge.err;
}

}  // namespace
}  // namespace hpnsim::test
