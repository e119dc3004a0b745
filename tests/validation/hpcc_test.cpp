// SPDX-License-Identifier: GPL-2.0-only
// Runs HPCC (SIGCOMM'19) with 16 long flows into one port of 100G. The start's queue drains as fast as a link
// can drain it, then next to nothing waits while the link is used to eta.
#include "command.hpp"
#include "series_file.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hpnsim::test
{
namespace
{

constexpr double kEnd = 4000, kPeriod = 2;  // us

std::filesystem::path long_incast(const Folder& folder, const std::string& cc)
{
    const auto out = folder.path() / cc;
    const Ran ran = run("incast --topology star:gbps=100 --senders 16 --size 100M --mtu 1000 --cc " + cc +
                        " --stop-us 4000 --series-us 2 --quiet --no-plots --out " + out.string());
    EXPECT_EQ(ran.status, 3) << ran.err;
    return out / "runs" / cc;
}

TEST(Hpcc, NearZeroQueueUnderA16To1Incast)
{
    const Folder folder;
    const auto out = long_incast(folder, "hpcc");
    const auto lines = read_series(out / "series.csv");
    const auto summary = nlohmann::json::parse(read(out / "summary.json"));

    // At line rate it takes max / 100G = 53 us to drain the start's queue, with eta some more.
    const double drain_us = summary["max_queue_bytes"].get<double>() * 8 / 100e3;
    const double rtt_us = 3.4;
    const std::vector<double> drained = Span(lines, drain_us + 15 * rtt_us, kEnd, kPeriod).queue("h0");
    std::printf("queue: start %.0f KB; after it mean %.2f, p50 %.2f, p99 %.2f, max %.2f KB\n",
                summary["max_queue_bytes"].get<double>() / 1e3, mean_of(drained) / 1e3,
                percentile(drained, 0.5) / 1e3, percentile(drained, 0.99) / 1e3, drained.back() / 1e3);
    EXPECT_LT(percentile(drained, 0.5), 2'300);    // two packets (paper: 0)
    EXPECT_LT(percentile(drained, 0.99), 22'900);  // the paper's testbed
    EXPECT_EQ(summary["pfc_pauses"], 0);

    // eta = 95 % of the link, of which 1,000 in 1,124 B are payload (82 B of headers, 42 B of INT).
    const double used = sum_of(Span(lines, 400, kEnd, kPeriod).goodputs()) / 100 * 1124 / 1000;
    EXPECT_NEAR(used, 0.95, 0.01);
    for (double from = 400; from < kEnd; from += 400)
        EXPECT_GT(jain(Span(lines, from, from + 400, kPeriod).goodputs()), 0.95) << from;
}

TEST(Hpcc, KeepsATenthOfDctcpsQueue)
{
    const Folder folder;
    const auto tail = [&](const std::string& cc) {
        const auto lines = read_series(long_incast(folder, cc) / "series.csv");
        return mean_of(Span(lines, 400, kEnd, kPeriod).queue("h0"));
    };
    EXPECT_LT(tail("hpcc") * 10, tail("dctcp"));
}

}  // namespace
}  // namespace hpnsim::test
