// SPDX-License-Identifier: GPL-2.0-only
// Tests the critical path of training jobs: by hand where it is known, and for many layouts that nothing of
// the time is missing from it.
#include "training_rig.hpp"

#include <numeric>

namespace hpnsim
{
namespace
{

Time sum_of(const SpentTimes& times)
{
    return std::accumulate(times.begin(), times.end(), Time{});
}

Time part(const TrainingRun& run, Spent what)
{
    return run.path.at(static_cast<size_t>(what));
}

/// Two stages, one micro-batch: forward, message, forward, backward, message, backward, and nobody waits.
TEST(TrainingPath, OfTwoStagesGoesThereAndBack)
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
    EXPECT_EQ(part(run, Spent::pipeline), 2 * message);
    EXPECT_NEAR(part(run, Spent::compute).s(), 6 * half_s + 3 * logits_s, 1e-8);
    EXPECT_EQ(part(run, Spent::bubble), Time{});
    EXPECT_EQ(sum_of(run.path), run.ends.back());
    ASSERT_EQ(run.path_stages.size(), 3U);  // and storage, of which there is none
    EXPECT_NEAR(run.path_stages[0].s(), 3 * half_s + message.s(), 1e-8);
    EXPECT_NEAR(run.path_stages[1].s(), 3 * half_s + 3 * logits_s + message.s(), 1e-8);
    EXPECT_EQ(run.path_stages[2], Time{});
}

/// Gradients that are reduced while lower layers compute are not on the path; those of the last layer are.
TEST(TrainingPath, LeavesOutWhatOverlaps)
{
    TrainingLayout layout = small_layout();
    layout.data = 2;
    layout.zero = 0;
    layout.tflops = 1e-3;
    FakeCarrier carrier;
    carrier.nic = gbps(1);
    const TrainingRun run = run_training(checked_plan(layout), carrier, 1);
    const Bytes last = (4 * 64 * 64 + 3 * 64 * 128 + 100 * 64) * 2;
    EXPECT_EQ(part(run, Spent::data), 2 * (transmit_time(last / 2, gbps(1)) + microseconds(3)));
    EXPECT_EQ(part(run, Spent::data) + part(run, Spent::compute), run.ends.back());
}

/// A tensor group waits for the rank that begins late, and the path is that rank's.
TEST(TrainingPath, GoesThroughTheMemberThatComesLast)
{
    TrainingLayout layout = small_layout();
    layout.tensor = 2;
    FakeCarrier usual, late;
    const TrainingRun prompt = run_training(checked_plan(layout), usual);
    const TrainingRun run = run_training(checked_plan(layout), late, 2, {Time{}, microseconds(70)});
    EXPECT_EQ(part(run, Spent::bubble), microseconds(70));
    EXPECT_EQ(part(run, Spent::compute), part(prompt, Spent::compute));
    EXPECT_GT(part(run, Spent::tensor), Time{});  // the late rank finds what the other has sent already
    EXPECT_LE(part(run, Spent::tensor), part(prompt, Spent::tensor));
    EXPECT_EQ(sum_of(run.path), run.ends.back());
}

TEST(TrainingPath, AddsUpToTheTimeForEveryLayoutOfAGrid)
{
    for (const uint32_t tensor : {1U, 2U})
        for (const uint32_t pipeline : {1U, 2U, 4U})
            for (const uint32_t data : {1U, 2U})
                for (const uint32_t context : {1U, 2U})
                    for (const uint32_t zero : {0U, 1U, 2U, 3U}) {
                        TrainingLayout layout = small_layout();
                        layout.tensor = tensor;
                        layout.pipeline = pipeline;
                        layout.data = data;
                        layout.context = context;
                        layout.zero = zero;
                        layout.ring = context > 1 && zero < 2;
                        layout.micro_batches = 4;
                        layout.chunks = pipeline == 2 ? 2 : 1;
                        layout.iterations = 2;
                        layout.model.tied = data == 2;
                        layout.storage.data_bytes = 5000;
                        layout.storage.checkpoint_every = 1;
                        layout.storage.shared = data == 1;
                        FakeCarrier carrier;
                        const TrainingRun run = run_training(checked_plan(layout), carrier, 4);
                        ASSERT_TRUE(run.done) << run.stuck;
                        ASSERT_EQ(run.ends.size(), 2U);
                        EXPECT_EQ(sum_of(run.path), run.ends.back());
                        EXPECT_EQ(std::accumulate(run.path_stages.begin(), run.path_stages.end(), Time{}),
                                  run.ends.back());
                        EXPECT_EQ(part(run, Spent::bubble), Time{});
                        for (const TrainingMeter::Times& times : run.spent)
                            EXPECT_EQ(sum_of(times), run.ends.back());
                    }
}

}  // namespace
}  // namespace hpnsim
