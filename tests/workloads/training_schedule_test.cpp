// SPDX-License-Identifier: GPL-2.0-only
// Checks the order of 1F1B by hand, and the bubble that it leaves.
#include "training_rig.hpp"

#include <numeric>

namespace hpnsim
{
namespace
{

/// "F0 B0 ...", with the chunk behind a point if there are several.
std::string order(uint32_t stages, uint32_t stage, uint32_t micro_batches, uint32_t chunks = 1)
{
    std::string text;
    for (const PipelineStep& step : one_f_one_b(stages, stage, micro_batches, chunks)) {
        text += (text.empty() ? "" : " ") + std::string(step.forward ? "F" : "B") +
                std::to_string(step.micro_batch);
        if (chunks > 1) text += "." + std::to_string(step.chunk);
    }
    return text;
}

TEST(TrainingSchedule, FillsThePipelineThenAlternates)
{
    EXPECT_EQ(order(4, 0, 8), "F0 F1 F2 F3 B0 F4 B1 F5 B2 F6 B3 F7 B4 B5 B6 B7");
    EXPECT_EQ(order(4, 1, 8), "F0 F1 F2 B0 F3 B1 F4 B2 F5 B3 F6 B4 F7 B5 B6 B7");
    EXPECT_EQ(order(4, 2, 8), "F0 F1 B0 F2 B1 F3 B2 F4 B3 F5 B4 F6 B5 F7 B6 B7");
    EXPECT_EQ(order(4, 3, 8), "F0 B0 F1 B1 F2 B2 F3 B3 F4 B4 F5 B5 F6 B6 F7 B7");
    EXPECT_EQ(order(4, 0, 2), "F0 F1 B0 B1");
    EXPECT_EQ(order(1, 0, 3), "F0 B0 F1 B1 F2 B2");
}

/// Megatron-LM's order: groups of as many micro-batches as stages go through a chunk after the other.
TEST(TrainingSchedule, InterleavesChunks)
{
    EXPECT_EQ(order(2, 0, 4, 2), "F0.0 F1.0 F0.1 F1.1 F2.0 B0.1 F3.0 B1.1 F2.1 B0.0 F3.1 B1.0 B2.1 B3.1 "
                                 "B2.0 B3.0");
    EXPECT_EQ(order(2, 1, 4, 2), "F0.0 F1.0 F0.1 B0.1 F1.1 B1.1 F2.0 B0.0 F3.0 B1.0 F2.1 B2.1 F3.1 B3.1 "
                                 "B2.0 B3.0");
}

/// A job of equal stages whose messages take no time worth mentioning.
TrainingRun run_pipeline(uint32_t stages, uint32_t micro_batches, uint32_t chunks)
{
    TrainingLayout layout = small_layout();
    layout.model.layers = stages * chunks;
    layout.model.vocabulary = 1;
    layout.pipeline = stages;
    layout.micro_batches = micro_batches;
    layout.chunks = chunks;
    layout.element = 0;
    layout.tflops = 1e-3;
    FakeCarrier carrier;
    carrier.nic_latency = carrier.nvlink_latency = {};
    TrainingRun run = run_training(checked_plan(layout), carrier);
    EXPECT_TRUE(run.done) << run.stuck;
    return run;
}

/// Narayanan et al., section 2.2: the bubble's share of the computation is (p - 1) / m, and with v chunks
/// (p - 1) / (m v).
TEST(TrainingSchedule, LeavesTheBubbleOfTheFormula)
{
    struct Case {
        uint32_t stages, micro_batches, chunks;
    };
    for (const Case& each : {Case{4, 8, 1}, Case{4, 4, 1}, Case{2, 8, 1}, Case{4, 2, 1}, Case{4, 8, 2},
                             Case{2, 4, 4}, Case{1, 3, 1}}) {
        const TrainingRun run = run_pipeline(each.stages, each.micro_batches, each.chunks);
        const double share = (each.stages - 1.0) / (each.micro_batches * each.chunks);
        for (uint32_t rank = 0; rank < each.stages; ++rank) {
            EXPECT_NEAR(run.of(rank, Spent::bubble).s() / run.of(rank, Spent::compute).s(), share, 0.003)
                << each.stages << " " << each.micro_batches << " " << each.chunks << " rank " << rank;
            EXPECT_EQ(run.of(rank, Spent::data), Time{});
        }
    }
}

}  // namespace
}  // namespace hpnsim
