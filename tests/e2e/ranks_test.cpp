// SPDX-License-Identifier: GPL-2.0-only
// Tests that one run over several processes, which mpirun starts, writes the bytes of one process, and that
// all end together. Skipped where there is no MPI.
#include "command.hpp"

#include <gtest/gtest.h>

#include <map>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// More processes than processors, as root too.
const std::string kMpirun = "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
                            "ASAN_OPTIONS=detect_leaks=0 mpirun --oversubscribe -np ";

const std::string kFabric = " --topology hpn:segments=2,hosts=4 ";

class Ranks : public ::testing::Test
{
protected:
    void SetUp() override
    {
        const bool built = fs::exists(fs::path(HPNSIM_BIN).parent_path() / "lib" / "hpnsim-mpi.so");
        if (!built) GTEST_SKIP() << "there is no MPI";
        if (shell(kMpirun + "2 true").status != 0)
            GTEST_SKIP() << "mpirun is missing, or starts nothing here";
    }
    std::string in(const std::string& name) const
    {
        return "cd " + (folder_.path() / name).string() + " && ";
    }
    Ran over(const std::string& ranks, const std::string& command)
    {
        fs::create_directories(folder_.path() / "ranks");
        return shell(in("ranks") + kMpirun + ranks + " @BIN/" + command);
    }

    const Folder folder_;
};

/// Reads all files below the folder, but for what depends on the machine.
std::map<std::string, std::string> files_of(const fs::path& folder, uint64_t& ranks)
{
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string name = fs::relative(entry.path(), folder).string();
        if (!entry.is_regular_file() || name == ".hpnsim" || name == "report.html") continue;
        files[name] = read(entry.path());
        if (entry.path().filename() != "summary.json") continue;
        auto summary = nlohmann::ordered_json::parse(files[name]);
        ranks = summary["host"]["ranks"].get<uint64_t>();
        summary.erase("host");
        files[name] = summary.dump();
    }
    return files;
}

/// Runs a command in one process and over several, with the same status, prints and files.
void same_over(const std::string& ranks, const std::string& command)
{
    SCOPED_TRACE(ranks + " ranks: " + command);
    const Folder folder;
    const std::string cd = "cd " + folder.path().string(), rest = " @BIN/" + command + " --no-plots --out ";
    const std::string quiet = " --quiet";
    const Ran alone = shell(cd + " && mkdir a b && cd a &&" + rest + "o" + quiet);
    const Ran together = shell(cd + "/b && " + kMpirun + ranks + rest + "o" + quiet);
    EXPECT_EQ(together.status, alone.status) << together.err;
    EXPECT_EQ(together.out, alone.out);
    EXPECT_EQ(together.err.rfind(alone.err, 0), 0U) << together.err;  // mpirun adds to it after a failure
    uint64_t one = 0, several = 0;
    const auto expected = files_of(folder.path() / "a" / "o", one);
    const auto got = files_of(folder.path() / "b" / "o", several);
    EXPECT_GE(expected.size(), 3U);
    for (const auto& [name, text] : expected)
        EXPECT_TRUE(got.count(name) == 1 && got.at(name) == text) << name;
    EXPECT_EQ(got.size(), expected.size());
    EXPECT_EQ(one, 1U);
    EXPECT_EQ(std::to_string(several), ranks);
}

}  // namespace

TEST_F(Ranks, PermutationsAreTheSame)
{
    const std::string hpn = "permutation --ranks 32 --size 128K" + kFabric;
    same_over("2", hpn + "--cc dcqcn --cc hpcc");
    same_over("3", hpn + "--cc nscc --path spray --seeds 2 --jitter-ns 300");
    same_over("2", hpn + "--cc nscc --switch-lb adaptive");
    same_over("2", hpn + "--cc nscc --fabric lossy --loss 0.001");
    same_over("4", "permutation --ranks 16 --size 128K --cc dcqcn --topology fat-tree:k=4,gbps=100 "
                   "--fabric lossy --transport irn");
}

TEST_F(Ranks, IncastsAndFlowsAreTheSame)
{
    same_over("2",
              "incast --senders 4 --size 256K --rounds 2 --cc dcqcn --placement cross-segment" + kFabric);
    same_over("2", "incast --senders 7 --size 128K --cc rccc --fabric trimming" + kFabric);
    same_over("2", "incast --senders 4 --size 128K --cc hpcc --verb send --qps 2" + kFabric);
    same_over("2", "flows --topology leaf-spine --cdf WebSearch --load 0.3 --duration-us 20 --cc dcqcn");
}

