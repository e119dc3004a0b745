// SPDX-License-Identifier: GPL-2.0-only
// Tests that workloads whose hosts make each other act at once (programs, jobs, flows with triggers) give the
// bytes that their events give one by one, while switches run ahead of hosts by windows, in one thread or
// two.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kModel = "training --model llama-7b:layers=4,hidden=256,heads=8,kv-heads=8,head-size=32,"
                           "ffn=512,vocabulary=1000,sequence=256 ";

struct Result {
    std::map<std::string, std::string> files;  ///< all but summary.json, by name
    nlohmann::json summary;                    ///< without what differs from run to run
    uint64_t windows = 0, threads = 0;
};

/// Of a run that ends with `status`.
Result result_of(const std::string& command, const std::string& engine, int status)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(command + " --quiet --no-plots --engine " + engine + " --out " + out.string());
    EXPECT_EQ(ran.status, status) << command << ": " << ran.err;
    Result result;
    for (const auto& entry : fs::recursive_directory_iterator(out / "runs")) {
        if (!entry.is_regular_file()) continue;
        if (entry.path().filename() != "summary.json") {
            std::string& file = result.files[fs::relative(entry.path(), out).string()];
            for (const std::string& row : rows(entry.path())) file += row + "\n";
            continue;
        }
        nlohmann::json summary = nlohmann::json::parse(read(entry.path()));
        result.windows += summary["host"]["windows"].get<uint64_t>();
        result.threads = std::max(result.threads, summary["host"]["threads"].get<uint64_t>());
        for (const char* key : {"host", "command", "params"}) summary.erase(key);
        result.summary = summary;
    }
    return result;
}

/// `windows`: the run has any. Returns how many.
uint64_t same_on_all(const std::string& command, int status = 0, bool windows = true)
{
    SCOPED_TRACE(command);
    const Result one_by_one = result_of(command, "events", status);
    EXPECT_GT(one_by_one.files.size(), 1U);
    EXPECT_EQ(one_by_one.windows, 0U);
    uint64_t most = 0;
    for (const char* engine : {"windows", "auto", "windows --threads 2", "windows --threads 3"}) {
        SCOPED_TRACE(engine);
        const Result other = result_of(command, engine, status);
        EXPECT_EQ(other.files, one_by_one.files);
        EXPECT_EQ(other.summary, one_by_one.summary);
        const bool asked = std::string(engine) != "auto";  // which leaves hosts that act in turn alone
        EXPECT_EQ(other.windows > 0, windows && asked);
        most = std::max(most, other.windows);
    }
    return most;
}

}  // namespace

TEST(EnginePrograms, TrainingsAreTheSame)
{
    for (const char* run :
         {"--tp 4 --pp 2 --dp 4 --micro-batches 4 --iterations 2 --cc hpcc",
          "--tp 8 --dp 4 --placement dp-tp-cp-ep-pp --cc dcqcn", "--tp 2 --cp 4 --dp 2 --zero 3 --cc nscc",
          "--tp 2 --pp 4 --virtual 1 --micro-batches 6 --dp 2 --bucket-bytes 300K --cc swift",
          "--tp 4 --dp 8 --buckets 1 --algorithms all_reduce=tree,reduce_scatter=ring --cc nscc --path spray",
          "--tp 4 --dp 4 --checkpoint-every 1 --data-bytes 100K --cc dcqcn --verify",
          "--tp 8 --dp 4 --step-latency-ns 70 --reduce-gbps 3000 --cc hpcc --series-us 5"})
        same_on_all(kModel + run);
}

TEST(EnginePrograms, ExpertsAndLossAreTheSame)
{
    const std::string experts = "training --model deepseek-v3:layers=2,hidden=256,heads=8,dense-layers=1,"
                                "experts=16,expert-ffn=64,vocabulary=1000,sequence=128 --tp 2 --dp 8 --ep 8 ";
    for (const char* run : {"--cc nscc", "--cc dcqcn --algorithms all_to_all=pxn",
                            "--cc nscc --fabric lossy --loss 0.002", "--cc dcqcn --jitter-ns 900 --seeds 2"})
        same_on_all(experts + run);
}

/// Also if the end lies in the middle of what windows would be.
TEST(EnginePrograms, RunsThatAreCutOffAreTheSame)
{
    const std::string job = kModel + "--tp 8 --dp 4 --placement dp-tp-cp-ep-pp --cc hpcc ";
    for (const char* stop : {"20", "73.1234", "150"}) same_on_all(job + "--stop-us " + stop, 3);
}

TEST(EnginePrograms, TracesAreTheSame)
{
    const std::string trace = "workload --file @DATA/workloads/";
    for (const char* run : {"chakra/all_to_all_8/all_to_all --topology star --cc hpcc",
                            "chakra/custom_ring_8/custom_allreduce --topology leaf-spine --cc dcqcn",
                            "goal/pair_16.goal --topology star --cc nscc --stop-us 300",
                            "simccl/all-to-all-8.csv --topology star --cc dcqcn"})
        same_on_all(trace + run, std::string(run).find("stop") == std::string::npos ? 0 : 3);
}

/// A job without end may have bytes under way when the run is over.
TEST(EnginePrograms, JobsAreTheSame)
{
    const Folder folder;
    const auto jobs = [&folder](const std::string& second) {
        const fs::path file = folder.path() / "jobs.ini";
        std::ofstream(file) << "topology = hpn:segments=1,hosts=8\ncc = hpcc\n"
                               "[one]\nscenario = allreduce\nranks = 0-31\nsize = 1M\niterations = 2\n"
                               "[two]\n" +
                                   second;
        return "jobs " + file.string();
    };
    same_on_all(jobs("scenario = alltoall\nranks = 0-31\nsize = 256K\nstart-us = 7\n"));
    same_on_all(jobs("scenario = alltoall\nranks = 0-15\nsize = 256K\nrepeat = forever\n"));
    // What is said of a message holds for the turn of its job that is under way.
    same_on_all(jobs("scenario = flows\nranks = 32,40\ncdf = FB_Hadoop\nload = 0.3\nduration-us = 6\n"
                     "repeat = forever\n"));
}

/// Most of the simulated time in which anything is sent: 500 ns are the shortest link of HPN.
TEST(EnginePrograms, WindowsAreManyWhereMuchIsSent)
{
    EXPECT_GT(same_on_all(kModel + "--tp 8 --dp 4 --placement dp-tp-cp-ep-pp --cc dcqcn"), 100U);
}

}  // namespace hpnsim::test
