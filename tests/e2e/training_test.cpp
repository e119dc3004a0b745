// SPDX-License-Identifier: GPL-2.0-only
// Tests training as a user sees it: what time goes to, what crosses the network, and the sentences.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

/// A job of 16 ranks in 2 hosts that takes a second to simulate.
const std::string kJob = "training --model llama-7b:layers=4,hidden=256,heads=8,kv-heads=8,head-size=32,"
                         "ffn=512,vocabulary=1000,sequence=256 --cc hpcc --quiet --no-plots ";

nlohmann::json run_job(const std::string& arguments)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run(kJob + arguments + " --out " + out);
    EXPECT_EQ(ran.status, 0) << arguments << ": " << ran.err;
    return ran.status == 0 ? summary(out, "hpcc") : nlohmann::json();
}

const std::vector<std::string> kTimes = {"compute_us",    "exposed_tp_us", "exposed_pp_us", "exposed_dp_us",
                                         "exposed_ep_us", "exposed_cp_us", "bubble_us"};

double sum_of_times(const nlohmann::json& times)
{
    double sum = 0;
    for (const std::string& key : kTimes) sum += times[key].get<double>();
    return sum;
}

TEST(TrainingScenario, SaysWhatAnIterationGoesTo)
{
    const auto json = run_job("--tp 4 --pp 2 --dp 2 --micro-batches 4 --iterations 2");
    ASSERT_FALSE(json.is_null());
    EXPECT_EQ(json["ranks"], 16);
    EXPECT_EQ(json["format"], "training");
    const double all = json["first_iteration_us"].get<double>() + json["iteration_us"].get<double>();
    EXPECT_NEAR(all, json["time_us"].get<double>(), 1e-3);
    EXPECT_NEAR(sum_of_times(json), all / 2, 1e-3);
    ASSERT_EQ(json["stages"].size(), 2U);
    for (const auto& stage : json["stages"]) EXPECT_NEAR(sum_of_times(stage), all / 2, 1e-3);
    for (const char* key : {"compute_us", "exposed_tp_us", "exposed_pp_us", "exposed_dp_us", "bubble_us"})
        EXPECT_GT(json[key], 0) << key;
    EXPECT_EQ(json["exposed_ep_us"], 0);
    EXPECT_EQ(json["exposed_cp_us"], 0);
    // 2 replicas, 4 micro-batches, 256 tokens.
    EXPECT_NEAR(json["tokens_per_s"].get<double>(), 2048e6 / json["iteration_us"].get<double>(), 1);
    EXPECT_LT(json["achieved_mfu"], 0.5);
    EXPECT_LE(json["ideal_us"], json["time_us"]);
}

TEST(TrainingScenario, PlacementSaysWhatCrossesTheNetwork)
{
    const auto near = run_job("--tp 8 --dp 2"), far = run_job("--tp 8 --dp 2 --placement dp-tp-cp-ep-pp");
    // Gradients and parameters of 16 ranks: half of each to the other replica.
    const int64_t layer = 4 * 256 * 256 + 3 * 256 * 512, parameters = 4 * layer + 2 * 1000 * 256;
    EXPECT_EQ(near["network_bytes"], 2 * 2 * parameters);
    EXPECT_GT(far["network_bytes"], near["network_bytes"]);
    EXPECT_EQ(near["network_bytes"].get<int64_t>() + near["nvlink_bytes"].get<int64_t>(),
              far["network_bytes"].get<int64_t>() + far["nvlink_bytes"].get<int64_t>());
    EXPECT_LT(near["exposed_tp_us"], far["exposed_tp_us"]);
    EXPECT_GT(near["exposed_dp_us"], far["exposed_dp_us"]);
    EXPECT_FALSE(near.contains("warnings"));
    EXPECT_EQ(far["warnings"][0],
              "tensor-parallel groups of 8 do not lie within hosts of 8 GPUs: what they exchange in every "
              "layer goes over the network; a --placement that begins with tp, or a --tp that divides 8, "
              "avoids it");
}

TEST(TrainingScenario, ExpertsAndContextHaveTheirTimes)
{
    EXPECT_GT(run_job("--tp 2 --cp 4 --dp 2 --zero 3")["exposed_cp_us"], 0);
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run("training --model deepseek-v3:layers=2,hidden=256,heads=8,dense-layers=1,experts=16,"
                        "expert-ffn=64,vocabulary=1000,sequence=128 --tp 2 --dp 8 --ep 8 --cc nscc --quiet "
                        "--no-plots --out " +
                        out);
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_GT(summary(out, "nscc")["exposed_ep_us"], 0);
}

TEST(TrainingScenario, GlobalBatchIsThatOfAllReplicas)
{
    EXPECT_EQ(run_job("--tp 4 --dp 2 --micro-batch 2 --global-batch 12")["tasks"],
              run_job("--tp 4 --dp 2 --micro-batch 2 --micro-batches 3")["tasks"]);
}

TEST(TrainingScenario, EveryOptionMakesAnotherJob)
{
    const std::string base = "--tp 4 --pp 2 --dp 2 --micro-batches 4 ";
    const auto usual = run_job(base)["iteration_us"];
    for (const char* option :
         {"--recompute", "--mfu 0.25", "--tflops 500", "--zero 0", "--zero 2", "--zero 3", "--buckets 1",
          "--virtual 2", "--sequence-parallel 0", "--micro-batch 2", "--element-bytes 4",
          "--gradient-bytes 4", "--hbm-tbps 0.1", "--cp 2", "--placement dp-pp-cp-ep-tp"})
        EXPECT_NE(run_job(base + option)["iteration_us"], usual) << option;
}

TEST(TrainingScenario, AJobThatIsCutOffHasNoTimes)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    EXPECT_EQ(run(kJob + "--stop-us 20 --out " + out).status, 3);
    const auto json = summary(out, "hpcc");
    EXPECT_EQ(json["iteration_us"], nullptr);
    EXPECT_FALSE(json.contains("compute_us"));
    EXPECT_FALSE(json["waits"].get<std::string>().empty());
}

TEST(TrainingScenario, SentencesNameTheOption)
{
    const auto sentence = [](const std::string& arguments) {
        const Ran ran = run("training " + arguments);
        EXPECT_EQ(ran.status, 2) << arguments;
        return ran.err;
    };
    EXPECT_EQ(sentence("--model gpt3"), "training: --model: no model 'gpt3'; the nearest is 'gpt3-175b'\n");
    EXPECT_EQ(sentence("--tp 5"),
              "training: --tp: 5 does not divide 32 attention heads; the nearest are 4 and "
              "8\n");
    EXPECT_EQ(sentence("--placement tp-pp"),
              "training: --placement: 'tp-pp' is no order of tp, cp, ep, dp and pp, each once; the usual one "
              "is tp-cp-ep-dp-pp\n");
    EXPECT_EQ(sentence("--dp 4 --global-batch 10"),
              "training: --global-batch: 10 sequences do not divide into micro-batches of 4 in all replicas, "
              "at most 1000000; the nearest are 8 and 12\n");
    EXPECT_EQ(sentence("--dp 4 --global-batch 16 --micro-batches 3"),
              "training: --global-batch: 16 sequences are not --micro-batches 3 of 4 in all replicas; leave "
              "one of the two out\n");
}

}  // namespace
}  // namespace hpnsim::test
