// SPDX-License-Identifier: GPL-2.0-only
// Tests what a measured run says of itself, in this process and in one of its own.
#include "bench/measure.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

const std::vector<std::string> kIncast = {"incast", "--topology", "star:hosts=5", "--senders", "4",
                                          "--size", "64K",        "--cc",         "hpcc"};

}  // namespace

TEST(BenchMeasure, CountsWhatTheRunDid)
{
    const Measured run = measure(kIncast);
    EXPECT_EQ(run.gpus, 5u);
    EXPECT_EQ(run.ports, 10u) << "five links";
    EXPECT_EQ(run.packet_hops, 2u * 4 * 2 * 16)
        << "two hops for each of 16 packets of four senders, and each ACK";
    EXPECT_GT(run.events, run.packet_hops / 2);
    EXPECT_GT(run.run_s, 0);
    EXPECT_GT(run.program_mb, 0);
    EXPECT_LE(run.setup_mb, run.peak_mb);
}

TEST(BenchMeasure, AProcessOfItsOwnDoesTheSame)
{
    const Measured here = measure(kIncast), apart = measure_apart(kIncast);
    EXPECT_EQ(apart.packet_hops, here.packet_hops);
    EXPECT_EQ(apart.events, here.events);
    EXPECT_EQ(apart.ports, here.ports);
}

TEST(BenchMeasure, AProcessThatFailsIsAFailure)
{
    EXPECT_THROW(measure_apart({"incast", "--senders", "none"}), std::runtime_error);
}

/// A large run before it must not be in the peak of a small one.
TEST(BenchMeasure, EachProcessHasItsOwnPeak)
{
    const Measured large =
        measure_apart({"incast", "--topology", "star:hosts=3000", "--senders", "1", "--cc", "fixed"});
    const Measured small = measure_apart(kIncast);
    EXPECT_LT(small.peak_mb, large.peak_mb);
}
