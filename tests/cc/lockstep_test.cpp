// SPDX-License-Identifier: GPL-2.0-only
// Runs hpnsim's algorithms in lock step with other simulators' (tests/data/traces/README.md): every row of
// rate and window must be the same number, not merely close.
#include "hpnsim/replay.hpp"

#include <gtest/gtest.h>

#include <fstream>

using namespace hpnsim;

namespace
{

struct Score {
    int rows = 0, exact = 0, compared = 0;
    int64_t least_rate = INT64_MAX, least_window = INT64_MAX;
};

Score compare(const std::string& spec, const std::string& file)
{
    std::ifstream in(std::string(HPNSIM_TEST_DATA "/traces/") + file);
    EXPECT_TRUE(in) << file;
    TraceReader reader(in, file);
    Replay qp(choose_cc(spec), reader.header());
    Score score;
    for (TraceRow row; reader.next(row);) {
        const Flow& flow = qp.feed(row);
        const bool same = (!row.expect_rate_bps || flow.rate.bps == *row.expect_rate_bps) &&
                          (!row.expect_window_bytes || flow.window == *row.expect_window_bytes);
        ++score.rows;
        score.exact += same;
        score.compared += row.expect_rate_bps || row.expect_window_bytes;
        score.least_rate = std::min(score.least_rate, flow.rate.bps);
        score.least_window = std::min(score.least_window, flow.window);
        if (!same && score.rows - score.exact == 1)
            ADD_FAILURE() << file << ": first difference at " << row.time.ps << " ps: rate " << flow.rate.bps
                          << ", window " << flow.window;
    }
    EXPECT_EQ(score.exact, score.rows);
    EXPECT_EQ(score.compared, score.rows);
    return score;
}

}  // namespace

TEST(LockStep, DcqcnWithHpccSim)
{
    const Score score = compare("dcqcn:preset=hpcc-sim", "dcqcn-star2-flow0.csv");
    EXPECT_EQ(score.rows, 2439);
    EXPECT_EQ(score.least_rate, 7'709'918'633);  // four cuts deep: the trace is no straight line
}

TEST(LockStep, HpccWithHpccSim)
{
    const Score score = compare("hpcc:preset=hpcc-sim", "hpcc-star2-flow0.csv");
    EXPECT_EQ(score.rows, 2000);
    EXPECT_LT(score.least_rate, gbps(40).bps);
}

// The queue stays below the marking threshold here, so the rate does not move. AlphaOfHpccSim
// (dctcp_test.cpp) looks at what does: the average behind it.
TEST(LockStep, DctcpWithHpccSim)
{
    const Score score = compare("dctcp:preset=hpcc-sim", "dctcp-star2-flow0.csv");
    EXPECT_EQ(score.rows, 2000);
}

TEST(LockStep, TimelyWithHpccSim)
{
    const Score score = compare("timely:preset=hpcc-sim", "timely-star2-flow0.csv");
    EXPECT_EQ(score.rows, 2000);
    EXPECT_EQ(score.least_rate, 1'000'000'000);  // one decrease, to the floor
}

TEST(LockStep, NsccWithHtsim)
{
    const Score score = compare("nscc:preset=htsim", "nscc-incast32-trim.csv");
    EXPECT_EQ(score.rows, 802);
    EXPECT_EQ(score.least_window, 12'480);  // after quick adapt
}

// The base RTT falls below the network's in this one: cuts are a base RTT apart as the sender knows it.
TEST(LockStep, NsccWithHtsimOversubscribed)
{
    const Score score = compare("nscc:preset=htsim", "nscc-os4perm-trim-mixed.csv");
    EXPECT_EQ(score.rows, 2073);
    EXPECT_EQ(score.least_window, 197'053);
}

// Nothing is trimmed: the window falls by timeouts, and the ACK of an RTS lowers no base RTT.
TEST(LockStep, NsccWithHtsimAndTimeouts)
{
    const Score score = compare("nscc:preset=no-trimming", "nscc-incast32-notrim-rto.csv");
    EXPECT_EQ(score.rows, 777);
    EXPECT_EQ(score.least_window, 4'160);
}

TEST(LockStep, NsccWithHtsimAndSleek)
{
    const Score score = compare("nscc:preset=no-trimming", "nscc-incast32-notrim-sleek.csv");
    EXPECT_EQ(score.rows, 558);
    EXPECT_EQ(score.least_window, 5'064);
}

// A comparison that cannot fail proves nothing: other parameters must miss the recorded rows.
TEST(LockStep, NoticesOtherParameters)
{
    for (const auto& [spec, file] :
         {std::pair{"dcqcn:preset=hpcc-sim,g=0.004", "dcqcn-star2-flow0.csv"},
          {"hpcc:preset=hpcc-sim,eta=0.951", "hpcc-star2-flow0.csv"},
          {"timely:preset=hpcc-sim,alpha=0.3", "timely-star2-flow0.csv"},
          {"nscc:preset=htsim,gamma=0.79", "nscc-incast32-trim.csv"},
          {"nscc:preset=htsim,gamma=0.79", "nscc-os4perm-trim-mixed.csv"},
          {"nscc:preset=no-trimming,eta=0.16", "nscc-incast32-notrim-rto.csv"},
          {"nscc:preset=no-trimming,gamma=0.79", "nscc-incast32-notrim-sleek.csv"}}) {
        std::ifstream in(std::string(HPNSIM_TEST_DATA "/traces/") + file);
        TraceReader reader(in, file);
        Replay qp(choose_cc(spec), reader.header());
        int differ = 0;
        for (TraceRow row; reader.next(row);) {
            const Flow& flow = qp.feed(row);
            differ += (row.expect_rate_bps && flow.rate.bps != *row.expect_rate_bps) ||
                      (row.expect_window_bytes && flow.window != *row.expect_window_bytes);
        }
        EXPECT_GT(differ, 10) << spec;
    }
}
