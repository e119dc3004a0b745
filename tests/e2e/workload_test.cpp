// SPDX-License-Identifier: GPL-2.0-only
// Tests workload as a user sees it: traces of the field with the messages and bytes that they must give, and
// a job that is written as GOAL and read again.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// What one trace must give on a star of as many hosts as it has ranks, where nothing goes over NVLink.
struct Expected {
    const char* arguments;
    uint64_t ranks, messages;
    int64_t bytes;
    double computing_us;
};

class Trace : public testing::TestWithParam<Expected>
{
};

TEST_P(Trace, GivesItsMessagesAndBytes)
{
    const Folder folder;
    const Ran ran = run("workload --topology star --cc hpcc --quiet --no-plots --file @DATA/workloads/" +
                        std::string(GetParam().arguments) + " --out " + (folder.path() / "o").string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(folder.path() / "o", "hpcc");
    EXPECT_EQ(json["ranks"], GetParam().ranks);
    EXPECT_EQ(json["messages"], GetParam().messages);
    EXPECT_EQ(json["flows"], GetParam().messages);
    EXPECT_EQ(json["network_bytes"], GetParam().bytes);
    EXPECT_EQ(json["nvlink_bytes"], 0);
    EXPECT_NEAR(json["computing_us"].get<double>(), GetParam().computing_us, 1e-6);
    EXPECT_LE(json["ideal_us"], json["time_us"]);
    EXPECT_GT(json["efficiency"], 0.8);
}

INSTANTIATE_TEST_SUITE_P(
    Samples, Trace,
    testing::Values(
        // A ring of 8 over 1 MiB: 2 x 7 steps of 131,072 B from each rank.
        Expected{"chakra/all_reduce_8/all_reduce", 8, 112, 112 * 131072, 0},
        // Pairwise: 7 blocks of 131,072 B from each rank.
        Expected{"chakra/all_to_all_8/all_to_all", 8, 56, 56 * 131072, 0},
        // The same ring, written out, with 7 computations of 7 us.
        Expected{"chakra/custom_ring_8/custom_allreduce", 8, 112, 112 * 131072, 49},
        Expected{"goal/one_send_16.goal", 16, 1, 80'000'000, 0},
        Expected{"goal/pair_16.goal", 16, 2, 160'000'000, 0}, Expected{"goal/comp1.goal", 16, 0, 0, 8},
        Expected{"simccl/all-to-all-8.csv", 8, 56, 56 * 524288, 0},
        // Two all-reduces, 16 and 64 MiB over 8, with 556 us before each and 3 ns after it.
        Expected{"simai/microAllReduce.txt", 8, 224, 8 * (29'360'128 + 117'440'512), 1112.006}));

/// Each SEND of the custom ring ends by its ACK before the next RECV is posted: 14 messages in a row, each as
/// long as one alone, and 49 us.
TEST(WorkloadScenario, ACustomRingIsAChainOfMessages)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    ASSERT_EQ(
        run("workload --file @DATA/workloads/chakra/custom_ring_8/custom_allreduce --topology star --cc nscc "
            "--fabric lossless --quiet --no-plots --out " +
            out)
            .status,
        0);
    const auto ring = summary(out, "nscc");
    ASSERT_EQ(
        run("incast --senders 1 --size 131072 --topology star:hosts=8 --cc nscc --fabric lossless --quiet "
            "--no-plots --out " +
            out)
            .status,
        0);
    const double one = summary(out, "nscc")["last_fct_us"].get<double>();
    EXPECT_NEAR(ring["time_us"].get<double>(), 14 * one + 49, 0.02 * 14 * one);
}

/// The rows of flows.csv: everything that was sent, when, and how long it took.
std::vector<std::string> flows_of(const fs::path& out)
{
    return rows(out / "runs" / "nscc" / "flows.csv");
}

struct Job {
    const char *trace, *topology, *written;
};

class AsGoal : public testing::TestWithParam<Job>
{
};

