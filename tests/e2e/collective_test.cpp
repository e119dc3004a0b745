// SPDX-License-Identifier: GPL-2.0-only
// Tests `collective` as a user sees it: one size, sweeps over sizes with the table of nccl-tests, step costs.
#include "command.hpp"

#include "hpnsim/plots.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// What a parser of nccl-tests' table takes out of a row.
struct TableRow {
    long size, count, root;
    std::string type, redop, out_wrong, in_wrong;
    double out_time, out_algbw, out_busbw, in_time, in_algbw, in_busbw;
};

std::vector<TableRow> table_rows(const std::string& text)
{
    std::vector<TableRow> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream in(line);
        TableRow row;
        if (in >> row.size >> row.count >> row.type >> row.redop >> row.root >> row.out_time >>
            row.out_algbw >> row.out_busbw >> row.out_wrong >> row.in_time >> row.in_algbw >> row.in_busbw >>
            row.in_wrong)
            rows.push_back(row);
    }
    return rows;
}

std::vector<double> numbers(const std::string& row)
{
    std::vector<double> values;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, ',');) values.push_back(std::strtod(cell.c_str(), nullptr));
    return values;
}

TEST(CollectiveScenario, IsAllreduceAndAlltoallWithTheirOperationGiven)
{
    const Folder folder;
    const std::string how =
        " --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --iterations 2 --cc hpcc "
        "--quiet --no-plots --out " +
        folder.path().string();
    for (const auto& [own, op] :
         {std::pair("allreduce --algorithm hierarchical", "all_reduce --algorithm hierarchical"),
          std::pair("alltoall", "all_to_all")}) {
        ASSERT_EQ(run(own + how + "/own").status, 0);
        const auto rows_of_own = rows(folder.path() / "own/runs/hpcc/flows.csv");
        ASSERT_EQ(run("collective --op " + std::string(op) + how + "/any").status, 0);
        EXPECT_EQ(rows(folder.path() / "any/runs/hpcc/flows.csv"), rows_of_own) << op;
        EXPECT_EQ(summary(folder.path() / "own", "hpcc")["ideal_us"],
                  summary(folder.path() / "any", "hpcc")["ideal_us"]);
        EXPECT_FALSE(fs::exists(folder.path() / "any/busbw.csv")) << "one size is no sweep";
    }
}

/// A size alone is the first of any sweep, so that its row is the run of that size.
TEST(CollectiveScenario, ASweepPrintsAndWritesTheTable)
{
    const Folder folder;
    const std::string how =
        "collective --topology hpn:segments=1,hosts=2 --ranks 16 --algorithm ring --verify -n 2 "
        "--cc dcqcn --cc nscc --no-plots --out ";
    const Ran ran = run(how + (folder.path() / "o").string() + " -b 1K -e 1M -f 8");
    ASSERT_EQ(ran.status, 0) << ran.err;
    std::string both;
    for (const std::string cc : {"dcqcn", "nscc"}) {
        const std::string table = read(folder.path() / "o/runs" / cc / "nccl-tests.txt");
        both += table;
        const std::vector<TableRow> found = table_rows(table);
        ASSERT_EQ(found.size(), 4U) << table;
        const auto json = summary(folder.path() / "o", cc);
        double mean = 0;
        for (size_t at = 0; at < 4; ++at) {
            const TableRow& row = found[at];
            const auto& known = json["sweep"]["sizes"][at];
            EXPECT_EQ(row.size, 1024L << (3 * at));
            EXPECT_EQ(row.count, row.size / 4);
            EXPECT_EQ(row.type + " " + row.redop, "float sum");
            EXPECT_EQ(row.root, -1);
            EXPECT_NEAR(row.out_time, known["time_us"].get<double>(), 0.00501);
            EXPECT_NEAR(row.out_algbw, row.size / known["time_us"].get<double>() / 1e3, 0.00501);
            EXPECT_NEAR(row.out_busbw, row.size / known["time_us"].get<double>() / 1e3 * 2 * 15 / 16,
                        0.00501);
            EXPECT_EQ(std::tie(row.in_time, row.in_algbw, row.in_busbw),
                      std::tie(row.out_time, row.out_algbw, row.out_busbw));
            EXPECT_EQ(row.out_wrong + row.in_wrong, "00");
            EXPECT_LE(known["busbw_GBps"].get<double>(), known["ideal_busbw_GBps"].get<double>());
            mean += known["busbw_GBps"].get<double>() / 4;
        }
        EXPECT_NEAR(json["busbw_GBps"].get<double>(), mean, 1e-9 * mean);
        EXPECT_EQ(json["verified"], true);
        EXPECT_EQ(json["flows"], 8);
        EXPECT_NE(table.find("# Out of bounds values : 0 OK\n"), std::string::npos);
    }
    EXPECT_EQ(ran.out.rfind(both, 0), 0U) << "the tables come first";
    const Ran alone = run(how + (folder.path() / "one").string() + " --size 1K");
    ASSERT_EQ(alone.status, 0) << alone.err;
    EXPECT_NEAR(table_rows(both)[0].out_time,
                summary(folder.path() / "one", "dcqcn")["mean_us"].get<double>(), 0.00501);

    const std::vector<std::string> lines = rows(folder.path() / "o/busbw.csv");
    ASSERT_EQ(lines.size(), 9U);
    EXPECT_EQ(lines[0], "run,op,algorithm,cc,path,size,count,time_us,algbw,busbw,ideal_busbw");
    EXPECT_EQ(lines[8].rfind("nscc,all_reduce,ring,nscc,", 0), 0U) << lines[8];
    EXPECT_EQ(numbers(lines[8])[5], 512 << 10);
    EXPECT_NEAR(numbers(lines[8])[7], table_rows(both)[7].out_time, 0.00501);
}

