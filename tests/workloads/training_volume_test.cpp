// SPDX-License-Identifier: GPL-2.0-only
// Checks what ranks exchange against hand-made sums, the volumes of the HPN paper and the traces of AICB.
#include "training_rig.hpp"

namespace hpnsim
{
namespace
{

using Kind = CollectiveKind;

TrainingLayout preset(const std::string& text)
{
    TrainingLayout layout;
    layout.model = parse_training_model("", text);
    return layout;
}

double volume(const TrainingPlan& plan, uint32_t stage, Spent spent)
{
    return volumes_of(plan, stage, 1).at(static_cast<size_t>(spent));
}

/// HPN (SIGCOMM'24), table 3, GPT-3 175B over TP 8, PP 8 and DP 512: an all-reduce of 5.5 GB over the
/// replicas, messages of 6 MB between stages, 560 MB in tensor groups.
TEST(TrainingVolume, OfGpt3IsThatOfTheHpnPaper)
{
    TrainingLayout layout = preset("gpt3-175b");
    layout.tensor = layout.pipeline = 8;
    layout.data = 512;
    layout.zero = 0;
    const TrainingPlan plan = checked_plan(layout);
    // A stage has 12 layers of 12 h^2 parameters, 2 bytes each, an eighth of it in a rank.
    const double gradients = 12.0 * 12 * 12'288 * 12'288 * 2 / 8;
    EXPECT_EQ(volume(plan, 3, Spent::data), gradients);
    EXPECT_NEAR(gradients, 5.5e9, 0.07e9);
    // A micro-batch of a sequence, an eighth of 2048 x 12288 x 2 bytes, there and back.
    EXPECT_EQ(volume(plan, 3, Spent::pipeline), 2 * 6'291'456);
    EXPECT_NEAR(6'291'456, 6e6, 0.3e6);
    // The paper does not say what it counts in tensor groups. A hidden state has 50.3 MB; one for each of the
    // stage's layers is 604 MB, the nearest to 560 MB of what follows from the model. In all there are an
    // all-gather and a reduce-scatter before and behind attention and MLP, forward and backward.
    EXPECT_EQ(volume(plan, 3, Spent::tensor), 12 * 8 * 50'331'648.0);
    EXPECT_NEAR(12 * 50'331'648.0, 560e6, 0.08 * 560e6);
    // The ends of the pipeline have the embedding, which both hold and add up.
    EXPECT_EQ(volume(plan, 0, Spent::data), gradients + 51'200.0 * 12'288 * 2 / 8);
    EXPECT_EQ(volume(plan, 0, Spent::pipeline), 6'291'456 + 51'200.0 * 12'288 * 2 / 8);
}

/// AICB's traces of GPT-13B (TP 8) and Llama-7B (TP 2) have 162 all-reduces of 20,971,520 B, and 130 of
/// 16,777,216 B: four a layer, and two at embedding and logits.
TEST(TrainingVolume, OfTensorGroupsIsThatOfAicb)
{
    TrainingLayout layout = preset("gpt3-175b:layers=40,hidden=5120,heads=40,ffn=20480");
    layout.tensor = 8;
    layout.sequence_parallel = false;
    EXPECT_EQ(collectives_of(checked_plan(layout), 0, Kind::all_reduce, Spent::tensor),
              std::vector<Bytes>(162, 20'971'520));
    layout.model = parse_training_model("", "llama-7b");
    layout.tensor = 2;
    EXPECT_EQ(collectives_of(checked_plan(layout), 0, Kind::all_reduce, Spent::tensor),
              std::vector<Bytes>(130, 16'777'216));
}

TEST(TrainingVolume, OfSequenceParallelismIsAnAllGatherAndAReduceScatterForEachAllReduce)
{
    TrainingLayout layout = small_layout();
    layout.tensor = 4;
    const TrainingPlan plan = checked_plan(layout);
    EXPECT_EQ(collectives_of(plan, 0, Kind::all_gather, Spent::tensor), std::vector<Bytes>(18, 32 * 64 * 2));
    EXPECT_EQ(collectives_of(plan, 0, Kind::reduce_scatter, Spent::tensor),
              std::vector<Bytes>(18, 32 * 64 * 2));
    layout.recompute = true;  // two more of each in every layer
    EXPECT_EQ(collectives_of(checked_plan(layout), 0, Kind::all_gather, Spent::tensor).size(), 26U);
}

TEST(TrainingVolume, OfZeroFollowsFromWhatIsDivided)
{
    TrainingLayout layout = small_layout();
    layout.data = 4;
    layout.micro_batches = 3;
    layout.gradient = 4;
    // Four layers of 4 h^2 + 3 h ffn parameters, embedding and logits.
    const Bytes parameters = 4 * (4 * 64 * 64 + 3 * 64 * 128) + 2 * 100 * 64;
    EXPECT_EQ(parameters, layout.model.parameters());
    const auto sum = [&layout](uint32_t zero, Kind kind) {
        layout.zero = zero;
        return sum_of(collectives_of(checked_plan(layout), 0, kind, Spent::data));
    };
    EXPECT_EQ(sum(0, Kind::all_reduce), parameters * 4);
    EXPECT_EQ(sum(0, Kind::all_gather), 0);
    EXPECT_EQ(sum(1, Kind::reduce_scatter), parameters * 4);
    EXPECT_EQ(sum(1, Kind::all_gather), parameters * 2);
    EXPECT_EQ(sum(2, Kind::reduce_scatter), parameters * 4 * 3);  // of each micro-batch
    EXPECT_EQ(sum(2, Kind::all_gather), parameters * 2);
    EXPECT_EQ(sum(3, Kind::reduce_scatter), parameters * 4 * 3);
    EXPECT_EQ(sum(3, Kind::all_gather), parameters * 2 * 3 * 2);  // forward and backward
    EXPECT_EQ(sum(3, Kind::all_reduce), 0);
}

TEST(TrainingVolume, OfBucketsIsThatOfTheirLayers)
{
    TrainingLayout layout = small_layout();
    layout.data = 2;
    const auto buckets = [&layout](std::optional<uint32_t> count) {
        layout.buckets = count;
        return collectives_of(checked_plan(layout), 0, Kind::reduce_scatter, Spent::data);
    };
    const Bytes layer = (4 * 64 * 64 + 3 * 64 * 128) * 2, ends = 100 * 64 * 2;
    const std::vector<Bytes> each = {layer + ends, layer, layer, layer + ends};
    EXPECT_EQ(buckets({}), each);
    EXPECT_EQ(buckets(9), each);
    EXPECT_EQ(buckets(2), (std::vector<Bytes>{2 * layer + ends, 2 * layer + ends}));
    EXPECT_EQ(buckets(3), (std::vector<Bytes>{2 * layer + ends, layer, layer + ends}));
    EXPECT_EQ(buckets(1), (std::vector<Bytes>{4 * layer + 2 * ends}));
}

TEST(TrainingVolume, OfExpertsGoesToThemAndBack)
{
    TrainingLayout layout = small_layout();
    layout.model.experts = 8;
    layout.model.top_k = 2;
    layout.model.expert_ffn = 16;
    layout.model.dense_layers = 1;
    layout.tensor = 2;
    layout.data = 4;
    layout.expert = 2;
    const TrainingPlan plan = checked_plan(layout);
    // 3 layers, to and back, forward and backward: a rank's half of the sequence, each token twice.
    EXPECT_EQ(collectives_of(plan, 0, Kind::all_to_all, Spent::expert),
              std::vector<Bytes>(12, 16 * 2 * 64 * 2));
    // The tensor group shares each expert's matrices, and needs all tokens that come to either of its ranks.
    const std::vector<Bytes> gathers = collectives_of(plan, 0, Kind::all_gather, Spent::tensor);
    EXPECT_EQ(std::count(gathers.begin(), gathers.end(), 32 * 2 * 64 * 2), 6);
    // 8 experts over 2 ranks, whose matrices 2 ranks share; the replicas of each are 2.
    const std::vector<Bytes> gradients = collectives_of(plan, 0, Kind::reduce_scatter, Spent::data);
    EXPECT_EQ(std::count(gradients.begin(), gradients.end(), 8 / 2 * 3 * 64 * 16 / 2 * 2), 3);
}

TEST(TrainingVolume, OfContextGroupsAreKeysAndValues)
{
    TrainingLayout layout = small_layout();
    layout.model.kv_heads = 2;
    layout.context = 4;
    const TrainingPlan plan = checked_plan(layout);
    const Bytes keys = 2 * 2 * 8 * 32 * 2;  // keys and values of 2 heads of 8, 32 tokens, 2 bytes
    EXPECT_EQ(collectives_of(plan, 0, Kind::all_gather, Spent::context), std::vector<Bytes>(8, keys));
    EXPECT_EQ(collectives_of(plan, 0, Kind::reduce_scatter, Spent::context), std::vector<Bytes>(4, keys));
    layout.recompute = true;  // gathers them once more, and reduces nothing
    EXPECT_EQ(collectives_of(checked_plan(layout), 0, Kind::all_gather, Spent::context),
              std::vector<Bytes>(12, keys));
    EXPECT_EQ(collectives_of(checked_plan(layout), 0, Kind::reduce_scatter, Spent::context),
              std::vector<Bytes>(4, keys));
    layout.tensor = 4;  // a head is held by two ranks
    EXPECT_EQ(collectives_of(checked_plan(layout), 0, Kind::reduce_scatter, Spent::context),
              std::vector<Bytes>(4, keys / 2));
}

TEST(TrainingVolume, OfAStageIsDividedByTheSequenceOnlyIfItIsDivided)
{
    TrainingLayout layout = small_layout();
    layout.tensor = layout.pipeline = 2;
    layout.micro_batches = 3;
    EXPECT_EQ(volume(checked_plan(layout), 0, Spent::pipeline), 3 * 32 * 64 * 2 / 2);
    layout.sequence_parallel = false;
    EXPECT_EQ(volume(checked_plan(layout), 0, Spent::pipeline), 3 * 32 * 64 * 2);
}

TEST(TrainingTime, OfComputationIsThatOfTheOperations)
{
    TrainingLayout layout = small_layout();
    layout.micro_batches = 3;
    layout.tflops = 1e-3;
    layout.memory_tb_per_s = 1e6;
    const double seconds = layout.model.training_flops(3 * 32) / (1e9 * 0.5);
    EXPECT_NEAR(totals_of(checked_plan(layout).program).compute_longest.s(), seconds, seconds * 1e-9);
    layout.recompute = true;  // a third more, but not of the logits
    const double logits = layout.model.logit_flops() * 3 * 32 / (1e9 * 0.5);
    const double more = seconds + (seconds - 3 * logits) / 3;
    EXPECT_NEAR(totals_of(checked_plan(layout).program).compute_longest.s(), more, more * 1e-9);
}

TEST(TrainingTime, OfTheOptimizerIsThatOfMemory)
{
    TrainingLayout layout = small_layout();
    layout.data = 4;
    layout.tflops = 1e6;
    layout.memory_tb_per_s = 1e-3;
    // 2 + 2 + 24 bytes of each parameter at 1 GB/s; with ZeRO of a quarter.
    const double seconds = layout.model.parameters() * 28 / 1e9;
    const double compute = layout.model.training_flops(32) / (1e18 * 0.5);
    EXPECT_NEAR(totals_of(checked_plan(layout).program).compute_longest.s(), seconds / 4 + compute,
                seconds * 1e-6);
    layout.zero = 0;
    EXPECT_NEAR(totals_of(checked_plan(layout).program).compute_longest.s(), seconds + compute,
                seconds * 1e-6);
}

}  // namespace
}  // namespace hpnsim
