// SPDX-License-Identifier: GPL-2.0-only
// Tests how the goodput of jobs over time is written, read back and drawn.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/plots.hpp"
#include "hpnsim/run_folder.hpp"
#include "hpnsim/writers.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim
{

namespace
{

RunRecord two_jobs()
{
    RunRecord run = test::small_run();
    run.jobs = {"a", "b"};
    run.params["job:a"] = {{"scenario", "incast"}};
    run.params["job:b"] = {{"scenario", "incast"}};
    run.job_goodput = {{Time{}, microseconds(2), 0, 1000},
                       {Time{}, microseconds(5), 1, 0},
                       {microseconds(2), microseconds(5), 0, 0},
                       {microseconds(5), microseconds(6), 1, 50'000}};
    return run;
}

}  // namespace

TEST(JobGoodputFile, is_written_and_read_back)
{
    const test::TempFolder dir;
    const RunRecord run = two_jobs();
    write_run(run, dir.path());
    const auto file = dir / ("runs/" + run.label + "/job_goodput.csv");
    EXPECT_EQ(test::text_of(file), "from_ns,to_ns,job,goodput_gbps,delivered_bytes\n"
                                   "0.000,2000.000,a,4.000000,1000\n0.000,5000.000,b,0.000000,0\n"
                                   "2000.000,5000.000,a,0.000000,0\n5000.000,6000.000,b,400.000000,50000\n");
    const RunRecord read = RunFolder(file.parent_path()).record();
    ASSERT_EQ(read.job_goodput.size(), run.job_goodput.size());
    for (size_t i = 0; i < read.job_goodput.size(); ++i) {
        EXPECT_EQ(read.job_goodput[i].from, run.job_goodput[i].from);
        EXPECT_EQ(read.job_goodput[i].to, run.job_goodput[i].to);
        EXPECT_EQ(read.job_goodput[i].job, run.job_goodput[i].job);
        EXPECT_EQ(read.job_goodput[i].delivered, run.job_goodput[i].delivered);
    }
    std::ofstream(file, std::ios::app) << "6000.000,7000.000,c,0.000000,0\n";
    EXPECT_THROW(RunFolder(file.parent_path()).record(), BadInput);
}

TEST(JobGoodputFile, is_drawn)
{
    const test::TempFolder dir;
    bool any = false;
    for (const Plot& plot : make_plots({two_jobs()}, dir.path(), "")) any |= plot.name == "goodput_by_job";
    EXPECT_TRUE(any);
    const std::string svg = test::text_of(dir / "plots/goodput_by_job.svg");
    EXPECT_NE(svg.find("goodput (Gb/s)"), std::string::npos);
    RunRecord none = two_jobs();
    none.job_goodput.clear();
    for (const Plot& plot : make_plots({none}, (dir / "none"), "")) EXPECT_NE(plot.name, "goodput_by_job");
}

}  // namespace hpnsim
