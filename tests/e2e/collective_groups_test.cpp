// SPDX-License-Identifier: GPL-2.0-only
// Tests collectives in groups that run at once, and what an AllToAll sends over the Aggs, with and without
// PXN.
#include "command.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace hpnsim::test
{
namespace
{

std::vector<std::string> cells(const std::string& row)
{
    std::vector<std::string> found;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, ',');) found.push_back(cell);
    return found;
}

/// Adds up the bytes of all ports of a tier with a role, of queues.csv.
long bytes_of(const Folder& folder, const std::string& out, const std::string& tier, const std::string& role)
{
    long sum = 0;
    for (const std::string& row : rows(folder.path() / out / "runs/dcqcn/queues.csv")) {
        const std::vector<std::string> cell = cells(row);
        if (cell.at(1) == tier && cell.at(2) == role) sum += std::stol(cell.at(12));
    }
    return sum;
}

/// RoCEv2 with 4,096 B a packet: 82 B of headers, preamble and gap, 16 more on the first of a message, and an
/// acknowledgement of 86 B for each, which crosses the Aggs too.
long wire_bytes(long messages, long bytes)
{
    const long packets = messages * (bytes / 4096);
    return messages * bytes + packets * (82 + 86) + messages * 16;
}

/// 2 segments of 2 hosts of 8 GPUs, a block of 16 KiB for each pair. Of two hosts in one segment (4 ordered
/// pairs), only blocks between different rails cross (56). Of two in different segments (8 pairs) all 64 do.
TEST(AllToAll, WhatCrossesTheAggsIsWhatPxnLeaves)
{
    constexpr long kBlock = 16 << 10;
    const Folder folder;
    const std::string how =
        " --topology hpn:segments=2,hosts=2 --cc dcqcn --quiet --no-plots --out " + folder.path().string();
    const std::string all = "collective --op all_to_all --ranks 32 --size 512K" + how;
    ASSERT_EQ(run(all + "/pairwise --algorithm pairwise").status, 0);
    EXPECT_EQ(bytes_of(folder, "pairwise", "tor", "up"), wire_bytes(4 * 56 + 8 * 64, kBlock));
    EXPECT_EQ(bytes_of(folder, "pairwise", "agg", "down"), wire_bytes(4 * 56 + 8 * 64, kBlock));
    // A GPU sends what its whole host has for a GPU of its rail as one message of 8 blocks.
    ASSERT_EQ(run(all + "/pxn --algorithm pxn").status, 0);
    EXPECT_EQ(bytes_of(folder, "pxn", "tor", "up"), wire_bytes(8 * 8, 8 * kBlock));
    EXPECT_EQ(bytes_of(folder, "pxn", "agg", "down"), wire_bytes(8 * 8, 8 * kBlock));
    // One rail: 4 GPUs with blocks of 128 KiB. All rails at once: eight times as much.
    const std::string rail = "collective --op all_to_all --size 512K" + how;
    ASSERT_EQ(run(rail + "/rail --members 0-31/8").status, 0);
    EXPECT_EQ(bytes_of(folder, "rail", "tor", "up"), wire_bytes(8, 8 * kBlock));
    ASSERT_EQ(run(rail + "/rails --ranks 32 --group-size 4 --group-stride 8").status, 0);
    EXPECT_EQ(bytes_of(folder, "rails", "tor", "up"), wire_bytes(8 * 8, 8 * kBlock));
    // Within a segment nothing crosses, with PXN or on one rail.
    const std::string segment = "collective --op all_to_all --ranks 16 --size 256K" + how;
    ASSERT_EQ(run(segment + "/near --algorithm pxn").status, 0);
    EXPECT_EQ(bytes_of(folder, "near", "tor", "up"), 0);
    EXPECT_GT(bytes_of(folder, "near", "nic", "up"), 0);
}

TEST(CollectiveGroups, EachGroupIsARowWithABoundOfItsOwn)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran =
        run("collective --op all_to_all --topology hpn:segments=2,hosts=2 --ranks 32 --size 256K "
            "--group-size 4 --group-stride 8 --iterations 2 --verify --cc hpcc --no-plots --out " +
            out);
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(out, "hpcc");
    EXPECT_EQ(json["groups"], 8);
    EXPECT_EQ(json["flows"], 16);
    EXPECT_EQ(json["verified"], true);
    std::map<std::string, int> pairs;
    const std::vector<std::string> found = rows(folder.path() / "o/runs/hpcc/flows.csv");
    ASSERT_EQ(found.size(), 17U);
    double last = 0;
    for (size_t i = 1; i < found.size(); ++i) {
        const std::vector<std::string> cell = cells(found[i]);
        ++pairs[cell[1] + "-" + cell[2]];
        EXPECT_GE(std::stod(cell[9]), 1);
        EXPECT_GE(std::stod(cell[6]), last) << "in the order of their ends";
        last = std::stod(cell[6]);
    }
    EXPECT_EQ(pairs.size(), 8U);
    EXPECT_EQ(pairs["0-24"], 2) << "every eighth GPU";
    EXPECT_EQ(pairs["7-31"], 2);
}

/// Groups inside hosts share nothing, so that each takes as long as one alone.
TEST(CollectiveGroups, GroupsThatShareNothingTakeAsLongAsOne)
{
    const Folder folder;
    const std::string how = "collective --topology hpn:segments=1,hosts=2 --size 1M --algorithm ring --quiet "
                            "--no-plots --cc dcqcn --out " +
                            folder.path().string();
    ASSERT_EQ(run(how + "/one --ranks 8").status, 0);
    ASSERT_EQ(run(how + "/two --ranks 16 --group-size 8").status, 0);
    const std::vector<std::string> two = rows(folder.path() / "two/runs/dcqcn/flows.csv");
    ASSERT_EQ(two.size(), 3U);
    const std::string alone = cells(rows(folder.path() / "one/runs/dcqcn/flows.csv").at(1)).at(7);
    EXPECT_EQ(cells(two[1]).at(7), alone);
    EXPECT_EQ(cells(two[2]).at(7), alone);
    const auto of_one = summary(folder.path() / "one", "dcqcn"),
               of_two = summary(folder.path() / "two", "dcqcn");
    for (const char* key : {"ideal_us", "busbw_GBps", "efficiency"})
        EXPECT_EQ(of_one[key], of_two[key]) << key;
}

TEST(CollectiveGroups, WhatDoesNotFitIsSaid)
{
    const std::string how = "collective --topology hpn:segments=1,hosts=2 --ranks 16 --quiet --no-plots ";
    for (const auto& [options, sentence] :
         {std::pair("--group-size 5", "--group-size: groups of 5 ranks take 5 ranks or a multiple of it, and "
                                      "there are 16; use 15"),
          std::pair("--group-size 4 --group-stride 8",
                    "--group-size: groups of 4 ranks, 8 apart, take 32 ranks "
                    "or a multiple of it, and there are 16; use 32"),
          std::pair("--group-stride 8", "--group-stride: a stride needs groups too: --group-size N"),
          std::pair(
              "--group-size 16 --algorithm multi-ring",
              "--algorithm: 'multi-ring' makes groups of its own; leave out --group-size, or take ring")}) {
        const Ran ran = run(how + options);
        EXPECT_EQ(ran.status, 2) << options;
        EXPECT_NE(ran.err.find(sentence), std::string::npos) << ran.err;
    }
}

}  // namespace
}  // namespace hpnsim::test
