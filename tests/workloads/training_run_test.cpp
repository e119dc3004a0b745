// SPDX-License-Identifier: GPL-2.0-only
// Runs training jobs of many layouts over the fake network, and checks by hand what their time goes to.
#include "training_rig.hpp"

#include <numeric>

namespace hpnsim
{
namespace
{

std::string text_of(const TrainingLayout& l)
{
    std::string text;
    for (const uint32_t each : {l.tensor, l.pipeline, l.data, l.expert, l.context, l.zero, l.chunks})
        text += std::to_string(each) + " ";
    return text + (l.recompute ? "recompute " : "") + l.placement;
}

/// The job ends, and all time of every rank is accounted for.
void expect_whole(const TrainingLayout& layout)
{
    FakeCarrier carrier;
    const TrainingRun run = run_training(checked_plan(layout), carrier, 4);
    ASSERT_TRUE(run.done) << text_of(layout) << ": " << run.stuck;
    ASSERT_EQ(run.ends.size(), layout.iterations) << text_of(layout);
    for (const TrainingMeter::Times& times : run.spent)
        EXPECT_EQ(std::accumulate(times.begin(), times.end(), Time{}), run.ends.back()) << text_of(layout);
}

TEST(TrainingRun, EndsForEveryLayoutOfAGrid)
{
    for (const uint32_t tensor : {1U, 2U, 4U})
        for (const uint32_t pipeline : {1U, 2U, 4U})
            for (const uint32_t data : {1U, 2U})
                for (const uint32_t context : {1U, 2U})
                    for (const uint32_t zero : {0U, 1U, 2U, 3U}) {
                        // Every two values of the grid still meet.
                        if (tensor * pipeline * data * context > 16) continue;
                        TrainingLayout layout = small_layout();
                        layout.tensor = tensor;
                        layout.pipeline = pipeline;
                        layout.data = data;
                        layout.context = context;
                        layout.zero = zero;
                        layout.micro_batches = 3;
                        layout.iterations = 2;
                        layout.recompute = zero == 2;
                        layout.sequence_parallel = zero != 0;
                        layout.model.tied = data == 2;
                        layout.placement = context == 1 ? "tp-cp-ep-dp-pp" : "pp-dp-ep-tp-cp";
                        expect_whole(layout);
                    }
}

TEST(TrainingRun, EndsWithExpertsAndWithChunks)
{
    for (const uint32_t zero : {0U, 1U, 2U, 3U})
        for (const uint32_t expert : {1U, 2U, 4U})
            for (const uint32_t chunks : {1U, 2U}) {
                TrainingLayout layout = small_layout();
                layout.model.experts = 8;
                layout.model.top_k = 2;
                layout.model.expert_ffn = 16;
                layout.model.dense_layers = 1;
                layout.model.shared_experts = zero % 2;
                layout.tensor = layout.pipeline = 2;
                layout.data = 4;
                layout.expert = expert;
                layout.zero = zero;
                layout.chunks = chunks;
                layout.micro_batches = 4;
                layout.iterations = 2;
                expect_whole(layout);
            }
}

/// Two stages, one micro-batch. Stage 1 waits for stage 0's forward pass, then for the message.
TEST(TrainingRun, ParesAWaitForAMessageFromTheBubble)
{
    TrainingLayout layout = small_layout();
    layout.pipeline = 2;
    layout.tflops = 1e-3;
    layout.memory_tb_per_s = 1e6;
    FakeCarrier carrier;
    const TrainingRun run = run_training(checked_plan(layout), carrier, 1);
    const TrainingModel& model = layout.model;
    const double half_s = 2 * (model.attention_flops() + model.mlp_flops(0)) * 32 / 0.5e9;
    const double logits_s = model.logit_flops() * 32 / 0.5e9;
    const Time message = transmit_time(32 * 64 * 2, gbps(400)) + microseconds(3);
    EXPECT_EQ(run.of(1, Spent::pipeline), message);
    EXPECT_NEAR(run.of(1, Spent::compute).s(), 3 * half_s + 3 * logits_s, 1e-8);
    // Until stage 0 has done its forward pass, then until its gradient has come and it is done as well.
    EXPECT_NEAR(run.of(1, Spent::bubble).s(), half_s + message.s() + 2 * half_s, 1e-8);
    EXPECT_EQ(run.of(0, Spent::pipeline), message);
    EXPECT_NEAR(run.of(0, Spent::bubble).s(), message.s() + 3 * half_s + 3 * logits_s, 1e-8);
    EXPECT_EQ(run.critical, 1U);
}

/// Gradients of a layer move while the layers below it compute; only what is left at the end is waited for.
TEST(TrainingRun, BucketsOverlapTheBackwardPass)
{
    TrainingLayout layout = small_layout();
    layout.data = 2;
    layout.zero = 0;
    layout.tflops = 1e-3;
    const auto exposed = [&layout](uint32_t buckets) {
        layout.buckets = buckets;
        FakeCarrier carrier;
        carrier.nic = gbps(1);
        return run_training(checked_plan(layout), carrier, 1).of(0, Spent::data);
    };
    // An all-reduce of two ranks: each sends half, twice.
    const auto reduce = [](Bytes bytes) { return 2 * (transmit_time(bytes / 2, gbps(1)) + microseconds(3)); };
    const Bytes layer = (4 * 64 * 64 + 3 * 64 * 128) * 2, ends = 100 * 64 * 2;
    EXPECT_EQ(exposed(1), reduce(4 * layer + 2 * ends));
    EXPECT_EQ(exposed(4), reduce(layer + ends));  // 0.85 ms; a layer's backward pass takes 11 ms
}

TEST(TrainingRun, WaitsOfTensorGroupsAreTheirs)
{
    TrainingLayout layout = small_layout();
    layout.tensor = 2;
    layout.sequence_parallel = false;
    FakeCarrier carrier;
    const TrainingRun run = run_training(checked_plan(layout), carrier, 1);
    const Time one = 2 * (transmit_time(32 * 64, gbps(400)) + microseconds(3));
    EXPECT_EQ(run.of(0, Spent::tensor), 18 * one);
    EXPECT_EQ(run.of(0, Spent::bubble), Time{});
}

/// ZeRO-3 fetches a layer's parameters while another computes: what is waited for is the first layer's.
TEST(TrainingRun, ParametersAreFetchedAhead)
{
    TrainingLayout layout = small_layout();
    layout.data = 2;
    layout.zero = 3;
    layout.tflops = 1e-3;
    layout.memory_tb_per_s = 1e6;
    FakeCarrier carrier;
    carrier.nic = gbps(1);
    const TrainingRun run = run_training(checked_plan(layout), carrier, 1);
    const Bytes layer = (4 * 64 * 64 + 3 * 64 * 128) * 2, ends = 100 * 64 * 2;
    const Time half = transmit_time((layer + ends) / 2, gbps(1)) + microseconds(3);
    EXPECT_EQ(run.of(0, Spent::data), 2 * half);  // and the gradients of the layer that is last
}

TEST(TrainingRun, LaterIterationsBeginAtOnce)
{
    TrainingLayout layout = small_layout();
    layout.tensor = layout.pipeline = layout.data = 2;
    layout.micro_batches = 4;
    layout.iterations = 3;
    FakeCarrier carrier;
    const TrainingRun run = run_training(checked_plan(layout), carrier, 4);
    ASSERT_EQ(run.ends.size(), 3U);
    const Time steady = run.ends[2] - run.ends[1];
    EXPECT_NEAR(steady.us(), run.ends[0].us(), 0.01 * steady.us());
}

/// 1,024 ranks share 8 graphs.
TEST(TrainingRun, RanksOfAStageShareItsGraph)
{
    TrainingLayout layout;
    layout.model = parse_training_model("", "gpt3-175b");
    layout.tensor = layout.pipeline = 8;
    layout.data = 16;
    layout.micro_batches = 16;
    const TrainingPlan plan = checked_plan(layout);
    EXPECT_EQ(plan.program.ranks, 1024U);
    ASSERT_EQ(plan.program.graphs.size(), 8U);
    Bytes bytes = 0;
    for (const auto& graph : plan.program.graphs) bytes += graph->memory_bytes();
    EXPECT_LT(bytes, 4 << 20);
}

}  // namespace
}  // namespace hpnsim
