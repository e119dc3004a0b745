// SPDX-License-Identifier: GPL-2.0-only
// Tests that the reader reads back what the scenarios write: written again it gives the same bytes, and every
// key of summary.json is one that is declared.
#include "command.hpp"

#include "hpnsim/run_folder.hpp"
#include "hpnsim/summary_keys.hpp"
#include "hpnsim/writers.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const char* const kFiles[] = {"flows.csv",      "queues.csv", "queue_depth.csv",
                              "throughput.csv", "series.csv", "summary.json"};

void expect_declared(const RunFolder& run)
{
    const auto summary = run.summary();
    for (const auto& item : summary.items())
        EXPECT_TRUE(item.key() == "host" || find_summary_key(item.key()) != nullptr)
            << item.key() << " is not in results/columns/";
}

void expect_same_when_written_again(const RunFolder& run, const fs::path& again)
{
    write_run(run.record(), again);
    for (const char* file : kFiles) {
        const fs::path path = again / "runs" / run.label() / file;
        ASSERT_EQ(fs::exists(path), fs::exists(run.dir() / file)) << file;
        if (fs::exists(path)) {
            EXPECT_EQ(read(path), read(run.dir() / file)) << file;
        }
    }
}

class RunFolders : public testing::Test
{
protected:
    /// Of the command, which may end with any status but that of bad input.
    void check(const std::string& command)
    {
        SCOPED_TRACE(command);
        const fs::path out = folder_.path() / "o", again = folder_.path() / "again";
        const Ran ran = run(command + " --quiet --no-plots --out " + out.string());
        ASSERT_NE(ran.status, 2) << ran.err;
        for (const RunFolder& found : run_folders(out)) {
            expect_declared(found);
            expect_same_when_written_again(found, again);
        }
        fs::remove_all(again);
    }
    std::string file(const std::string& name, const std::string& text) const
    {
        std::ofstream(folder_.path() / name) << text;
        return (folder_.path() / name).string();
    }

private:
    Folder folder_;
};

}  // namespace

TEST_F(RunFolders, OfEveryScenarioAreReadAsTheyWereWritten)
{
    check("incast --topology hpn:segments=1,hosts=8 --senders 6 --size 256K --rounds 2 --seeds 3 --jitter-ns "
          "3000 "
          "--audit --series-us 1.5 --cc dcqcn --cc hpcc");
    check("incast --topology star --senders 3 --size 64K --loss 0.01 --verify --cc rccc --seeds 2");
    check(
        "allreduce --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --verify --iterations 3 --cc nscc");
    check("allreduce --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --messages --cc hpcc --series-us "
          "2");
    check("alltoall --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --seeds 2 --jitter-ns 500 --cc "
          "rccc");
    check("permutation --topology leaf-spine --ranks 16 --size 64K --cc nscc");
    check("flows --topology star --cdf WebSearch --load 0.2 --duration-us 300 --cc hpcc --seeds 2");
    check("flows --topology file:path=@DATA/hpcc/star-2.topology.txt --flow-file "
          "@DATA/scenarios/star-2.flow.txt "
          "--cc hpcc --profile hpcc-sim");
}

/// Flows that fail, that do not finish, and seeds that are the same run.
TEST_F(RunFolders, OfRunsThatEndBadlyToo)
{
    check("incast --topology star --senders 4 --size 1M --stop-us 20 --cc dcqcn --seeds 3");
    check("incast --topology star --senders 2 --size 64K --cc dcqcn --faults " +
          file("kill.txt", "1us kill nic1\n"));
    check("allreduce --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --iterations 5 --stop-us 150 "
          "--cc dcqcn "
          "--faults " +
          file("late.txt", "100us kill nic1\n"));
    check("incast --topology star --senders 2 --size 64K --profile hpcc-sim --loss 1");
}

}  // namespace hpnsim::test
