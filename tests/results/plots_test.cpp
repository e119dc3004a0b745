// SPDX-License-Identifier: GPL-2.0-only
// Draws figures with gnuplot; where there is none, the tests are skipped.
#include "hpnsim/plots.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace hpnsim
{

namespace
{

using test::TempFolder;
using Names = std::vector<std::string>;

class Plots : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!gnuplot_found()) GTEST_SKIP() << "gnuplot is not installed";
    }
};

// Draws, and checks that every figure is there twice and that gnuplot had nothing to say.
Names drawn(const std::vector<RunRecord>& runs, const std::filesystem::path& dir,
            const std::string& footer = "incast")
{
    testing::internal::CaptureStderr();
    const auto plots = make_plots(runs, dir, footer);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    Names names;
    for (const Plot& plot : plots) {
        names.push_back(plot.name);
        EXPECT_FALSE(plot.caption.empty());
        const std::string svg = test::text_of(dir / "plots" / (plot.name + ".svg"));
        EXPECT_GT(svg.size(), 2000u) << plot.name;
        EXPECT_NE(svg.find("</svg>"), std::string::npos) << plot.name;
        EXPECT_EQ(test::text_of(dir / "plots" / (plot.name + ".png")).substr(1, 3), "PNG") << plot.name;
    }
    return names;
}

}  // namespace

TEST_F(Plots, of_busy_runs_are_all_there)
{
    TempFolder dir;
    std::vector<RunRecord> runs;
    for (uint64_t i = 1; i <= 3; ++i) runs.push_back(test::busy_run("run_" + std::to_string(i), 400, i));
    runs[0].extra = {{"busbw_GBps", 38.5}, {"efficiency", 0.75}};
    EXPECT_EQ(drawn(runs, dir.path()), (Names{"busbw", "fct_cdf", "tail_latency", "slowdown_by_size",
                                              "throughput", "queue_cdf", "port_split", "uplink_imbalance"}));
    const std::string bars = test::text_of(dir / "plots/tail_latency.svg");
    EXPECT_NE(bars.find("run_2"), std::string::npos);        // no subscript made of it
    EXPECT_NE(bars.find("n too small"), std::string::npos);  // 400 flows carry no p99.9
    EXPECT_NE(test::text_of(dir / "plots/busbw.svg").find("75.0 %"), std::string::npos);
}

// Eight colours, then they begin anew: the ninth run's curve is dashed where the first one's is not.
TEST_F(Plots, of_nine_runs_have_nine_curves)
{
    TempFolder dir;
    std::vector<RunRecord> runs;
    for (uint64_t i = 1; i <= 9; ++i) runs.push_back(test::busy_run("run_" + std::to_string(i), 100, i));
    drawn(runs, dir.path());
    const std::string curves = test::text_of(dir / "plots/fct_cdf.svg");
    EXPECT_NE(curves.find("<path stroke='rgb(  0, 114, 178)'  d="), std::string::npos);
    EXPECT_NE(curves.find("<path stroke='rgb(  0, 114, 178)' stroke-dasharray="), std::string::npos);
}

TEST_F(Plots, of_samples_over_time)
{
    TempFolder dir;
    RunRecord windows = test::busy_run("windows", 1, 1), rates = test::busy_run("rates", 1, 2);
    for (RunRecord* run : {&windows, &rates}) {
        run->series.qps = {"1-0:qp0", "2-0:qp0"};
        run->series.ports = {"tor 0 -> h0"};
        for (int i = 1; i < 50; ++i) {
            const Time at = microseconds(i), step = microseconds(1);
            for (uint32_t qp = 0; qp < 2; ++qp)
                run->series.qp_rows.push_back(
                    {at, step, qp, {gbps(100), run == &windows ? 1000 * i : -1, 0, 5000 * qp}});
            run->series.port_rows.push_back({at, step, 0, {100 * i, {}}});
        }
    }
    const Names names = drawn({windows, rates}, dir.path());
    for (const char* name : {"queue_over_time", "rate_over_time", "cwnd_over_time"})
        EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
    const std::string cwnd = test::text_of(dir / "plots/cwnd_over_time.svg");
    EXPECT_NE(cwnd.find("windows (2 QPs)"), std::string::npos);
    EXPECT_EQ(cwnd.find("rates"), std::string::npos);  // no panel of nothing
    EXPECT_NE(test::text_of(dir / "plots/queue_over_time.svg").find("rates (1 port)"), std::string::npos);
}

