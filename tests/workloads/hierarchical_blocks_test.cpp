// SPDX-License-Identifier: GPL-2.0-only
// Tests the hierarchical AllReduce in blocks of hosts: its bytes, how many steps follow each other, and what
// crosses from block to block.
#include "collective_load.hpp"
#include "collective_rig.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <array>

namespace hpnsim
{
namespace
{

const CollectiveOps& hierarchical()
{
    return find_collective("algorithm", kAllReduce, "hierarchical");
}

CollectiveCall in_blocks(CollectiveShape shape, uint32_t block, Bytes size, uint32_t channels = 0,
                         Bytes chunk = 0)
{
    CollectiveCall call{shape, size, channels, chunk};
    call.argument = std::to_string(block);
    return call;
}

CollectiveShape hosts_of(uint32_t gpus, uint32_t hosts)
{
    return {gpus * hosts, gpus, hosts};
}

template <class Act> std::string sentence_of(Act act)
{
    try {
        act();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

/// Sizes begin at a byte, so that parts and segments are empty in places; delays differ.
TEST(HierarchicalBlocks, EndWithTheRightBytesAndNeverBeatTheirBound)
{
    uint64_t stream = stream_of(1, StreamKind{3}, 9);
    const auto below = [&stream](uint64_t n) { return static_cast<uint32_t>(next_below(stream, n)); };
    for (int i = 0; i < 300; ++i) {
        const uint32_t block = 1 + below(5), blocks = 1 + below(4), gpus = 1 + below(3);
        if (gpus * block * blocks == 1) continue;
        const Bytes size = 1 + below(std::array<uint32_t, 3>{9, 200, 50'000}[below(3)]);
        const Bytes chunk = below(2) == 0 ? 0 : 1 + size / (1 + below(20));
        const CollectiveCall call = in_blocks(hosts_of(gpus, block * blocks), block, size, below(4), chunk);
        const CollectiveTrial run = run_collective(hierarchical(), call, microseconds(below(3)));
        const std::string text = std::to_string(blocks) + " x " + std::to_string(block) + " x " +
                                 std::to_string(gpus) + ", " + std::to_string(size) + " B, chunk " +
                                 std::to_string(chunk);
        ASSERT_TRUE(run.done) << text;
        ASSERT_TRUE(run.verdict.verified()) << text << ": " << run.verdict.first;
        ASSERT_EQ(run.messages, run.transfers) << text;
        ASSERT_EQ(run.overlaps, 0) << text;
        ASSERT_LE(run.ideal.total(), run.end) << text;
        ASSERT_LE(static_cast<double>(run.pairs), hierarchical().pairs(call.shape)) << text;
    }
}

/// Ranks begin at different times, so that what crosses comes to blocks that have not all of their own yet.
TEST(HierarchicalBlocks, WaitForWhatTheyAddThemselves)
{
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const CollectiveCall call = in_blocks(hosts_of(2, 12), 4, 5000, 2, 700);
        const auto contents =
            make_collective_contents(kAllReduce, make_collective(hierarchical(), call), 24, call.size);
        contents->memory().allocate();
        CollectiveWorkload workload(make_collective(hierarchical(), call), call.shape, 1, microseconds(100),
                                    seed);
        FakeCarrier carrier;
        carrier.contents = contents.get();
        carrier.run(workload);
        const Verdict verdict = contents->finish(workload.done());
        EXPECT_TRUE(verdict.verified()) << seed << ": " << verdict.first;
    }
}

/// 12 hosts of one GPU in 3 blocks of 4: 2 x 3 + 2 x 2 = 10 steps of 3 us follow each other, and not 22.
TEST(HierarchicalBlocks, TakeFewerSteps)
{
    FakeCarrier carrier;
    EXPECT_NEAR(load_of(kAllReduce, "hierarchical", in_blocks(hosts_of(1, 12), 4, 12), carrier).end.us(),
                10 * 3, 0.01);
    EXPECT_NEAR(load_of(kAllReduce, "hierarchical", in_blocks(hosts_of(1, 12), 1, 12), carrier).end.us(),
                22 * 3, 0.01);
}

/// Every NIC sends 2 x 3/4 of its shard inside the block, and 2 x 2/3 of a quarter of it to the next.
TEST(HierarchicalBlocks, LoadNicsAsTheFormulaSays)
{
    const Bytes size = 8 * 12 * 4096, shard = size / 8;
    const CollectiveCall call = in_blocks(hosts_of(8, 12), 4, size);
    for (const RankLoad& rank : load_of(kAllReduce, "hierarchical", call).ranks)
        EXPECT_EQ(rank.nic[0], shard * 3 / 2 + shard / 3);
    FakeCarrier carrier;
    Bytes across = 0;
    carrier.on_send = [&across](const Message& m) { across += m.src / 32 != m.dst / 32 ? m.bytes : 0; };
    CollectiveWorkload workload(make_collective(hierarchical(), call), call.shape, 1, {}, 1);
    carrier.run(workload);
    EXPECT_EQ(across, 96 * shard / 3);
}

TEST(HierarchicalBlocks, MustDivideTheHosts)
{
    const auto refused = [](const std::string& block) {
        return sentence_of([&block] {
            CollectiveCall call{hosts_of(8, 12), 1 << 20};
            call.argument = block;
            make_collective(hierarchical(), call);
        });
    };
    EXPECT_EQ(refused("5"), "algorithm: hosts=5 does not divide the 12 hosts");
    EXPECT_EQ(refused("0"), "algorithm: hosts: 0 is out of range, 1 to 12");
    EXPECT_EQ(refused("many"), "algorithm: hosts: 'many' is not a whole number");
    EXPECT_EQ(argument_of_collective("--algorithm", hierarchical(), "hierarchical:hosts=4"), "4");
    EXPECT_EQ(sentence_of([] { find_collective("--algorithm", kAllReduce, "hierarchical:host=4"); }),
              "--algorithm: 'hierarchical' has no key 'host'; it takes hosts");
}

}  // namespace hpnsim
