// SPDX-License-Identifier: GPL-2.0-only
// Random flows with a warm-up and incasts: who is measured, and that figures are of these alone.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace hpnsim::test
{
namespace
{

constexpr const char* kFlows = "flows --cdf AliStorage --load 0.2 --duration-us 100 --topology "
                               "leaf-spine:leaves=2,hosts=8,spines=2,gbps=100 "
                               "--cc hpcc --quiet --no-plots ";

std::vector<std::string> cells(const std::string& row)
{
    std::vector<std::string> out;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, ',');) out.push_back(cell);
    return out;
}

/// Checks `measured` of each row, and returns how many flows are measured.
size_t measured_from_40_to_80(const std::vector<std::string>& flows, bool incasts)
{
    const std::vector<std::string> head = cells(flows.at(0));
    EXPECT_EQ(head.back(), "measured");
    size_t count = 0, of_incasts = 0;
    for (size_t at = 1; at < flows.size(); ++at) {
        const std::vector<std::string> row = cells(flows[at]);
        const double start_us = std::stod(row.at(5)) / 1000;
        const bool incast = incasts && row.at(4) == "12345";
        EXPECT_EQ(row.back() == "1", start_us >= 40 && start_us < 80 && !incast) << flows[at];
        count += row.back() == "1" ? 1 : 0;
        of_incasts += incast ? 1 : 0;
    }
    EXPECT_EQ(of_incasts > 0, incasts);
    return count;
}

TEST(RandomFlows, OnlyThoseInTheWindowAreMeasured)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    ASSERT_EQ(run(kFlows + ("--warmup-us 40 --measure-us 40 --out " + out)).status, 0);
    const auto flows = rows(folder.path() / "o/runs/hpcc/flows.csv");
    const size_t measured = measured_from_40_to_80(flows, false);
    const auto found = summary(folder.path() / "o", "hpcc");
    EXPECT_EQ(found["flows"], flows.size() - 1);
    EXPECT_EQ(found["fct_us"]["n"], measured);
    EXPECT_EQ(found["slowdown"]["n"], measured);
    EXPECT_LT(measured, flows.size() - 1);
    EXPECT_EQ(found["params"]["measured"], "flows that start from 40 to 80 us");
    const Ran listed = run("runs " + out + " --columns fct_us_n");
    EXPECT_NE(listed.out.find(std::to_string(measured)), std::string::npos) << listed.out;
    EXPECT_EQ(run("plot fct-cdf " + out + " --out " + (folder.path() / "cdf.svg").string()).status, 0);
}

TEST(RandomFlows, IncastsAreLoadAlone)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    ASSERT_EQ(
        run(kFlows + ("--warmup-us 40 --measure-us 40 --incast-senders 9 --incast-size 12345 --incast-load "
                      "0.05 --out " +
                      out))
            .status,
        0);
    const auto flows = rows(folder.path() / "o/runs/hpcc/flows.csv");
    const size_t measured = measured_from_40_to_80(flows, true);
    const auto found = summary(folder.path() / "o", "hpcc");
    EXPECT_EQ(found["fct_us"]["n"], measured);
    EXPECT_EQ(found["incast_flows"].get<int>() % 9, 0);
    EXPECT_EQ(found["params"]["measured"], "flows that start from 40 to 80 us, but those of incasts");
}

TEST(RandomFlows, WithoutEitherNothingIsMarked)
{
    const Folder folder;
    ASSERT_EQ(run(kFlows + ("--out " + (folder.path() / "o").string())).status, 0);
    EXPECT_EQ(cells(rows(folder.path() / "o/runs/hpcc/flows.csv").at(0)).back(), "seed");
    EXPECT_FALSE(summary(folder.path() / "o", "hpcc")["params"].contains("measured"));
}

/// In a file of jobs, a job's figures are of its measured flows, too.
TEST(RandomFlows, AsAJobTheyAreMarkedAsWell)
{
    const Folder folder;
    const Ran ran =
        shell("cd " + folder.path().string() +
              " && printf '[load]\\nscenario = flows\\ncdf = AliStorage\\nduration-us = 100\\nwarmup-us = "
              "50\\n[many]\\nscenario = incast\\nsenders = 4\\nsize = 64K\\n' >j.ini && @BIN/jobs j.ini "
              "--topology star:hosts=8,gbps=100 --cc hpcc --quiet --no-plots --out o");
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto flows = rows(folder.path() / "o/runs/hpcc/flows.csv");
    const auto measured = std::count_if(flows.begin() + 1, flows.end(), [](const std::string& row) {
        return row.find(",load,") != std::string::npos && row.back() == '1';
    });
    const auto found = summary(folder.path() / "o", "hpcc")["jobs"]["load"];
    EXPECT_EQ(found["fct_us"]["n"], measured);
    EXPECT_LT(found["fct_us"]["n"], found["flows"]);
}

TEST(RandomFlows, ContradictionsAreRefused)
{
    const std::pair<const char*, const char*> table[] = {
        {"--warmup-us 100", "--warmup-us: no flow starts after 100 us; --duration-us is 100"},
        {"--warmup-us 50 --measure-us 51", "--measure-us: flows start for 50 us after the warm-up"},
        {"--incast-size 1M", "--incast-size is of incasts"},
        {"--incast-senders 16",
         "--incast-senders: incasts of 16 senders need as many endpoints beside the receiver"},
        {"--incast-senders 2 --incast-load 0.000001", "--incast-load: none starts within 100 us"},
    };
    for (const auto& [options, expected] : table) {
        const Ran refused = run(std::string(kFlows) + options);
        EXPECT_EQ(refused.status, 2) << options;
        EXPECT_NE(refused.err.find(expected), std::string::npos) << refused.err;
    }
    EXPECT_NE(run("flows --flow-file x --warmup-us 1").err.find("--warmup-us goes with --cdf"),
              std::string::npos);
}

}  // namespace
}  // namespace hpnsim::test
