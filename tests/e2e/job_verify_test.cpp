// SPDX-License-Identifier: GPL-2.0-only
// Tests that `jobs --verify` gives every job bytes of its own, changes no times, and finds a spoiled message
// in any of them.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// Jobs that share endpoints, repeat, are cut off, and have CCs and NVLink of their own.
constexpr const char* kJobs = R"(topology = hpn:segments=1,hosts=8
[sum]
scenario = allreduce
ranks = 0-15
size = 10000
repeat = 3
[swap]
scenario = alltoall
ranks = 8-23
size = 32K
start-us = 3
cc = nscc
[endless]
scenario = incast
ranks = 0,8,16,24
size = 16K
repeat = forever
[cut]
scenario = allreduce
ranks = 40-47
size = 8M
stop-us = 10
[train]
scenario = training
ranks = 24-31
model = llama-7b:layers=2,hidden=256,heads=4,kv-heads=4,head-size=64,ffn=512,vocabulary=500,sequence=64
tp = 2
pp = 2
dp = 2
)";

class JobBytes : public ::testing::Test
{
protected:
    JobBytes() { std::ofstream(folder_.path() / "jobs.ini") << kJobs; }
    Ran jobs(const std::string& options, const std::string& out) const
    {
        return run("jobs --config " + (folder_.path() / "jobs.ini").string() + " --quiet --no-plots " +
                   options + " --out " + (folder_.path() / out).string());
    }
    fs::path out(const std::string& name) const { return folder_.path() / name; }

private:
    Folder folder_;
};

TEST_F(JobBytes, AreCheckedAndChangeNoTimes)
{
    ASSERT_EQ(jobs("", "lengths").status, 0);
    const Ran ran = jobs("--verify", "bytes");
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(rows(out("bytes") / "runs/dcqcn/flows.csv"), rows(out("lengths") / "runs/dcqcn/flows.csv"));
    const auto all = summary(out("bytes"), "dcqcn");
    EXPECT_EQ(all["verified"], true);
    const auto& of = all["jobs"];
    for (const auto& job : of.items()) EXPECT_EQ(job.value()["verified"], true) << job.key();
    EXPECT_EQ(of["sum"]["verified_elements"], 3 * 16 * 10000) << "cut into single bytes, three times";
    EXPECT_EQ(of["swap"]["verified_elements"], 16 * (32 << 10) / 4);
    EXPECT_GE(of["endless"]["verified_elements"], of["endless"]["repeats"].get<int>() * 3 * (16 << 10) / 4);
    EXPECT_EQ(of["cut"]["verified_elements"], 0) << "nobody knows what it should hold by now";
    EXPECT_GT(of["train"]["verified_elements"], 0);
    EXPECT_FALSE(summary(out("lengths"), "dcqcn")["jobs"]["sum"].contains("verified"));
}

TEST_F(JobBytes, ASpoiledMessageIsFoundAndItsJobNamed)
{
    for (const char* how : {"flip", "lost", "swapped", "reduce-twice"}) {
        const Ran ran = jobs("--verify --inject " + std::string(how), "spoiled");
        EXPECT_EQ(ran.status, 4) << how;
        EXPECT_NE(ran.err.find("--verify: job sum: iteration 0, rank 0, element "), std::string::npos)
            << ran.err;
        const auto of = summary(out("spoiled"), "dcqcn")["jobs"];
        EXPECT_EQ(of["sum"]["verified"], false) << how;
        EXPECT_EQ(of["swap"]["verified"], true) << how;
    }
}

TEST_F(JobBytes, RepetitionsOfDrawnSizesAreRefused)
{
    const std::string section = "topology = hpn:segments=1,hosts=8\n[drawn]\nscenario = flows\nranks = 0-15\n"
                                "cdf = WebSearch\nload = 0.3\nduration-us = 100\n";
    std::ofstream(out("jobs.ini")) << section + "repeat = 2\n";
    const Ran ran = jobs("--verify", "o");
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.err.find("jobs.ini:2: [drawn] each repetition draws flows of other sizes"),
              std::string::npos)
        << ran.err;
    std::ofstream(out("jobs.ini")) << section;
    EXPECT_EQ(jobs("--verify", "o").status, 0);
}

TEST_F(JobBytes, APairWithoutAPathHasTheNamesOfTheFabric)
{
    std::ofstream(out("jobs.ini"))
        << "topology = rail-only:hosts=8,gpus=2\n[job-0]\nscenario = incast\nranks = 2,7\n";
    const Ran ran = jobs("", "o");
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(
        ran.err.find("no path of 'the ranks of job-0' joins h1 g0 and h3 g1: only NVLink joins its rails"),
        std::string::npos)
        << ran.err;
}

}  // namespace
}  // namespace hpnsim::test