TEST_P(AsGoal, AWrittenJobRunsTheSame)
{
    const auto [trace, topology, written] = GetParam();
    const Folder folder;
    const std::string goal = (folder.path() / written).string(), one = (folder.path() / "one").string(),
                      two = (folder.path() / "two").string(),
                      common =
                          std::string(" --topology ") + topology + " --cc nscc --quiet --no-plots --out ";
    const Ran first =
        run("workload --file @DATA/workloads/" + std::string(trace) + " --write-goal " + goal + common + one);
    ASSERT_EQ(first.status, 0) << first.err;
    const Ran again = run("workload --file " + goal + common + two);
    ASSERT_EQ(again.status, 0) << again.err;
    EXPECT_GT(flows_of(one).size(), 1U);
    EXPECT_TRUE(flows_of(one) == flows_of(two));
    EXPECT_EQ(summary(one, "nscc")["time_us"], summary(two, "nscc")["time_us"]);
}

INSTANTIATE_TEST_SUITE_P(Jobs, AsGoal,
                         testing::Values(Job{"chakra/all_reduce_8/all_reduce", "star", "job.goal"},
                                         Job{"chakra/all_to_all_8/all_to_all", "star", "job.bin"},
                                         Job{"simai/microAllReduce.txt --passes 2", "star", "job.goal"},
                                         Job{"aicb/all_to_all_micro.csv --ranks 12", "hpn:hosts=3,gpus=4",
                                             "job.bin"}));

TEST(WorkloadScenario, SaysWhoWaitsWhenNothingCanHappen)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string(), goal = (folder.path() / "stuck.goal").string();
    ASSERT_EQ(
        shell("printf 'num_ranks 2\nrank 0 {\nrecv 8b from 1 tag 5\n}\nrank 1 {\ncalc 10\n}\n' > " + goal)
            .status,
        0);
    const Ran ran =
        run("workload --file " + goal + " --topology star --cc hpcc --quiet --no-plots --out " + out);
    EXPECT_EQ(ran.status, 3);
    EXPECT_NE(
        ran.err.find("; rank 0 waits in task 0, a receive from rank 1 under tag 5; 1 of 2 tasks have not "
                     "ended\n"),
        std::string::npos)
        << ran.err;
    EXPECT_EQ(summary(out, "hpcc")["waits"],
              "rank 0 waits in task 0, a receive from rank 1 under tag 5; 1 of 2 tasks have not ended");
    EXPECT_EQ(summary(out, "hpcc")["time_us"], nullptr);
}

TEST(WorkloadScenario, AlgorithmsCanBeWrittenInFiles)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran =
        run("workload --file @DATA/workloads/chakra/all_reduce_8/all_reduce --topology star --cc hpcc "
            "--algorithms all_reduce=msccl:file=@DATA/workloads/allreduce_ring_8.xml --verify "
            "--quiet --no-plots --out " +
            out);
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(summary(out, "hpcc")["verified"], true);
}

TEST(WorkloadScenario, SentencesNameTheOption)
{
    const auto sentence = [](const std::string& arguments) { return run("workload " + arguments).err; };
    EXPECT_EQ(sentence("--topology star"), "workload: --file TRACE is needed: it says what each rank does\n");
    const std::string file = "--file @DATA/workloads/goal/pair_16.goal ";
    EXPECT_EQ(sentence(file + "--topology star:hosts=4"),
              "workload: the workload has 16 ranks, and 'star:hosts=4' has 4 GPUs\n");
    EXPECT_EQ(sentence(file + "--algorithms all_reduse=ring"),
              "workload: --algorithms: no operation 'all_reduse'; the nearest is 'all_reduce'\n");
    EXPECT_EQ(sentence(file + "--algorithms tree"),
              "workload: --algorithms: 'tree' is not OPERATION=ALGORITHM, such as all_reduce=tree\n");
    EXPECT_EQ(sentence("--file /nowhere"), "workload: --file: cannot read '/nowhere'\n");
}

}  // namespace
}  // namespace hpnsim::test
