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

// A host of 8, one chunk of S/8 = 1,750,000 B: in each phase seven messages of 9/14 of it, 1,125,000 B or 2.5
// us at 450 GB/s, and 0.05 us of latency.
TEST(Nvls, TakesTheTimeThatHandReckoningGives)
{
    EXPECT_EQ(nvls({8, 8, 1}, 14'000'000, 1, 1'750'000).end, nanoseconds(2 * (7 * 2500 + 50)));
}

TEST(Nvls, ComesNearItsBound)
{
    for (const uint32_t hosts : {8U, 3U}) {
        EXPECT_GT(nvls({hosts * 8, 8, hosts}, kMib).efficiency(), 0.9) << hosts;
        EXPECT_GT(nvls({hosts * 8, 8, hosts}, 256 * kMib).efficiency(), 0.9) << hosts;
    }
}

/// H800: 200 GB/s of NVLink, which bound the hierarchical algorithm.
TEST(Nvls, HelpsWhereNvlinkIsTheBottleneck)
{
    FakeCarrier h800;
    h800.nvlink = gbps(1600);
    const CollectiveCall call{{64, 8, 8}, 256 * kMib};
    const Time plain = load_of(kAllReduce, "hierarchical", call, h800).end;
    EXPECT_LT(load_of(kAllReduce, "nvls", call, h800).end.s(), 0.7 * plain.s());
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
    step.carried = 640;
    EXPECT_EQ(costs.of(step), Time{});
}

}  // namespace
}  // namespace hpnsim
