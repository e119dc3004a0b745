// SPDX-License-Identifier: GPL-2.0-only
// Tests the ways of exchanging that are not the usual ones: buckets by bytes, and keys and values that go
// round a context group.
#include "training_rig.hpp"

namespace hpnsim
{
namespace
{

using Kind = CollectiveKind;

const Bytes kLayer = (4 * 64 * 64 + 3 * 64 * 128) * 2, kEnds = 100 * 64 * 2;

TEST(TrainingBuckets, ByBytesAreFullButTheLast)
{
    TrainingLayout layout = small_layout();
    layout.data = 2;
    const auto buckets = [&layout](Bytes full) {
        layout.bucket_bytes = full;
        return collectives_of(checked_plan(layout), 0, Kind::reduce_scatter, Spent::data);
    };
    const Bytes all = 4 * kLayer + 2 * kEnds;
    EXPECT_EQ(buckets(all + 1), std::vector<Bytes>{all});
    EXPECT_EQ(buckets(all), (std::vector<Bytes>{all}));
    std::vector<Bytes> pieces(static_cast<size_t>(all / 30'000), 30'000);
    pieces.push_back(all % 30'000);
    EXPECT_EQ(buckets(30'000), pieces);
    // ZeRO-1 gathers the parameters of the same buckets.
    EXPECT_EQ(collectives_of(checked_plan(layout), 0, Kind::all_gather, Spent::data).size(), pieces.size());
    layout.chunks = 2;
    layout.pipeline = 2;
    layout.micro_batches = 2;
    EXPECT_EQ(sum_of(buckets(30'000)), 2 * kLayer + kEnds);
}

TEST(TrainingBuckets, SmallOnesOverlapMore)
{
    TrainingLayout layout = small_layout();
    layout.data = 2;
    layout.zero = 0;
    layout.tflops = 1e-3;
    const auto exposed = [&layout](Bytes full) {
        layout.bucket_bytes = full;
        FakeCarrier carrier;
        carrier.nic = gbps(1);
        return run_training(checked_plan(layout), carrier, 1).of(0, Spent::data);
    };
    EXPECT_LT(exposed(kLayer), exposed(4 * kLayer));
}

TEST(TrainingBuckets, SentencesNameTheOption)
{
    TrainingLayout layout = small_layout();
    layout.buckets = 3;
    layout.bucket_bytes = 1000;
    EXPECT_EQ(sentence_about(layout),
              "bucket-bytes: the number of buckets is given as well; leave one of the two out");
    layout.buckets.reset();
    layout.bucket_bytes = 1;
    EXPECT_EQ(sentence_about(layout),
              "bucket-bytes: the model's gradients would be more than 100000 buckets; "
              "the nearest is 4");
}

TrainingLayout ring_layout()
{
    TrainingLayout layout = small_layout();
    layout.context = 4;
    layout.ring = true;
    layout.tflops = 1e-3;
    layout.zero = 0;
    return layout;
}

/// Keys and values of 8 of 32 tokens, 2 x 64 numbers of 2 bytes each. Forward each block goes to three ranks;
/// backward too, and its gradients to four.
TEST(TrainingRing, PassesEachBlockToAllOthers)
{
    const TrainingLayout layout = ring_layout();
    const TrainingPlan plan = checked_plan(layout);
    EXPECT_EQ(plan.program.graphs.size(), 4U);
    const Bytes block = 8 * 2 * 64 * 2;
    EXPECT_EQ(volumes_of(plan, 0, 1).at(static_cast<size_t>(Spent::context)), 4.0 * (3 + 3 + 4) * block);
    FakeCarrier carrier;
    uint64_t blocks = 0;
    carrier.on_send = [&](const Message& m) {
        if (m.bytes != block) return;
        ++blocks;
        EXPECT_EQ(m.dst, (m.src + 1) % 4);
    };
    const TrainingRun run = run_training(plan, carrier, 1);
    EXPECT_TRUE(run.done) << run.stuck;
    EXPECT_EQ(blocks, 4 * 4 * (3 + 3 + 4));
    EXPECT_TRUE(collectives_of(plan, 0, Kind::all_gather, Spent::context).empty());
}

/// A block of scores takes 4 x 8 x 8 x 64 operations: 32.8 us. Its keys take 3 us on the way, and only the
/// last gradients, which come back when all is computed, are waited for.
TEST(TrainingRing, OverlapsBlocksWithComputation)
{
    TrainingLayout layout = ring_layout();
    FakeCarrier carrier;
    const TrainingRun run = run_training(checked_plan(layout), carrier, 1);
    const Time message = transmit_time(8 * 2 * 64 * 2, gbps(400)) + microseconds(3);
    EXPECT_EQ(run.of(0, Spent::context), 4 * message);
    layout.ring = false;
    FakeCarrier gathering;
    const TrainingRun all = run_training(checked_plan(layout), gathering, 1);
    EXPECT_EQ(run.of(0, Spent::compute), all.of(0, Spent::compute));
    EXPECT_GT(all.of(0, Spent::context), 8 * message);
}

/// On a slow network each step lasts as long as its message.
TEST(TrainingRing, WaitsForBlocksThatAreSlow)
{
    TrainingLayout layout = ring_layout();
    FakeCarrier carrier;
    carrier.nic_latency = milliseconds(1);
    const TrainingRun run = run_training(checked_plan(layout), carrier, 1);
    EXPECT_GT(run.of(0, Spent::context), milliseconds(4 * (3 + 3)));
    EXPECT_LT(run.of(0, Spent::context), milliseconds(4 * (3 + 7)));
}

TEST(TrainingRing, GoesWithPipelinesAndRecomputation)
{
    for (const uint32_t pipeline : {1U, 2U})
        for (const uint32_t context : {2U, 3U, 4U}) {
            TrainingLayout layout = ring_layout();
            layout.model.sequence = 96;
            layout.context = context;
            layout.pipeline = pipeline;
            layout.data = 2;
            layout.recompute = true;
            layout.micro_batches = 3;
            layout.iterations = 2;
            FakeCarrier carrier;
            const TrainingRun run = run_training(checked_plan(layout), carrier, 4);
            EXPECT_TRUE(run.done) << run.stuck;
            EXPECT_EQ(run.ends.size(), 2U);
        }
}

TEST(TrainingRing, NeedsAGroup)
{
    TrainingLayout layout = ring_layout();
    layout.context = 1;
    EXPECT_EQ(sentence_about(layout),
              "cp-exchange: a ring needs ranks that share a sequence; use cp 2 or more");
}

}  // namespace
}  // namespace hpnsim
