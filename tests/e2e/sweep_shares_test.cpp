// SPDX-License-Identifier: GPL-2.0-only
// Sweeps of many processes, as mpirun and Slurm start them, and sweeps that are only read.
#include "command.hpp"
#include "sweep_contents.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

constexpr const char* kSweep =
    "sweep incast --topology hpn:segments=1,hosts=9,gpus=1 --size 64K --senders 2,4 --cc "
    "dcqcn,hpcc --seeds 3 --jitter-ns 1000 ";

size_t count_of(const std::string& text, const std::string& what)
{
    size_t count = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

class Shares : public ::testing::Test
{
protected:
    Shares()
    {
        EXPECT_EQ(run(std::string(kSweep) + "--quiet --out " + (folder_.path() / "whole").string()).status,
                  0);
    }
    std::string out(const std::string& name) const { return (folder_.path() / name).string(); }
    const Folder folder_;
};

TEST_F(Shares, RanksOfMpirunMakeOneSweep)
{
    const Ran ran = shell("for rank in 0 1 2; do OMPI_COMM_WORLD_SIZE=3 OMPI_COMM_WORLD_RANK=$rank @BIN/" +
                          std::string(kSweep) + "--out " + out("mpi") + " & done; wait");
    EXPECT_EQ(contents_of_sweep(out("mpi")), contents_of_sweep(out("whole")));
    EXPECT_EQ(count_of(ran.out, "senders  cc"), 2U) << ran.out;  // one table, and its comparison
    EXPECT_EQ(count_of(ran.err, "4 of 12 runs"), 3U) << ran.err;
    EXPECT_FALSE(fs::exists(fs::path(out("mpi")) / "work"));
}

TEST_F(Shares, TasksOfASlurmArrayMakeOneSweepAtAnyTime)
{
    for (const char* task : {"14", "10", "12"})
        EXPECT_EQ(shell("SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=2 "
                        "SLURM_ARRAY_TASK_ID=" +
                        std::string(task) + " @BIN/" + kSweep + "--out " + out("array"))
                      .status,
                  0);
    EXPECT_EQ(contents_of_sweep(out("array")), contents_of_sweep(out("whole")));
    const Ran all = run(std::string(kSweep) + "--share 1/1 --out " + out("array"));
    EXPECT_NE(all.err.find("(0 made now)"), std::string::npos) << all.err;
}

TEST_F(Shares, FlowsAreEnteredWhenAskedFor)
{
    ASSERT_EQ(run(std::string(kSweep) + "--quiet --flows --out " + out("whole")).status, 0);
    const Ran ran =
        shell("python3 -c \"import sqlite3\nfor row in sqlite3.connect('" + out("whole") +
              "/sweep.sqlite').execute('select count(*), count(distinct run), max(status) from flows'): "
              "print(*row)\"");
    EXPECT_EQ(ran.out, "36 12 ok\n") << ran.err;
}

/// As somebody who may not write there.
TEST_F(Shares, WhatReadsASweepWritesNothing)
{
    const std::string who = shell("id -u").out == "0\n" ? "setpriv --reuid=65534 --clear-groups " : "";
    if (!who.empty() && shell(who + "@BIN/runs --version").status != 0)
        GTEST_SKIP() << "nobody may run programs";
    shell("chmod -R a+rX,a-w " + out("whole") + "; chmod 755 " + folder_.path().string());
    const std::string list = "cd " + out("whole") + " && find . -printf '%p %T@ %s\\n' | sort";
    const std::string before = shell(list).out;
    const std::string script = "cd /tmp && D=" + out("whole") + " && " + who;
    for (const char* reader : {"@BIN/sweep --show $D", "@BIN/runs $D", "@BIN/explain $D",
                               "@BIN/plot --list $D", "@BIN/sweep --show $D/ --figures fct_us_p50"}) {
        const Ran ran = shell(script + reader);
        EXPECT_EQ(ran.status, 0) << reader << ": " << ran.err;
        EXPECT_GT(ran.out.size(), 50U) << reader;
    }
    EXPECT_EQ(shell(list).out, before);
    shell("chmod -R u+w " + out("whole"));
}

TEST_F(Shares, ShowTellsTheSameAsTheSweep)
{
    const Ran made = run(std::string(kSweep) + "--out " + out("whole")),
              shown = run("sweep --show " + out("whole"));
    EXPECT_EQ(shown.status, 0);
    for (const char* cell : {"fct_us_mean", "Against cc dcqcn, seed by seed:", "No intervals"}) {
        EXPECT_NE(made.out.find(cell), std::string::npos) << made.out;
        EXPECT_NE(shown.out.find(cell), std::string::npos) << shown.out;
    }
    EXPECT_NE(shown.err.find("sweep incast --topology"), std::string::npos) << shown.err;
    EXPECT_EQ(run("sweep --show " + folder_.path().string()).status, 2);
    EXPECT_EQ(run("sweep --show").status, 2);
}

}  // namespace
}  // namespace hpnsim::test