/// A host's GPUs send over NVLink too, and a step begins when its predecessor has been delivered.
TEST_F(Ranks, CollectivesAreTheSame)
{
    const std::string fabric = " --ranks 16 --topology hpn:segments=2,hosts=1 --size ";
    same_over("3", "allreduce --algorithm multi-ring --cc nscc" + fabric + "512K");
    same_over("2", "collective --op all_reduce --algorithm tree" + fabric + "64K");
    same_over("2", "allreduce --algorithm ring --step-latency-ns 0 --jitter-ns 700" + fabric + "256K");
    same_over("2", "allreduce --algorithm hierarchical --cc hpcc --iterations 2 --messages" + fabric + "1M");
    same_over("3", "alltoall --cc hpcc --qps 3 --qp-select least-wqe" + fabric + "256K");
    same_over("2", "allreduce --algorithm ring --cc dcqcn --fabric lossy --loss 0.0005" + fabric + "512K");
}

/// The end of a step is an event of its host, on the rank of this host alone.
TEST_F(Ranks, StepsThatTakeTimeAreTheSame)
{
    const std::string fabric = " --ranks 16 --topology hpn:segments=2,hosts=1 --size ";
    same_over("2", "allreduce --algorithm ring --step-latency-ns 30 --jitter-ns 700" + fabric + "256K");
    same_over("3",
              "allreduce --algorithm hierarchical --iterations 2 --step-latency-ns 400 --reduce-gbps 800" +
                  fabric + "512K");
    same_over("2", "alltoall --reduce-gbps 400 --step-latency-ns 1" + fabric + "64K");
}

TEST_F(Ranks, StopWhereOneProcessStops)
{
    same_over("2", "permutation --ranks 32 --size 1M --cc dcqcn --stop-us 40" + kFabric);
    same_over("3", "allreduce --algorithm ring --ranks 16 --size 1M --stop-us 30" + kFabric);
}

/// The circle leads over switches of all ranks; the run ends with status 4.
TEST_F(Ranks, DeadlocksAreFoundTogether)
{
    same_over("3", "flows --topology file:path=@DATA/hpcc/ring-5.topology.txt --flow-file "
                   "@DATA/hpcc/ring-5.flow.txt --cc fixed:window=0 --fabric lossless:buffer-mb=1");
}

TEST_F(Ranks, EachWithItsOwnCommandIsNoRun)
{
    for (const std::string own : {"--seed $OMPI_COMM_WORLD_RANK", "--quiet --out o$OMPI_COMM_WORLD_RANK"}) {
        const Ran ran = shell(in("") + kMpirun +
                              "2 sh -c '@BIN/incast --topology star --senders 4 --no-plots " + own + "'");
        EXPECT_EQ(ran.status, 2) << own;
        EXPECT_EQ(
            ran.err.rfind("incast: mpirun has started 2 processes, and rank 1 has another command or folder "
                          "than rank 0; ",
                          0),
            0U)
            << ran.err;
        EXPECT_FALSE(fs::exists(folder_.path() / "out") || fs::exists(folder_.path() / "o0"));
    }
}

TEST_F(Ranks, WhatNeedsOneProcessIsRefusedOnce)
{
    for (const char* asked :
         {"permutation --audit", "permutation --threads 2", "permutation --transport gbn:retry=1"}) {
        const Ran ran = over("2", asked + std::string(" --ranks 16 --out o"));
        EXPECT_EQ(ran.status, 2) << ran.err;
        const std::string sentence =
            " cannot be had in a run over 2 processes (mpirun): start one process for it\n";
        const size_t first = ran.err.find(sentence);
        ASSERT_NE(first, std::string::npos) << ran.err;
        EXPECT_EQ(ran.err.find(sentence, first + 1), std::string::npos) << ran.err;
        EXPECT_FALSE(fs::exists(folder_.path() / "ranks" / "o"));
    }
}

/// What rank 0 alone finds wrong ends the others.
TEST_F(Ranks, EndTogetherWhenTheFolderIsSomebodyElses)
{
    fs::create_directories(folder_.path() / "ranks" / "o");
    shell(in("ranks") + "echo mine > o/letter");
    const Ran ran = over("2", "permutation --ranks 16 --quiet --out o");
    EXPECT_EQ(ran.status, 2) << ran.err;
    EXPECT_EQ(ran.err.rfind("permutation: ", 0), 0U) << ran.err;
}

TEST_F(Ranks, OneProcessOfMpirunIsNoRank)
{
    const Ran ran = over("1", "permutation --ranks 16 --audit --quiet --no-plots --out o");
    EXPECT_EQ(ran.status, 0) << ran.err;
}

/// A program without the library beside it must not do the same run many times.
TEST(RanksWithoutMpi, SaysWhatAddsIt)
{
    const Folder folder;
    const Ran ran =
        shell("cd " + folder.path().string() +
              " && mkdir bin && cp @BIN/permutation bin && OMPI_COMM_WORLD_SIZE=2 bin/permutation");
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.err, "permutation: mpirun has started 2 processes of one run, and this build has no MPI; "
                       "tools/build-mpi adds it, or start one process, with --threads N\n");
}

}  // namespace hpnsim::test
