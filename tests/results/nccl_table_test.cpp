// SPDX-License-Identifier: GPL-2.0-only
// Tests the table of nccl-tests, worked by hand from its published format, and what else is made of a sweep.
#include "hpnsim/size_sweep.hpp"

#include "hpnsim/pooling.hpp"
#include "hpnsim/run_folder.hpp"
#include "hpnsim/writers.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace hpnsim
{

namespace
{

RunRecord sweep_of(const std::vector<SizeRow>& rows, int root = -1, const std::string& redop = "sum")
{
    RunRecord run = test::small_run();
    run.extra = nlohmann::ordered_json::object();
    run.extra["algorithm"] = "ring";
    set_size_sweep({"all_reduce", "all_reduce_perf", redop, root, rows}, run);
    return run;
}

std::vector<std::string> lines_of(const RunRecord& run)
{
    std::istringstream in(nccl_table(run));
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// The rows alone.
std::vector<std::string> rows_of(const RunRecord& run)
{
    std::vector<std::string> rows;
    for (const std::string& line : lines_of(run))
        if (line[0] != '#') rows.push_back(line);
    return rows;
}

}  // namespace

/// With n digits before the point: two decimals below width - 2 of them, one at width - 2, none up to width.
TEST(NcclTable, NumbersHaveAsManyDecimalsAsFit)
{
    const struct {
        double value;
        int width;
        const char* text;
    } table[] = {
        {0, 7, "   0.00"},        {26.4, 7, "  26.40"},    {999.994, 7, " 999.99"}, {9999.4, 7, "9999.40"},
        {10000, 7, "10000.0"},    {99999.9, 7, "99999.9"}, {100000, 7, " 100000"},  {1234567, 7, "1234567"},
        {12345678, 7, "1.2e+07"}, {0.004, 6, "  0.00"},    {17.334, 6, " 17.33"},   {222.88, 6, "222.88"},
        {1234.56, 6, "1234.6"},   {12345.6, 6, " 12346"},  {123456, 6, "123456"},   {1234567, 6, " 1e+06"},
    };
    for (const auto& each : table) EXPECT_EQ(nccl_number(each.value, each.width), each.text) << each.value;
}

TEST(NcclTable, RowsAreAsWideAsThoseOfNcclTests)
{
    SizeRow small{8, 2, 26.4, 0.0003, 0.00056, 0.1, 0.0};
    SizeRow large{10737418240, 2684354560, 90330, 118.87, 222.88, 230, 3.0};
    EXPECT_EQ(
        rows_of(sweep_of({small, large})),
        (std::vector<std::string>{"           8             2     float     sum      -1    26.40    0.00    "
                                  "0.00    N/A    26.40    0.00    0.00    N/A",
                                  " 10737418240    2684354560     float     sum      -1  90330.0  118.87  "
                                  "222.88    N/A  90330.0  118.87  222.88    N/A"}));
}

TEST(NcclTable, HeadAndFootAreThoseOfNcclTests)
{
    const std::vector<std::string> lines =
        lines_of(sweep_of({{8, 2, 2, 1, 10, 1, {}}, {16, 4, 2, 1, 30.5, 1, {}}}));
    ASSERT_EQ(lines.size(), 12U);
    EXPECT_EQ(lines[2], "#");
    EXPECT_EQ(
        lines[3],
        "#                                                              out-of-place                       "
        "in-place          ");
    EXPECT_EQ(lines[4],
              "#       size         count      type   redop    root     time   algbw   busbw  #wrong     "
              "time   algbw   busbw  #wrong ");
    EXPECT_EQ(lines[5],
              "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)             (us)"
              "  (GB/s)  (GB/s)         ");
    EXPECT_EQ(lines[8], "# Out of bounds values : 0 OK");
    EXPECT_EQ(lines[9], "# Avg bus bandwidth    : 20.25 ");
    EXPECT_EQ(lines[10], "#");
    EXPECT_EQ(lines[11], "# Collective test concluded: all_reduce_perf");
}

TEST(NcclTable, SaysWhatIsWrongOnceItIsKnown)
{
    RunRecord run = sweep_of({{8, 2, 2, 1, 2, 2, {}}, {16, 4, 2, 1, 2, 2, {}}}, 0, "none");
    run.extra["wrong_by_size"] = {0, 17};
    EXPECT_EQ(rows_of(run)[0],
              "           8             2     float    none       0     2.00    1.00    2.00       0"
              "     2.00    1.00    2.00       0");
    EXPECT_EQ(rows_of(run)[1].substr(77, 8), "      17");
    const std::vector<std::string> lines = lines_of(run);
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "# Out of bounds values : 17 FAILED"), 1);
}

