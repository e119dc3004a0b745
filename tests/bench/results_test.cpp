// SPDX-License-Identifier: GPL-2.0-only
// Tests the results of `bench`: spreads, the file and the comparison with an earlier one.
#include "bench/report.hpp"

#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace hpnsim;

namespace
{

Measured run_of(double seconds)
{
    Measured run;
    run.gpus = 4;
    run.packet_hops = 1000;
    run.events = 1500;
    run.run_s = seconds;
    run.run_cpu_s = seconds / 2;
    run.setup_mb = 10;
    run.peak_mb = 20;
    return run;
}

class BenchResults : public testing::Test
{
protected:
    ~BenchResults() override { std::filesystem::remove(file); }
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("hpnsim-bench-" + std::to_string(::getpid()) + ".json");
    const CaseResult result{"incast-hpcc", "small", "incast", {run_of(3), run_of(1), run_of(8)}};
};

}  // namespace

TEST_F(BenchResults, SpreadIsLeastMiddleGreatest)
{
    const Spread spread = spread_of(result, &Measured::run_s);
    EXPECT_EQ(spread.min, 1);
    EXPECT_EQ(spread.median, 3);
    EXPECT_EQ(spread.max, 8);
}

TEST_F(BenchResults, AreReadAsTheyWereWritten)
{
    write_results(file, {result});
    const auto read = read_results(file);
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read[0].name, "incast-hpcc");
    ASSERT_EQ(read[0].runs.size(), 3u);
    EXPECT_EQ(read[0].runs[2].run_s, 8);
    EXPECT_EQ(read[0].runs[2].packet_hops, 1000u);
}

TEST_F(BenchResults, FilesOfAnotherKindAreRefused)
{
    for (const char* text : {"", "[]", "{\"cases\": 3}", "{\"cases\": [{\"name\": \"a\"}]}",
                             R"({"cases": [{"name": "a", "size": "small", "command": "", "runs": []}]})"}) {
        std::ofstream(file) << text;
        EXPECT_THROW(read_results(file), BadInput) << text;
    }
    EXPECT_THROW(read_results("/nowhere/at/all.json"), BadInput);
    EXPECT_THROW(write_results("/nowhere/at/all.json", {}), BadInput);
}

TEST_F(BenchResults, AreComparedAsRatiosOfMedians)
{
    CaseResult now = result;
    for (Measured& run : now.runs) {
        run.run_s /= 4;
        run.packet_hops = 999;
    }
    std::ostringstream out;
    compare(out, {result}, {now, {"alltoall", "small", "", {run_of(1)}}});
    EXPECT_NE(out.str().find("   1.000    0.250    1.000"), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("other hops: 1000 before, 999 now"), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("alltoall small: not in the baseline"), std::string::npos) << out.str();
}
