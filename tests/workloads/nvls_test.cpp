// SPDX-License-Identifier: GPL-2.0-only
// Compares the AllReduce with NVLink SHARP with its formula: NVLink carries (1 + 1/g) S each way, NICs the
// same as in the hierarchical algorithm; and checks that a transfer that NVLink carries in fewer bytes moves
// all.
#include "collective_load.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr Bytes kMib = 1 << 20;

CollectiveLoad nvls(CollectiveShape shape, Bytes size, uint32_t channels = 0, Bytes chunk = 0)
{
    return load_of(kAllReduce, "nvls", {shape, size, channels, chunk});
}

// Chunks of 14 KiB: 9/14 of them is a whole number.
TEST(Nvls, NvlinkCarriesTheBufferAndAnEighth)
{
    const Bytes size = 8 * 16 * 14 * 1024;
    for (const uint32_t hosts : {4U, 1U})
        for (const RankLoad& rank : nvls({hosts * 8, 8, hosts}, size, 16, 14 * 1024).ranks) {
            EXPECT_EQ(rank.nvlink[0], size * 9 / 8);
            EXPECT_EQ(rank.nvlink[1], size * 9 / 8);
            EXPECT_EQ(rank.nic[0], size / 8 * 2 * (hosts - 1) / hosts);
        }
}

// Two GPUs gain nothing: 1 + 1/2 buffers instead of 2 - 2/2.
TEST(Nvls, OfTwoGpusNvlinkCarriesMore)
{
    EXPECT_EQ(nvls({2, 2, 1}, 4 * kMib).busiest(&RankLoad::nvlink), 6 * kMib);
    EXPECT_EQ(load_of(kAllReduce, "hierarchical", {{2, 2, 1}, 4 * kMib}).busiest(&RankLoad::nvlink),
              4 * kMib);
}

// Eight hosts, no NVLink delay to speak of: the ring's 2 x 7 steps of 3 us.
TEST(Nvls, TakesTheStepsOfTheRing)
{
    FakeCarrier carrier;
    carrier.nvlink_latency = {};
    EXPECT_NEAR(load_of(kAllReduce, "nvls", {{64, 8, 8}, 64}, carrier).end.us(), 14 * 3, 0.01);
}

// A host of 8, one chunk of S/8 a GPU. First every GPU sends the whole buffer up to be added up, and its sum
// comes down to it; then it sends the sum up, once for all eight, and all eight sums come down to it.
TEST(Nvls, OneSendsIntoTheSwitchAndAllReceive)
{
    const Bytes size = 12'600'000;
    FakeCarrier carrier;
    std::vector<Bytes> up(16), down(16);  // by phase and GPU
    CollectiveWorkload workload(
        make_collective(find_collective("", kAllReduce, "nvls"), {{8, 8, 1}, size, 1, size / 8}), {8, 8, 1},
        1, {}, 1);
    std::vector<uint32_t> sent(8);
    carrier.on_send = [&](const Message& m) {
        const uint32_t phase = sent[m.src]++ < 7 ? 0 : 8;
        up[phase + m.src] += m.bytes;
        down[phase + m.dst] += m.received();
    };
    carrier.run(workload);
    for (uint32_t gpu = 0; gpu < 8; ++gpu) {
        EXPECT_EQ(up[gpu], size) << gpu;
        EXPECT_EQ(down[gpu], size / 8) << gpu;
        EXPECT_EQ(up[8 + gpu], size / 8) << gpu;
        EXPECT_EQ(down[8 + gpu], size) << gpu;
    }
}

/// A chunk by itself needs the whole buffer up, then the whole buffer down. Many chunks overlap that.
TEST(Nvls, AChunkAloneTakesTheBufferUpAndThenDown)
{
    const Bytes size = 12'600'000;  // 28 us at 450 GB/s
    const double alone = nvls({8, 8, 1}, size, 1, size / 8).end.us();
    EXPECT_GT(alone, 2 * 28 * 0.9);
    EXPECT_LT(alone, 2 * 28 + 2 * 4);
    EXPECT_LT(nvls({8, 8, 1}, size, 16, size / 8 / 64).end.us(), 0.75 * alone);
}

TEST(Nvls, ComesNearItsBound)
{
    for (const uint32_t hosts : {8U, 3U}) {
        EXPECT_GT(nvls({hosts * 8, 8, hosts}, kMib).efficiency(), 0.85) << hosts;
        EXPECT_GT(nvls({hosts * 8, 8, hosts}, 256 * kMib).efficiency(), 0.95) << hosts;
    }
}

/// H800: 200 GB/s of NVLink, which bound the hierarchical algorithm.
TEST(Nvls, HelpsWhereNvlinkIsTheBottleneck)
{
    FakeCarrier h800;
    h800.nvlink = gbps(1600);
    const CollectiveCall call{{64, 8, 8}, 256 * kMib};
    const Time plain = load_of(kAllReduce, "hierarchical", call, h800).end;
    EXPECT_LT(load_of(kAllReduce, "nvls", call, h800).end.s(), 0.87 * plain.s());
}

/// What is spoiled of such a transfer is found, wherever in it.
TEST(Nvls, EveryInjectionIsFound)
{
    const CollectiveShape shape{8, 8, 1};
    const auto make = [&] {
        return make_collective(find_collective("algorithm", kAllReduce, "nvls"), {shape, 65536});
    };
    for (const std::string& name : injection_names()) {
        const auto contents = inject(make_collective_contents(kAllReduce, make(), shape.ranks, 65536),
                                     injection_named("", name), 64);
        contents->memory().allocate();
        CollectiveWorkload workload(make(), shape, 1, {}, 1);
        FakeCarrier carrier;
        carrier.contents = contents.get();
        carrier.run(workload);
        EXPECT_GT(contents->finish(true).wrong, 0U) << name;
    }
}

/// GPUs do not add up what NVSwitch has added up.
TEST(Nvls, AddingUpCostsGpusNothing)
{
    StepCosts costs;
    costs.reduce_bytes_per_s = 1e9;
    Transfer step;
    step.dst = 1;
    step.bytes = 1000;
    step.reduce = true;
    EXPECT_EQ(costs.of(step), microseconds(1));
    step.up = step.down = 640;
    EXPECT_EQ(costs.of(step), Time{});
}

}  // namespace
}  // namespace hpnsim
