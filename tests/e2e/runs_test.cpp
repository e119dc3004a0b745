// SPDX-License-Identifier: GPL-2.0-only
// The tool `runs` as a user runs it: what output folders, sweeps and runs hold, and how they ended.
#include "command.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kFabric = " --topology hpn:segments=1,hosts=5,gpus=1 --size 64K --quiet --out ";

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST(RunsTool, ListsAnOutputFolderAndARun)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    ASSERT_EQ(run("incast --senders 4 --cc dcqcn --cc hpcc --no-plots" + kFabric + out).status, 0);
    const Ran all = run("runs " + out), one = run("runs " + out + "/runs/hpcc/");
    EXPECT_TRUE(holds(all.out, "run    status  scenario  cc     flows  completed  fct_us_mean")) << all.out;
    EXPECT_TRUE(holds(all.out, "dcqcn  ok      incast    dcqcn  4      4")) << all.out;
    EXPECT_TRUE(holds(one.out, "hpcc  ok")) << one.out << one.err;
    const Ran csv = run("runs " + out + " --csv --columns completed,cc");
    EXPECT_TRUE(holds(csv.out, "label,status,folder_bytes,completed,cc\ndcqcn,ok,")) << csv.out;
    fs::remove(fs::path(out) / "runs" / "hpcc" / "summary.json");
    EXPECT_TRUE(holds(run("runs " + out).out, "no summary: running or killed")) << "a run that was killed";
}

TEST(RunsTool, UnfinishedRunsAreNamedSo)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    ASSERT_EQ(run("incast --senders 4 --cc dcqcn --stop-us 3 --no-plots" + kFabric + out).status, 3);
    EXPECT_TRUE(holds(run("runs " + out).out, "dcqcn  unfinished  incast"));
}

TEST(RunsTool, ListsASweepWithItsSettings)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    ASSERT_EQ(run("sweep incast --senders 2,4 --cc dcqcn" + kFabric + out).status, 0);
    const Ran ran = run("runs " + out + " --columns senders,fct_us_max");
    EXPECT_TRUE(holds(ran.out, "run        status  senders  fct_us_max")) << ran.out << ran.err;
    EXPECT_TRUE(holds(ran.out, "senders=4  ok      4        ")) << ran.out;
}

TEST(RunsTool, WhatIsWrongIsOneSentence)
{
    const std::pair<const char*, const char*> table[] = {{"runs", "name a folder"},
                                                         {"runs nowhere", "nowhere holds no runs"},
                                                         {"runs x --column a", "the nearest is '--columns'"},
                                                         {"runs x --csv=1", "--csv takes no value"}};
    for (const auto& [line, expected] : table) {
        const Ran ran = run(line);
        EXPECT_EQ(ran.status, 2) << line;
        EXPECT_TRUE(holds(ran.err, expected)) << line << ": " << ran.err;
    }
}

}  // namespace
}  // namespace hpnsim::test