TEST(NcclTable, OtherRunsHaveNone)
{
    EXPECT_EQ(nccl_table(test::small_run()), "");
    const test::TempFolder dir;
    write_run(test::small_run(), dir.path());
    write_busbw({test::small_run()}, dir.path());
    EXPECT_FALSE(std::filesystem::exists(dir / "busbw.csv"));
    EXPECT_FALSE(std::filesystem::exists(dir / ("runs/" + test::small_run().label + "/nccl-tests.txt")));
}

TEST(SizeSweep, IsReadBackFromItsFolder)
{
    const test::TempFolder dir;
    RunRecord run = sweep_of({{8, 2, 2.5, 1, 2, 3, {}}, {16, 4, 3, 1, 2, 4, {}}});
    run.extra["wrong_by_size"] = {0, 1};
    write_run(run, dir.path());
    write_busbw({run}, dir.path());
    const std::string folder = "runs/" + run.label;
    EXPECT_EQ(test::text_of(dir / (folder + "/nccl-tests.txt")), nccl_table(run));
    const auto again = size_sweep(RunFolder(dir / folder).record());
    ASSERT_TRUE(again.has_value());
    ASSERT_EQ(again->rows.size(), 2U);
    EXPECT_EQ(again->rows[1].size, 16);
    EXPECT_EQ(again->rows[0].time_us, 2.5);
    EXPECT_EQ(again->rows[1].ideal_busbw_GBps, 4);
    EXPECT_EQ(again->rows[1].wrong, 1.0);
    EXPECT_EQ(test::text_of(dir / "busbw.csv"),
              "run,op,algorithm,cc,path,size,count,time_us,algbw,busbw,ideal_busbw\n" + run.label +
                  ",all_reduce,ring," + run.cc + "," + run.path +
                  ",8,2,2.500000,1.000000,2.000000,3.000000\n" + run.label + ",all_reduce,ring," + run.cc +
                  "," + run.path + ",16,4,3.000000,1.000000,2.000000,4.000000\n");
}

/// Each size's figures are the mean of the seeds', and counts of what is wrong are summed. A size that one of
/// the seeds did not reach has no mean.
TEST(SizeSweep, SeedsArePooledSizeBySize)
{
    RunRecord first = sweep_of({{8, 2, 2, 1, 2, 3, {}}, {16, 4, 3, 1, 2, 4, {}}, {32, 8, 9, 9, 9, 9, {}}});
    RunRecord second = sweep_of({{8, 2, 4, 1, 6, 3, {}}, {16, 4, 3, 1, 2, 4, {}}});
    first.extra["wrong_by_size"] = {0, 1, 0};
    second.extra["wrong_by_size"] = {2, 1};
    second.seed = first.seed + 1;
    SeedPool pool;
    pool.add(std::move(first));
    pool.add(std::move(second));
    const auto sweep = size_sweep(pool.finish());
    ASSERT_TRUE(sweep.has_value());
    ASSERT_EQ(sweep->rows.size(), 2U);
    EXPECT_EQ(sweep->program, "all_reduce_perf");
    EXPECT_EQ(sweep->rows[0].size, 8);
    EXPECT_EQ(sweep->rows[0].time_us, 3);
    EXPECT_EQ(sweep->rows[0].busbw_GBps, 4);
    EXPECT_EQ(sweep->rows[0].wrong, 2.0);
    EXPECT_EQ(sweep->rows[1].wrong, 2.0);
}

}  // namespace hpnsim
