// SPDX-License-Identifier: GPL-2.0-only
// Tests iterations that end by the clock, and a rank that is slow for a while.
#include "by_name.hpp"
#include "fake_carrier.hpp"

#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

/// A ring of four ranks on hosts of their own; a step moves 25,000 bytes.
CollectiveWorkload ring(uint32_t iterations)
{
    const CollectiveShape shape{4, 1, 4};
    return CollectiveWorkload(make_allreduce("ring", shape, 100'000, 1, 0), shape, iterations, {}, 1);
}

std::vector<Time> lengths(const CollectiveWorkload& workload)
{
    std::vector<Time> all;
    for (const Period& period : workload.periods()) all.push_back(period.end - period.start);
    return all;
}

}  // namespace

/// The others wait for the slow rank, which has six steps to receive of which each delays the next rank's.
TEST(SlowRank, IsSlowInIterationsOfItsTime)
{
    CollectiveWorkload plain = ring(4);
    FakeCarrier carrier;
    carrier.run(plain);
    const Time usual = lengths(plain)[0];
    CollectiveWorkload slow = ring(4);
    slow.slow_down({{2, microseconds(10)}, usual, usual + nanoseconds(1)});  // the second iteration alone
    FakeCarrier other;
    other.run(slow);
    const std::vector<Time> times = lengths(slow);
    ASSERT_EQ(times.size(), 4U);
    EXPECT_EQ(times[0], usual);
    EXPECT_EQ(times[1], usual + microseconds(20));  // each chunk passes the rank twice
    EXPECT_EQ(times[2], usual);
    EXPECT_EQ(times[3], usual);
    EXPECT_TRUE(slow.done());
}

TEST(CollectiveByTheClock, BeginsNoIterationAfterIt)
{
    CollectiveWorkload plain = ring(1);
    FakeCarrier carrier;
    carrier.run(plain);
    const Time usual = lengths(plain)[0];
    for (const auto& [at, iterations] :
         {std::pair{usual, 1U}, {usual + nanoseconds(1), 2U}, {usual * 5, 5U}}) {
        CollectiveWorkload workload = ring(1000);
        workload.begin_none_from(at);
        FakeCarrier clock;
        clock.run(workload);
        EXPECT_EQ(workload.periods().size(), iterations);
        EXPECT_TRUE(workload.done());
        EXPECT_EQ(workload.progress(), 1);
    }
}