TEST_F(Plots, over_time_says_how_many_runs_it_leaves_out)
{
    TempFolder dir;
    std::vector<RunRecord> runs;
    for (uint64_t i = 1; i <= 9; ++i) {
        runs.push_back(test::busy_run("run_" + std::to_string(i), 1, i));
        runs.back().series.ports = {"tor 0 -> h0"};
        runs.back().series.port_rows.push_back({microseconds(1), microseconds(1), 0, {100, {}}});
    }
    drawn(runs, dir.path());
    const std::string queues = test::text_of(dir / "plots/queue_over_time.svg");
    EXPECT_NE(queues.find("run_8 (1 port); 1 more run: series.csv"), std::string::npos);
}

TEST_F(Plots, of_degenerate_data_are_drawn)
{
    TempFolder dir;
    RunRecord equal = test::busy_run("equal", 40, 1), single = test::busy_run("single", 1, 1);
    for (FlowRow& f : equal.flows) {
        f.start = {0};
        f.end = {20'000'000};
        f.ideal = {15'000'000};
        f.bytes = 65536;
    }
    single.queue_depth.bins = {{0, 1.0}};
    EXPECT_EQ(drawn({equal}, dir.path())[0], "fct_cdf");
    single.throughput = {};
    const Names names = drawn({single}, dir.path());
    EXPECT_EQ(std::count(names.begin(), names.end(), "tail_latency"), 0);  // one flow carries no percentile
    EXPECT_EQ(std::count(names.begin(), names.end(), "queue_cdf"), 0);
    EXPECT_EQ(std::count(names.begin(), names.end(), "throughput"), 0);  // nothing was recorded
    EXPECT_EQ(std::count(names.begin(), names.end(), "fct_cdf"), 0);     // of one flow: a single step
    single.throughput = {microseconds(1), {5000}};
    single.queue_depth.bins = {{0, 0.5}, {1000, 0.5}};
    const Names one_bin = drawn({single}, dir.path());
    for (const char* curve : {"throughput", "queue_cdf"})
        EXPECT_EQ(std::count(one_bin.begin(), one_bin.end(), curve), 1) << curve;
    const Names beside = drawn({single, equal}, dir.path());
    EXPECT_EQ(std::count(beside.begin(), beside.end(), "fct_cdf"), 1);
    RunRecord none = test::small_run();
    none.flows.resize(3);
    none.flows.erase(none.flows.begin(), none.flows.begin() + 2);  // only the unfinished one is left
    none.ports.clear();
    none.throughput = {};
    EXPECT_EQ(drawn({none}, dir.path()), Names{});
    EXPECT_EQ(drawn({}, dir.path()), Names{});
    EXPECT_FALSE(drawn({none, equal}, dir.path()).empty());
}

TEST_F(Plots, run_nothing_that_a_user_wrote)
{
    TempFolder dir;
    const auto mark = dir / "owned";
    const std::string evil =
        "it's `touch " + mark.string() + "` \" ' ; system('touch " + mark.string() + "') \\";
    RunRecord run = test::busy_run(evil, 50, 1);
    EXPECT_FALSE(drawn({run}, dir / "a 'quoted' folder", evil).empty());
    EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(PlotsMissing, gnuplot_is_one_warning)
{
    TempFolder dir;
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", dir.path().c_str(), 1);
    testing::internal::CaptureStderr();
    const auto plots = make_plots({test::small_run()}, dir.path(), "x");
    const std::string warning = testing::internal::GetCapturedStderr();
    ::setenv("PATH", path.c_str(), 1);
    EXPECT_TRUE(plots.empty());
    EXPECT_NE(warning.find("no gnuplot"), std::string::npos);
    EXPECT_EQ(std::count(warning.begin(), warning.end(), '\n'), 1);
}

}  // namespace hpnsim
