// SPDX-License-Identifier: GPL-2.0-only
// Tests what a training job reports as a user sees it: the time of each rank, the critical path, storage, the
// timeline beside them, and odd layouts.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hpnsim::test
{
namespace
{

/// A job of 16 ranks that takes a second to simulate.
const std::string kJob = "training --model llama-7b:layers=4,hidden=256,heads=16,kv-heads=16,head-size=16,"
                         "ffn=512,vocabulary=1000,sequence=256 --cc hpcc --quiet --no-plots ";

struct Job {
    nlohmann::json summary;
    std::vector<std::vector<std::string>> ranks;  ///< cells of ranks.csv, its head first
};

Job run_job(const std::string& arguments)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run(kJob + arguments + " --out " + out);
    EXPECT_EQ(ran.status, 0) << arguments << ": " << ran.err;
    Job job;
    if (ran.status != 0) return job;
    job.summary = summary(out, "hpcc");
    std::ifstream in(out + "/runs/hpcc/ranks.csv");
    for (std::string line; std::getline(in, line);) {
        job.ranks.emplace_back();
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');) job.ranks.back().push_back(cell);
    }
    return job;
}

/// Nanoseconds with three decimals, as picoseconds.
int64_t ps(std::string cell)
{
    cell.erase(cell.find('.'), 1);
    return std::stoll(cell);
}

TEST(TrainingReports, EveryRankAccountsForTheWholeTime)
{
    const Job job =
        run_job("--tp 4 --pp 2 --dp 2 --micro-batches 4 --iterations 2 --seeds 2 --jitter-ns 500");
    ASSERT_EQ(job.ranks.size(), 1U + 2 * 16);
    EXPECT_EQ(job.ranks[0],
              (std::vector<std::string>{"rank", "stage", "compute_ns", "exposed_tp_ns", "exposed_pp_ns",
                                        "exposed_dp_ns", "exposed_ep_ns", "exposed_cp_ns",
                                        "exposed_storage_ns", "bubble_ns", "total_ns", "seed"}));
    for (size_t i = 1; i < job.ranks.size(); ++i) {
        const auto& row = job.ranks[i];
        int64_t sum = 0;
        for (size_t at = 2; at < 10; ++at) sum += ps(row[at]);
        EXPECT_EQ(sum, ps(row[10])) << i;
        EXPECT_EQ(row[10], job.ranks[i <= 16 ? 1 : 17][10]) << "the job's time is that of every rank";
        EXPECT_EQ(row[1], (i - 1) % 16 < 8 ? "0" : "1");
    }
}

TEST(TrainingReports, TheCriticalPathIsTheIteration)
{
    const auto json = run_job("--tp 4 --pp 2 --dp 2 --micro-batches 4").summary;
    ASSERT_FALSE(json.is_null());
    const auto& path = json["critical_path"];
    double sum = 0, stages = 0;
    for (const char* key : {"compute_us", "exposed_tp_us", "exposed_pp_us", "exposed_dp_us", "exposed_ep_us",
                            "exposed_cp_us", "exposed_storage_us", "waiting_us"})
        sum += path[key].get<double>();
    for (const auto& stage : path["stages_us"]) stages += stage.get<double>();
    EXPECT_NEAR(sum, json["iteration_us"].get<double>(), 1e-6);
    EXPECT_NEAR(stages, sum, 1e-6);
    EXPECT_GT(path["compute_us"], json["compute_us"]) << "it goes on where somebody computes";
    EXPECT_EQ(path["waiting_us"], 0);
}

TEST(TrainingReports, ATimelineChangesNothing)
{
    const Folder folder;
    const auto plain = run_job("--tp 4 --pp 2 --dp 2").summary;
    const auto drawn =
        run_job("--tp 4 --pp 2 --dp 2 --timeline " + (folder.path() / "t.json").string()).summary;
    for (const char* key : {"iteration_us", "compute_us", "critical_path", "stages"})
        EXPECT_EQ(plain[key], drawn[key]) << key;
}

TEST(TrainingReports, StorageIsOnTheFabricOrBesideIt)
{
    const std::string job = "--tp 4 --pp 2 --dp 2 --iterations 4 ";
    const std::string stored = job + "--checkpoint-every 2 --checkpoint-bytes 1M --data-bytes 64K ";
    const auto none = run_job(job).summary, shared = run_job(stored).summary,
               separate = run_job(stored + "--storage separate").summary;
    EXPECT_FALSE(none.contains("storage_gbps"));
    EXPECT_EQ(none["exposed_storage_us"], 0);
    const auto& bytes = none["network_bytes"];
    EXPECT_EQ(separate["network_bytes"], bytes);
    for (const auto& json : {shared, separate}) {
        EXPECT_EQ(json["ranks"], 16);
        EXPECT_EQ(json["checkpoint_bytes"], 2 * 16 * (1 << 20));
        EXPECT_EQ(json["loaded_bytes"], 2 * 2 * 4 * (64 << 10)) << "2 micro-batches, 2 replicas";
        EXPECT_GT(json["exposed_storage_us"], 0);
        EXPECT_GT(json["checkpoint_iteration_us"], json["other_iteration_us"]);
        EXPECT_GT(json["iteration_us"], none["iteration_us"]);
    }
    EXPECT_GT(shared["network_bytes"].get<int64_t>(),
              bytes.get<int64_t>() + 2 * 16 * (1 << 20) + 2 * 2 * 4 * (64 << 10));
    // 16 ranks share 400 Gb/s: a megabyte takes 336 us. Two ports of a NIC serve two ranks of its rail.
    EXPECT_NEAR(separate["checkpoint_iteration_us"].get<double>() - 335.5, none["iteration_us"].get<double>(),
                25);
    EXPECT_LT(shared["checkpoint_iteration_us"], separate["checkpoint_iteration_us"]);
}

TEST(TrainingReports, OptionsOfExchangesMakeOtherJobs)
{
    const std::string base = "--tp 4 --cp 2 --dp 2 ";
    const auto usual = run_job(base).summary["iteration_us"];
    for (const char* option : {"--bucket-bytes 100K", "--cp-exchange ring", "--data-bytes 1M"})
        EXPECT_NE(run_job(base + option).summary["iteration_us"], usual) << option;
}

TEST(TrainingReports, OddLayoutsRunOrSayWhy)
{
    EXPECT_EQ(run_job("--tp 16 --dp 1").summary["ranks"], 16) << "larger than a host";
    const auto uneven = run_job("--tp 2 --pp 3 --dp 1 --micro-batches 1").summary;
    EXPECT_EQ(uneven["ranks"], 6);
    EXPECT_EQ(uneven["exposed_dp_us"], 0);
    EXPECT_EQ(uneven["stages"].size(), 3U);
    const auto sentence = [](const std::string& arguments) {
        const Ran ran = run(kJob + arguments);
        EXPECT_EQ(ran.status, 2) << arguments;
        return ran.err;
    };
    EXPECT_EQ(
        sentence("--topology star:hosts=8 --tp 4 --pp 2 --dp 2"),
        "training: --dp: tp 4 x pp 2 x dp 2 x cp 1 are 16 ranks, and 'star:hosts=8' has 8 GPUs; the nearest "
        "is --dp 1\n");
    EXPECT_EQ(sentence("--tp 2 --pp 5"),
              "training: --pp: 5 parts need a layer each, and the model has 4; the nearest is 4\n");
    EXPECT_EQ(
        sentence("--topology star:hosts=16 --tp 4 --pp 2 --dp 2 --checkpoint-every 1"),
        "training: --storage-hosts: beside 16 ranks 'star:hosts=16' has room for 0 hosts of 1 NICs, not "
        "1; use a larger --topology, or --storage separate\n");
    EXPECT_EQ(sentence("--dp 2 --cp-exchange ring"),
              "training: --cp-exchange: a ring needs ranks that share a sequence; use cp 2 or more\n");
}

}  // namespace
}  // namespace hpnsim::test
