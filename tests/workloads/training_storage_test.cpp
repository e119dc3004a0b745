// SPDX-License-Identifier: GPL-2.0-only
// Tests what training jobs load from storage and write to it, over the fake network and beside it.
#include "training_rig.hpp"

namespace hpnsim
{
namespace
{

TrainingLayout stored_layout()
{
    TrainingLayout layout = small_layout();
    layout.tensor = layout.data = 2;
    layout.tflops = 1e-3;
    layout.iterations = 4;
    return layout;
}

TrainingRun ran(const TrainingLayout& layout)
{
    FakeCarrier carrier;
    TrainingRun run = run_training(checked_plan(layout), carrier, 2);
    EXPECT_TRUE(run.done) << run.stuck;
    EXPECT_EQ(run.ends.size(), layout.iterations);
    return run;
}

TEST(TrainingStorage, ACheckpointIsTheWholeStateOnce)
{
    for (const uint32_t context : {1U, 2U}) {
        TrainingLayout layout = stored_layout();
        layout.context = context;
        layout.model.experts = 8;
        layout.model.top_k = 2;
        layout.model.expert_ffn = 16;
        layout.expert = 2;
        layout.storage.checkpoint_every = 2;
        const auto state = static_cast<Bytes>(layout.model.parameters() * 14);
        EXPECT_EQ(checked_plan(layout).written, 2 * state);
        layout.element = 4;
        EXPECT_EQ(checked_plan(layout).written, 2 * state * 16 / 14);
        layout.storage.checkpoint_bytes = 1000;
        EXPECT_EQ(checked_plan(layout).written, 2 * 1000 * static_cast<Bytes>(layout.ranks()));
    }
}

/// Ranks 0 to 3 train, and the two NICs of a storage host are ranks 4 and 5.
TEST(TrainingStorage, SharedOneMovesItsBytesOverTheFabric)
{
    TrainingLayout layout = stored_layout();
    layout.micro_batches = 3;
    layout.storage.nics = layout.storage.ports = 2;
    layout.storage.data_bytes = 1001;
    layout.storage.checkpoint_every = 2;
    layout.storage.checkpoint_bytes = 70'001;
    const TrainingPlan plan = checked_plan(layout);
    EXPECT_EQ(plan.program.ranks, 6U);
    EXPECT_EQ(plan.trainers, 4U);
    EXPECT_EQ(plan.loaded, 501 * 4 * 3 * 4);
    EXPECT_EQ(plan.written, 70'001 * 4 * 2);
    FakeCarrier carrier;
    Bytes to = 0, from = 0;
    carrier.on_send = [&](const Message& m) {
        if (m.src < 4 && m.dst < 4) return;
        EXPECT_EQ(m.src % 2, m.dst % 2) << "a rank has the storage of its rail";
        (m.dst >= 4 ? to : from) += m.bytes;
    };
    const TrainingRun run = run_training(plan, carrier, 2);
    EXPECT_TRUE(run.done) << run.stuck;
    EXPECT_EQ(from, plan.loaded);
    EXPECT_EQ(to, plan.written + 64 * 4 * 3 * 4);  // and the requests
    EXPECT_EQ(run.spent.size(), 4U);
    EXPECT_GT(run.of(0, Spent::storage), Time{});
}

/// 4 ranks share 2 hosts of 4 Gb/s: 2 Gb/s each.
TEST(TrainingStorage, SeparateOneTakesTheTimeOfItsShare)
{
    TrainingLayout layout = stored_layout();
    const Time without = ran(layout).ends.back();
    layout.storage.checkpoint_every = 2;
    layout.storage.checkpoint_bytes = 1'000'000;
    layout.storage.shared = false;
    layout.storage.hosts = 2;
    layout.storage.gbps = 4;
    const TrainingRun run = ran(layout);
    EXPECT_EQ(checked_plan(layout).program.ranks, 4U);
    EXPECT_EQ(run.storage_busy, milliseconds(8));
    EXPECT_EQ(run.of(0, Spent::storage), milliseconds(8));
    // The parameters are gathered meanwhile.
    EXPECT_LT(run.of(0, Spent::data), ran(stored_layout()).of(0, Spent::data));
    EXPECT_EQ(run.of(0, Spent::compute), ran(stored_layout()).of(0, Spent::compute));
    EXPECT_GT(run.ends.back(), without + milliseconds(7));
    EXPECT_GT(run.ends[1] - run.ends[0], run.ends[2] - run.ends[1] + milliseconds(3));
}

TEST(TrainingStorage, ACheckpointInTheBackgroundIsWaitedForByTheNext)
{
    TrainingLayout layout = stored_layout();
    const TrainingRun without = ran(layout);
    const Time iteration = without.ends[2] - without.ends[1];
    layout.storage.checkpoint_every = 1;
    layout.storage.shared = false;
    layout.storage.background = true;
    layout.storage.gbps = 32;  // 1 GB/s for each rank
    layout.storage.checkpoint_bytes = iteration.ps / 1000 / 2;
    EXPECT_EQ(ran(layout).ends, without.ends);
    layout.storage.checkpoint_bytes = iteration.ps / 1000 * 2;
    const TrainingRun slow = ran(layout);
    EXPECT_EQ(slow.ends[0], without.ends[0]);
    EXPECT_NEAR((slow.ends[3] - slow.ends[2]).us(), (iteration * 2).us(), 0.05 * iteration.us());
}

/// Data come a micro-batch ahead: where they come faster than it is computed, the first alone is waited for.
TEST(TrainingStorage, DataAreLoadedAMicroBatchAhead)
{
    TrainingLayout layout = stored_layout();
    layout.micro_batches = 5;
    const TrainingRun without = ran(layout);
    layout.storage.shared = false;
    layout.storage.gbps = 32;  // 1 GB/s for each of 4 ranks
    layout.storage.data_bytes = 2'000'000;
    EXPECT_EQ(ran(layout).of(0, Spent::storage), milliseconds(1));
    EXPECT_EQ(ran(layout).ends.back(), without.ends.back() + milliseconds(1));
    layout.pipeline = 2;  // the first stage alone loads
    const TrainingRun staged = ran(layout);
    EXPECT_GT(staged.of(0, Spent::storage), Time{});
    EXPECT_EQ(staged.of(7, Spent::storage), Time{});
    layout.pipeline = 1;
    layout.storage.data_bytes = 2'000'000'000;
    EXPECT_GE(ran(layout).of(0, Spent::storage), milliseconds(18'000));
}

TEST(TrainingStorage, SentencesNameTheOption)
{
    TrainingLayout layout = stored_layout();
    layout.storage.checkpoint_every = 5;
    EXPECT_EQ(sentence_about(layout),
              "checkpoint-every: 5 iterations never pass in 4; the nearest is 4, or raise iterations");
    layout.storage.checkpoint_every = 0;
    layout.storage.checkpoint_bytes = 5;
    EXPECT_EQ(sentence_about(layout), "checkpoint-bytes: no checkpoint is written without checkpoint-every");
    layout.storage.background = true;
    EXPECT_EQ(sentence_about(layout), "checkpoint-async: no checkpoint is written without checkpoint-every");
    layout.storage = {};
    layout.storage.hosts = 2;
    EXPECT_EQ(sentence_about(layout),
              "storage: nothing is loaded or written; use checkpoint-every or data-bytes as well");
    layout.storage.data_bytes = 1;
    EXPECT_EQ(sentence_about(layout), "");
    layout.storage.gbps = 100;
    EXPECT_EQ(sentence_about(layout),
              "storage-gbps: shared storage has the rate of its NICs; use storage separate");
}

}  // namespace
}  // namespace hpnsim