TEST(CollectiveScenario, ASweepIsDrawn)
{
    if (!gnuplot_found()) GTEST_SKIP() << "gnuplot is not installed";
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran =
        run("collective --topology star --ranks 4 -b 4K -e 64K --cc dcqcn --cc hpcc --quiet --out " + out);
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, read(folder.path() / "o/runs/dcqcn/nccl-tests.txt") +
                           read(folder.path() / "o/runs/hpcc/nccl-tests.txt"))
        << "--quiet hides progress and what is beside the table";
    const std::string svg = read(folder.path() / "o/plots/busbw_by_size.svg");
    for (const char* text : {"bound", "dcqcn", "hpcc", "4K", "64K"})
        EXPECT_NE(svg.find(text), std::string::npos) << text;
    EXPECT_FALSE(fs::exists(folder.path() / "o/plots/busbw.svg")) << "bars would mix the sizes";
    EXPECT_NE(read(folder.path() / "o/report.html").find("\"name\":\"busbw_by_size\""), std::string::npos);
    // The next run without a sweep takes its files away.
    ASSERT_TRUE(fs::exists(folder.path() / "o/busbw.csv"));
    ASSERT_EQ(run("collective --topology star --ranks 4 --size 4K --quiet --out " + out).status, 0);
    EXPECT_FALSE(fs::exists(folder.path() / "o/busbw.csv"));
}

