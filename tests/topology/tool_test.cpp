// SPDX-License-Identifier: GPL-2.0-only
// Tests the binary `topology` as a user runs it: output, exit status, one sentence for an error.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace
{

struct Outcome {
    int status;
    std::string text;  ///< stdout and stderr
};

Outcome run(const std::string& arguments)
{
    const std::string command = std::string(HPNSIM_TOPOLOGY_TOOL) + " " + arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    Outcome outcome{-1, ""};
    char piece[4096];
    while (const size_t size = fread(piece, 1, sizeof piece, pipe)) outcome.text.append(piece, size);
    const int status = pclose(pipe);
    if (WIFEXITED(status)) outcome.status = WEXITSTATUS(status);
    return outcome;
}

bool has(const Outcome& outcome, const std::string& part)
{
    return outcome.text.find(part) != std::string::npos;
}

}  // namespace

TEST(TopologyTool, Lists)
{
    const Outcome outcome = run("--list");
    EXPECT_EQ(outcome.status, 0);
    for (const char* name : {"hpn", "star", "dumbbell", "leaf-spine", "file"})
        EXPECT_TRUE(has(outcome, name));
}

TEST(TopologyTool, HelpHasEveryKey)
{
    const Outcome outcome = run("--help");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_TRUE(has(outcome, "aggs=60 per 128 hosts"));
    EXPECT_TRUE(has(outcome, "--export"));
}

TEST(TopologyTool, ExportIsReadBack)
{
    const std::string file = testing::TempDir() + "hpnsim-export.txt";
    EXPECT_EQ(run("hpn:segments=2,hosts=4 --export " + file).status, 0);
    const Outcome outcome = run("file:path=" + file);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_TRUE(has(outcome, "64 endpoints")) << outcome.text;  // 2 x 4 hosts of 8 NICs
    EXPECT_TRUE(has(outcome, "128 nic-tor"));                   // both ports of each
    EXPECT_TRUE(has(outcome, "64 tor-agg"));                    // 32 ToRs x 2 Aggs
}

TEST(TopologyTool, SimaisFormatKeepsNvlink)
{
    const std::string file = testing::TempDir() + "hpnsim-simai-" + std::to_string(getpid()) + ".txt";
    EXPECT_EQ(run("hpn:segments=1,hosts=4 --export " + file + " --export-format simai").status, 0);
    const Outcome outcome = run("file:path=" + file);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_TRUE(has(outcome, "32 endpoints")) << outcome.text;
    EXPECT_TRUE(has(outcome, "4 with 8 NIC(s)")) << outcome.text;
    EXPECT_TRUE(has(outcome, "nvlink     3600 Gb/s")) << outcome.text;
    std::remove(file.c_str());
    const Outcome bad = run("star --export " + file + " --export-format simi");
    EXPECT_EQ(bad.status, 2);
    EXPECT_TRUE(has(bad, "--export-format: no 'simi'; the nearest is 'simai'; there are hpcc, simai"))
        << bad.text;
}

TEST(TopologyTool, BadInputIsOneSentenceAndTwo)
{
    for (const char* arguments :
         {"", "hnp", "hpn:host=3", "fat-tree:k=3", "--exp x", "hpn extra", "star --mtu 10", "star --wire roc",
          "star --export /nowhere/x", "file:path=/nowhere"}) {
        const Outcome outcome = run(arguments);
        EXPECT_EQ(outcome.status, 2) << arguments;
        EXPECT_EQ(std::count(outcome.text.begin(), outcome.text.end(), '\n'), 1) << outcome.text;
    }
}

TEST(TopologyTool, PathsAreBetweenNumbersOrNames)
{
    const std::string hpn = "hpn:segments=1,hosts=2 --path ";
    const Outcome numbers = run(hpn + "3-10");
    EXPECT_EQ(numbers.status, 0);
    EXPECT_TRUE(has(numbers, "paths      h0-g3 to h1-g2: 2")) << numbers.text;
    EXPECT_EQ(run(hpn + "h0-g3-h1-g2").text, numbers.text);
    EXPECT_EQ(run(hpn + "nic3-h1-g2").text, numbers.text);
    EXPECT_EQ(run(hpn + "h0-g3-h1-g9").text,
              "topology: --path: 'h1-g9' is not an endpoint; the nearest is 'h1-g0'\n");
    EXPECT_EQ(run(hpn + "3-99").text, "topology: --path: '99' is not an endpoint; they are 0 to 15\n");
    EXPECT_EQ(run(hpn + "tor-agg").text, "topology: --path: 'tor-agg' is not two endpoints; write their "
                                         "numbers or names, as in 3-0 or h1-g7-h0-g0\n");
}
