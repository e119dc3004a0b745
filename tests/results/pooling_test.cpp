// SPDX-License-Identifier: GPL-2.0-only
// Tests how several seeds of a run become one record.
#include "hpnsim/pooling.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{

namespace
{

RunRecord of_seed(uint64_t seed, uint64_t drops)
{
    RunRecord run = test::small_run();
    run.seed = seed;
    run.drops = drops;
    run.extra = nlohmann::ordered_json::object();
    return run;
}

RunRecord pooled(std::vector<RunRecord> runs)
{
    SeedPool pool;
    for (RunRecord& run : runs) pool.add(std::move(run));
    return pool.finish();
}

}  // namespace

TEST(SeedPool, counters_are_summed_and_rows_marked)
{
    RunRecord a = of_seed(3, 1), b = of_seed(4, 2);
    a.max_queue = 10;
    b.max_queue = 30;
    const RunRecord all = pooled({a, b});
    EXPECT_EQ(all.drops, 3u);
    EXPECT_EQ(all.max_queue, 30);
    EXPECT_EQ(all.seed, 3u);
    ASSERT_EQ(all.flows.size(), 8u);
    EXPECT_EQ(all.flows[0].seed, 3u);
    EXPECT_EQ(all.flows[7].seed, 4u);
    ASSERT_EQ(all.ports.size(), 2u);
    EXPECT_EQ(all.ports[1].seed, 4u);
    EXPECT_EQ(all.extra["seeds"].size(), 2u);
}

TEST(SeedPool, measures_are_pooled_by_their_meaning)
{
    RunRecord a = of_seed(1, 1), b = of_seed(2, 2);
    a.extra = {{"efficiency", 0.5},
               {"worst_last_fct_us", 10.0},
               {"receiver_port_bytes", {5, 7}},
               {"verified", true},
               {"audit", {{"checks", 4}, {"passed", true}}},
               {"faults", {{"lost", 1}}},
               {"algorithm", "ring"},
               {"busbw_GBps", 3.0}};
    b.extra = {{"efficiency", 0.7},
               {"worst_last_fct_us", 14.0},
               {"receiver_port_bytes", {1, 2}},
               {"verified", false},
               {"audit", {{"checks", 6}, {"passed", true}}},
               {"faults", {{"lost", 2}, {"flapped", 1}}},
               {"algorithm", "ring"},
               {"busbw_GBps", nullptr}};
    const auto extra = pooled({a, b}).extra;
    EXPECT_DOUBLE_EQ(extra["efficiency"], 0.6);
    EXPECT_EQ(extra["worst_last_fct_us"], 14.0);
    EXPECT_EQ(extra["receiver_port_bytes"], (nlohmann::ordered_json{6, 9}));
    EXPECT_EQ(extra["verified"], false);
    EXPECT_EQ(extra["audit"]["checks"], 10);
    EXPECT_EQ(extra["audit"]["passed"], true);
    EXPECT_EQ(extra["faults"]["lost"], 3);
    EXPECT_EQ(extra["faults"]["flapped"], 1);
    EXPECT_EQ(extra["algorithm"], "ring");
    EXPECT_TRUE(extra["busbw_GBps"].is_null());  // one seed lacks it
}

TEST(SeedPool, a_job_is_verified_if_it_was_in_all_seeds)
{
    RunRecord a = of_seed(1, 1), b = of_seed(2, 2);
    a.extra = {{"jobs", {{"x", {{"verified", true}}}, {"y", {{"verified", true}}}}}};
    b.extra = {{"jobs", {{"x", {{"verified", false}}}, {"y", {{"verified", true}}}}}};
    const auto jobs = pooled({a, b}).extra["jobs"];
    EXPECT_EQ(jobs["x"]["verified"], false);
    EXPECT_EQ(jobs["y"]["verified"], true);
}

TEST(SeedPool, percentiles_of_messages_are_those_of_all_messages)
{
    RunRecord a = of_seed(1, 1), b = of_seed(2, 2);
    a.message_fcts = {1'000'000, 2'000'000};
    b.message_fcts = {9'000'000, 3'000'000};
    a.extra["message_fct_us"] = b.extra["message_fct_us"] = 0;
    const auto found = pooled({a, b}).extra["message_fct_us"];
    EXPECT_EQ(found["n"], 4);
    EXPECT_EQ(found["p50"], 2.0);
    EXPECT_EQ(found["max"], 9.0);
}

TEST(SeedPool, throughput_and_depths_are_means)
{
    RunRecord a = of_seed(1, 1), b = of_seed(2, 2);
    a.throughput = {Time{100}, {40, 80, 20}};
    b.throughput = {Time{200}, {60, 60, 30}};  // coarser: a's bins are merged
    a.sim_time = Time{1000};
    b.sim_time = Time{3000};
    a.queue_depth.bins = {{0, 0.5}, {10, 0.5}};
    b.queue_depth.bins = {{0, 1.0}};
    const RunRecord all = pooled({a, b});
    EXPECT_EQ(all.throughput.bin, Time{200});
    EXPECT_EQ(all.throughput.bytes, (std::vector<double>{90, 40, 15}));
    ASSERT_EQ(all.queue_depth.bins.size(), 2u);
    EXPECT_DOUBLE_EQ(all.queue_depth.bins[0].second, 0.875);
    EXPECT_DOUBLE_EQ(all.queue_depth.bins[1].second, 0.125);
}

TEST(SeedPool, identical_seeds_count_once)
{
    SeedPool pool("draw something");
    for (uint64_t seed = 1; seed <= 3; ++seed) pool.add(of_seed(seed, 5));
    EXPECT_EQ(pool.note(),
              "3 seeds gave identical runs, which count as one: nothing here is random; draw something");
    const RunRecord all = pool.finish();
    EXPECT_EQ(all.flows.size(), 4u);
    EXPECT_EQ(all.drops, 5u);
    EXPECT_EQ(all.extra["seeds"].size(), 3u);
}

/// Two seeds that were the same do count when the third is not: then it was chance, and not a lack of it.
TEST(SeedPool, seeds_that_were_the_same_count_when_a_later_one_differs)
{
    SeedPool pool;
    for (uint64_t seed = 1; seed <= 4; ++seed) pool.add(of_seed(seed, seed == 3 ? 6 : 5));
    EXPECT_EQ(pool.note(), "");
    const RunRecord all = pool.finish();
    EXPECT_EQ(all.drops, 21u);
    ASSERT_EQ(all.flows.size(), 16u);
    for (size_t i = 0; i < 16; ++i) EXPECT_EQ(all.flows[i].seed, i / 4 + 1);
}

TEST(SeedPool, one_seed_is_itself)
{
    SeedPool pool;
    pool.add(of_seed(7, 5));
    EXPECT_EQ(pool.note(), "");
    EXPECT_FALSE(pool.finish().extra.contains("seeds"));
}

}  // namespace hpnsim
