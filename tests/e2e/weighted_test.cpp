// SPDX-License-Identifier: GPL-2.0-only
// Tests --switch-lb weighted as a user sees it: a leaf sends half as much to the spine behind which half is
// left, and nothing changes where nothing is broken.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// Sprayed messages from the hosts of one leaf to those of the other, over 2 spines.
std::string between_leaves(const std::string& lb, const std::string& schedule, const Folder& folder)
{
    const fs::path faults = folder.path() / "faults.txt", out = folder.path() / lb;
    std::ofstream(faults) << schedule;
    const Ran ran =
        run("permutation --topology leaf-spine:leaves=2,hosts=4,spines=2,gbps=100,uplink-gbps=400 "
            "--ranks 8 --size 4M --cc nscc --path spray:paths=4096 --quiet --no-plots --switch-lb " +
            lb + (schedule.empty() ? "" : " --faults " + faults.string()) + " --out " + out.string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    return (out / "runs/nscc").string();
}

/// Bytes that leaves sent to spine 1, against those to spine 0.
double second_to_first(const fs::path& run)
{
    double sent[2] = {0, 0};
    for (const std::string& row : rows(run / "queues.csv"))
        for (const int spine : {0, 1}) {
            if (row.find("tor ") != 0 ||
                row.find("-> agg " + std::to_string(spine) + ",") == std::string::npos)
                continue;
            std::istringstream cells(row);
            std::string cell;
            for (int column = 0; column <= 12; ++column) std::getline(cells, cell, ',');  // bytes
            sent[spine] += std::stod(cell);
        }
    return sent[1] / sent[0];
}

}  // namespace

TEST(Weighted, AHalvedLinkGetsHalfOfTheShare)
{
    const std::string slow = "set detect=0us converge=0us\n0us degrade tor-0:5 share=0.5\n"
                             "0us degrade tor-1:5 share=0.5\n";
    const Folder folder;
    EXPECT_NEAR(second_to_first(between_leaves("weighted", slow, folder)), 0.5, 0.05);
    EXPECT_NEAR(second_to_first(between_leaves("ecmp", slow, folder)), 1, 0.05);
}

TEST(Weighted, IsTheHashWhereNothingIsBroken)
{
    const Folder folder;
    const fs::path weighted = between_leaves("weighted", "", folder),
                   plain = between_leaves("ecmp", "", folder);
    EXPECT_EQ(rows(weighted / "flows.csv"), rows(plain / "flows.csv"));
    EXPECT_EQ(rows(weighted / "queues.csv"), rows(plain / "queues.csv"));
}

}  // namespace hpnsim::test
