// SPDX-License-Identifier: GPL-2.0-only
// Tests that events which run node by node, window by window, in one thread or several, give the bytes that
// they give one by one.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

struct Result {
    std::vector<std::string> rows;  ///< of flows.csv and queues.csv
    nlohmann::json summary;         ///< without what differs from run to run
    uint64_t windows = 0, threads = 0;
};

Result result_of(const std::string& command, const std::string& engine)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(command + " --quiet --no-plots --engine " + engine + " --out " + out.string());
    EXPECT_EQ(ran.status, 0) << command << ": " << ran.err;
    Result result;
    for (const auto& entry : fs::directory_iterator(out / "runs")) {
        for (const char* file : {"flows.csv", "queues.csv"})
            for (const std::string& row : rows(entry.path() / file)) result.rows.push_back(row);
        nlohmann::json summary = nlohmann::json::parse(read(entry.path() / "summary.json"));
        result.windows += summary["host"]["windows"].get<uint64_t>();
        result.threads = std::max(result.threads, summary["host"]["threads"].get<uint64_t>());
        for (const char* key : {"host", "command", "params"}) summary.erase(key);
        result.summary[entry.path().filename().string()] = summary;
    }
    return result;
}

/// `windows`: the run may go by windows.
void same_on_both(const std::string& command, bool windows = true)
{
    SCOPED_TRACE(command);
    const Result one_by_one = result_of(command, "events");
    const Result by_node = result_of(command, "windows");
    EXPECT_GT(one_by_one.rows.size(), 2U);
    EXPECT_EQ(by_node.rows, one_by_one.rows);
    EXPECT_EQ(by_node.summary, one_by_one.summary);
    EXPECT_EQ(one_by_one.windows, 0U);
    EXPECT_EQ(by_node.windows > 0, windows);
    const Result in_threads = result_of(command, "windows --threads 2");
    EXPECT_EQ(in_threads.rows, one_by_one.rows);
    EXPECT_EQ(in_threads.summary, one_by_one.summary);
    EXPECT_EQ(in_threads.threads > 1, windows);
}

}  // namespace

TEST(Engine, IncastsOfEveryKindAreTheSame)
{
    const std::string incast = "incast --topology hpn:segments=2,hosts=6 --size 256K --rounds 2 ";
    for (const char* run :
         {"--senders 5 --cc dcqcn", "--cc hpcc --placement cross-segment --senders 4",
          "--senders 5 --cc swift", "--senders 5 --cc timely",
          "--cc nscc --placement cross-segment --senders 4", "--senders 5 --cc rccc",
          "--senders 5 --cc dcqcn --fabric lossy --transport irn",
          "--senders 5 --cc fixed --fabric lossless:buffer-mb=48",
          "--senders 5 --cc nscc --fabric lossy --loss 0.001", "--senders 5 --cc dcqcn --verb send --verify",
          "--senders 5 --cc dcqcn --jitter-ns 700 --series-us 1",
          "--senders 5 --cc hpcc --qps 3 --qp-select least-wqe"})
        same_on_both(incast + run);
}

TEST(Engine, PermutationsAreTheSame)
{
    for (const char* run :
         {"--ranks 64 --cc nscc --path reps --topology fat-tree:k=8 --size 512K --profile htsim",
          "--ranks 16 --cc dcqcn --topology fat-tree:k=4,gbps=100 --size 256K",
          "--ranks 64 --cc nscc --switch-lb adaptive --size 256K",
          "--ranks 64 --cc hpcc --switch-lb flowlet --size 256K",
          "--ranks 64 --cc nscc --path spray --switch-lb rotation --size 256K --seeds 2"})
        same_on_both(std::string("permutation ") + run);
}

TEST(Engine, CollectivesAreTheSame)
{
    const std::string fabric = " --topology hpn:segments=2,hosts=2 --ranks 32 --iterations 2 ";
    for (const char* run :
         {"allreduce --algorithm ring --size 4M --cc hpcc",
          "allreduce --algorithm hierarchical --size 8M --cc dcqcn",
          "allreduce --algorithm multi-ring --size 8M --cc nscc", "alltoall --size 2M --cc nscc",
          "collective --op all_reduce --algorithm tree --size 2M",
          "collective --op all_reduce --algorithm nvls --size 2M",
          "collective --op broadcast --algorithm ring --size 2M",
          "collective --op all_to_all --algorithm pxn --size 4M",
          "allreduce --algorithm ring --size 32M --step-latency-ns 1000 --jitter-ns 500"})
        same_on_both(run + fabric);
}

/// What a host or GPU takes for a step ends within a window, too.
TEST(Engine, StepsThatTakeTimeAreTheSame)
{
    const std::string fabric = " --topology hpn:segments=2,hosts=2 --ranks 32 --iterations 2 --cc dcqcn ";
    for (const char* run : {"allreduce --algorithm hierarchical --size 2M --step-latency-ns 30",
                            "allreduce --algorithm ring --size 1M --step-latency-ns 7 --verify",
                            "allreduce --algorithm tree --size 1M --reduce-gbps 4000 --jitter-ns 90",
                            "alltoall --size 1M --step-latency-ns 110"})
        same_on_both(run + fabric);
}

/// A host that must wait for others with a message is held: what its NIC sends then comes after it.
TEST(Engine, MessagesThatNeedNewQpsAreTheSame)
{
    same_on_both("collective --op all_reduce --algorithm tree --size 2M --cc nscc --path spray --topology "
                 "hpn:segments=2,hosts=4 --ranks 64");
}

TEST(Engine, FlowsAreTheSame)
{
    same_on_both("flows --topology leaf-spine --cdf WebSearch --load 0.3 --duration-us 100 --cc dcqcn");
}

/// Whoever writes events down as they come, and what reaches any node at any time, has them one by one.
TEST(Engine, ObserversOfEventsHaveThemOneByOne)
{
    const Folder folder;
    const std::string incast = "incast --topology star --senders 4 --size 256K --cc dcqcn ";
    same_on_both(incast + "--audit", false);
    same_on_both(incast + "--trace all", false);
    same_on_both(incast + "--verb read", false);
    same_on_both("allreduce --profile hpcc-sim --cc hpcc --topology star --ranks 4 --size 1M", false);
}

TEST(Engine, SaysWhyOneThreadHasThemOneByOne)
{
    const Folder folder;
    const std::string incast = "incast --senders 4 --size 64K --cc dcqcn --no-plots --threads 2 --out " +
                               (folder.path() / "o").string() + " --topology ";
    const auto why = [&incast](const std::string& more) { return run(incast + more).err; };
    const auto sentence = [](const std::string& reason) {
        return "dcqcn: --threads 2 has no effect: one thread runs all events (" + reason + ")\n";
    };
    for (const auto& [options, reason] : {std::pair{"star --switch-lb weighted", "--switch-lb weighted"},
                                          {"star --audit", "--audit"},
                                          {"star --transport gbn:retry=1", "fewer than 2 retries"},
                                          {"star:link-ns=0", "a link without delay"}})
        EXPECT_NE(why(options).find(sentence(reason)), std::string::npos) << options << why(options);
}

}  // namespace hpnsim::test