/// The first message that is spoiled is of the first size, and the others are right.
TEST(CollectiveScenario, WhatIsWrongIsCountedForItsSize)
{
    const Folder folder;
    const Ran ran =
        run("collective --topology star --ranks 4 -b 4K -e 16K --verify --inject flip --no-plots --out " +
            (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 4);
    EXPECT_NE(ran.err.find("dcqcn: --verify: size 4096 B, iteration 0, rank "), std::string::npos) << ran.err;
    const std::vector<TableRow> found = table_rows(ran.out);
    ASSERT_EQ(found.size(), 3U) << ran.out;
    EXPECT_NE(found[0].out_wrong, "0");
    EXPECT_EQ(found[1].out_wrong + found[2].in_wrong, "00");
    EXPECT_NE(ran.out.find(" FAILED\n"), std::string::npos);
}

/// What was completed before the end is in the table, and what was not is not.
TEST(CollectiveScenario, ASweepThatIsCutShortKeepsItsSizes)
{
    const Folder folder;
    const Ran ran =
        run("collective --topology star --ranks 4 -b 4 -e 16M -f 2048 --stop-us 60 --no-plots --out " +
            (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 3);
    EXPECT_EQ(table_rows(ran.out).size(), 2U) << ran.out;
    const auto json = summary(folder.path() / "o", "dcqcn");
    EXPECT_TRUE(json["busbw_GBps"].is_null());
    EXPECT_EQ(json["unfinished"], 1);
}

/// Each of the 2(n-1) steps of the ring takes a microsecond more, and half of them add up 4 KB at 4 GB/s;
/// the bound knows of both.
TEST(CollectiveScenario, StepsCostWhatTheOptionsSay)
{
    const Folder folder;
    for (const std::string program : {"collective", "allreduce"}) {
        const auto run_with = [&](const std::string& costs) {
            const std::string out = (folder.path() / ("o" + std::to_string(costs.size()))).string();
            const Ran ran =
                run(program +
                    " --topology star --ranks 4 --size 16K --algorithm ring --channels 1 --cc dcqcn "
                    "--quiet --no-plots --out " +
                    out + costs);
            EXPECT_EQ(ran.status, 0) << ran.err;
            return summary(out, "dcqcn");
        };
        const auto free = run_with(""), slow = run_with(" --step-latency-ns 1000 --reduce-gbps 4.096");
        for (const char* key : {"mean_us", "ideal_us"})
            EXPECT_NEAR(slow[key].get<double>() - free[key].get<double>(), 6 * 1.0 + 3 * 1.0, 0.02) << key;
        EXPECT_LE(slow["efficiency"].get<double>(), 1);
        EXPECT_EQ(slow["params"]["step-latency-ns"], "1000");
    }
}

/// Groups that fill no hosts, or not in order, run too: right, and never faster than their bound.
TEST(CollectiveScenario, AnyGroupCanTakePart)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const std::string how =
        " --topology hpn:segments=2,hosts=2 --size 256K --verify --audit --cc dcqcn --quiet "
        "--no-plots --out " +
        out;
    for (const std::string group :
         {"--op all_reduce --algorithm ring --ranks 12", "--op all_to_all --ranks 11",
          "--op all_reduce --algorithm hierarchical --members 16-19,0-3",
          "--op all_reduce --algorithm ring --members 31,30,3-21/9,2"}) {
        const Ran ran = run("collective " + group + how);
        ASSERT_EQ(ran.status, 0) << group << ran.err;
        const auto json = summary(out, "dcqcn");
        EXPECT_EQ(json["verified"], true) << group;
        EXPECT_LE(json["efficiency"].get<double>(), 1) << group;
        EXPECT_GT(json["efficiency"].get<double>(), 0.3) << group;
        EXPECT_GT(json["ideal_nvlink_us"].get<double>(), 0) << group;
    }
    const std::vector<std::string> lines = rows(fs::path(out) / "runs/dcqcn/flows.csv");
    EXPECT_EQ(lines.at(1).rfind("0,31,2,", 0), 0U) << lines.at(1);
}

TEST(CollectiveScenario, SeedsArePooledSizeBySize)
{
    const Folder folder;
    const Ran ran =
        run("collective --topology star --ranks 4 -b 4K -e 8K --seeds 2 --jitter-ns 500 --no-plots --out " +
            (folder.path() / "o").string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(folder.path() / "o", "dcqcn");
    for (size_t at = 0; at < 2; ++at) {
        double sum = 0;
        for (const auto& seed : json["seeds"]) sum += seed["sweep"]["sizes"][at]["time_us"].get<double>();
        EXPECT_NEAR(json["sweep"]["sizes"][at]["time_us"].get<double>(), sum / 2, 1e-9);
        EXPECT_NE(json["seeds"][0]["sweep"]["sizes"][at], json["seeds"][1]["sweep"]["sizes"][at]);
    }
    EXPECT_EQ(table_rows(ran.out).size(), 2U);
}

}  // namespace
}  // namespace hpnsim::test
