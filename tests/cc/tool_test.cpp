// SPDX-License-Identifier: GPL-2.0-only
// Tests the binary `cc` from outside: its exit status, and one sentence on stderr when the input is bad.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>
#include <sys/wait.h>

namespace
{

struct Outcome {
    int status;
    std::string text;  ///< stdout and stderr
};

Outcome run(const std::string& arguments)
{
    FILE* pipe = popen((HPNSIM_CC_TOOL " " + arguments + " 2>&1").c_str(), "r");
    std::string text;
    std::array<char, 4096> block;
    while (const size_t n = fread(block.data(), 1, block.size(), pipe)) text.append(block.data(), n);
    return {WEXITSTATUS(pclose(pipe)), text};
}

}  // namespace

TEST(CcTool, ListsAndDescribes)
{
    const Outcome list = run("--list");
    EXPECT_EQ(list.status, 0);
    for (const char* name : {"dcqcn", "hpcc", "nscc", "fixed", "ecmp", "spray", "echo", "cnp"})
        EXPECT_NE(list.text.find(name), std::string::npos) << name;
    EXPECT_EQ(run("spray").status, 0);
    EXPECT_NE(run("hpcc").text.find("hpcc-sim"), std::string::npos);
    EXPECT_EQ(run("--help").status, 0);
    EXPECT_EQ(run("--version").text.substr(0, 6), "hpnsim");
}

TEST(CcTool, ReplaysATrace)
{
    const Outcome out =
        run("dcqcn:preset=hpcc-sim --replay " HPNSIM_TEST_DATA "/traces/dcqcn-star2-flow0.csv");
    EXPECT_EQ(out.status, 0);
    EXPECT_EQ(out.text.substr(0, out.text.find('\n')), "time_ps,event,rate_bps,window_bytes");
    EXPECT_NE(out.text.find("\n2000042371000,timer,50583651661,"), std::string::npos);
}

TEST(CcTool, BadInputIsOneSentenceAndStatusTwo)
{
    for (const char* arguments :
         {"", "hpc", "--lst", "hpcc:eta=7 --replay /nowhere", "hpcc --replay /nowhere", "hpcc --replay",
          "hpcc --replay " HPNSIM_TEST_DATA "/traces", "spray --replay " HPNSIM_TEST_DATA "/traces/README.md",
          "hpcc hpcc", "dcqcn --replay /nowhere hpcc",
          "nscc --replay " HPNSIM_TEST_DATA "/traces/README.md"}) {
        const Outcome out = run(arguments);
        EXPECT_EQ(out.status, 2) << arguments;
        EXPECT_FALSE(out.text.empty()) << arguments;
        EXPECT_EQ(out.text.find('\n'), out.text.size() - 1) << arguments << ": " << out.text;
    }
}

TEST(CcTool, AWordTooManyIsNamed)
{
    EXPECT_EQ(run("dcqcn hpcc").text,
              "cc: 'hpcc' is a word too many: one algorithm at a time, here 'dcqcn'\n");
}
