// SPDX-License-Identifier: GPL-2.0-only
// Compares the bounds of collectives with runs over the fake network, at random: sizes begin at a byte, which
// leaves ranks, channels and pieces with nothing, and some divide by none of them.
#include "by_name.hpp"
#include "fake_carrier.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

CollectiveShape random_shape(uint64_t& stream)
{
    const auto gpus = static_cast<uint32_t>(1 + next_below(stream, 4));
    const auto hosts = static_cast<uint32_t>((gpus == 1 ? 2 : 1) + next_below(stream, 4));
    return {gpus * hosts, gpus, hosts};
}

Bytes random_size(uint64_t& stream)
{
    const Bytes most[] = {8, 100, 10'000, 1'000'000};
    return 1 + static_cast<Bytes>(next_below(stream, static_cast<uint64_t>(most[next_below(stream, 4)])));
}

TEST(CollectiveBound, IsNeverBeaten)
{
    uint64_t stream = stream_of(1, StreamKind{2}, 3);
    for (int i = 0; i < 1500; ++i) {
        const CollectiveShape shape = random_shape(stream);
        const Bytes size = random_size(stream);
        const auto channels = static_cast<uint32_t>(next_below(stream, 6));
        const Bytes chunk =
            next_below(stream, 2) == 0 ? 0 : 1 + size / static_cast<Bytes>(1 + next_below(stream, 20));
        const Time latency{static_cast<int64_t>(next_below(stream, 3)) * 1'000'000};
        const uint64_t kind = next_below(stream, 3);
        const std::string algorithm = kind == 0 ? "ring" : "hierarchical";
        FakeCarrier carrier;
        carrier.nic_latency = latency;
        carrier.nvlink_latency = latency / 10;
        CollectiveWorkload workload(kind == 2 ? make_alltoall(shape, size, channels)
                                              : make_allreduce(algorithm, shape, size, channels, chunk),
                                    shape, 1, {}, 1);
        carrier.run(workload);
        const CollectiveLimits limits = uniform_limits(50e9, 450e9, latency, latency / 10);
        const CollectiveIdeal ideal = kind == 2
                                          ? alltoall_ideal(shape, size, channels, limits)
                                          : allreduce_ideal(algorithm, shape, size, channels, chunk, limits);
        ASSERT_LE(ideal.total(), workload.periods()[0].end)
            << (kind == 2 ? "alltoall" : algorithm) << " " << shape.hosts << " x " << shape.gpus << ", "
            << size << " B, " << channels << " channels, chunk " << chunk << ": " << ideal.nic.ps << " "
            << ideal.nvlink.ps << " " << ideal.chain.ps;
        ASSERT_GT(ideal.total(), Time{});
    }
}

/// Of a byte in a ring of 16 ranks without delays nothing is left out: 30 steps of 20 ps.
TEST(CollectiveBound, OneByteTakesItsSteps)
{
    const CollectiveIdeal ideal =
        allreduce_ideal("ring", {16, 1, 16}, 1, 1, 0, uniform_limits(50e9, 0, Time{}, Time{}));
    EXPECT_EQ(ideal.chain, picoseconds(30 * 20));
}

TEST(CollectiveBound, TimesThatDoNotFitAreNever)
{
    const CollectiveLimits slow = uniform_limits(1e3, 1e3, microseconds(1), microseconds(1));
    for (const char* algorithm : {"ring", "hierarchical"})
        EXPECT_EQ(allreduce_ideal(algorithm, {16, 4, 4}, Bytes{1} << 50, 0, 0, slow).total(), Time::max());
    EXPECT_EQ(alltoall_ideal({16, 4, 4}, Bytes{1} << 50, 0, slow).total(), Time::max());
}

}  // namespace
}  // namespace hpnsim
