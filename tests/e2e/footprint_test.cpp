// SPDX-License-Identifier: GPL-2.0-only
// Tests that runs too large for the machine are refused before they begin, and that messages of any length
// are posted piece by piece.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace hpnsim::test
{
namespace
{

nlohmann::json summary_in(const Folder& folder)
{
    return nlohmann::json::parse(
        read(std::filesystem::directory_iterator(folder.path() / "o" / "runs")->path() / "summary.json"));
}

Ran run_in(const Folder& folder, const std::string& command)
{
    return run(command + " --no-plots --quiet --out " + (folder.path() / "o").string());
}

}  // namespace

TEST(Footprint, WhatCannotFitIsRefusedWithWhatItWouldTake)
{
    const Folder folder;
    for (const auto& [command, part] : std::map<std::string, std::string>{
             {"alltoall --ranks 1024 --qps 256 --size 1K", "million connections"},
             {"allreduce --ranks 4096 --topology star:hosts=4096,gbps=10 --size 16G --channels 8 --chunk 32",
              "messages under way"},
             {"incast --topology star --senders 1000 --rounds 1000000 --size 1", "rows of flows.csv"}}) {
        // The address space is 8 GB, whatever the machine has.
        const Ran ran = shell("ulimit -v 8000000; @BIN/" + command + " --no-plots --quiet --out " +
                              (folder.path() / "o").string());
        EXPECT_EQ(ran.status, 2) << command << ran.err;
        EXPECT_NE(ran.err.find("this run would take at least "), std::string::npos) << ran.err;
        EXPECT_NE(ran.err.find(part), std::string::npos) << ran.err;
    }
}

/// The message has nine requests of 2 GiB, of which eight are posted at once.
TEST(LongMessage, IsPostedAsItGoes)
{
    const Folder folder;
    const Ran ran = run_in(folder, "incast --topology star --senders 1 --size 18G --mtu 9216 --cc fixed");
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary_in(folder);
    EXPECT_EQ(json["completed"], 1);
    EXPECT_GT(json["efficiency"], 0.999);
    EXPECT_LE(json["efficiency"], 1);
}

TEST(LongMessage, OfAPeerThatDiesIsOneFailedFlow)
{
    const Folder folder;
    const std::string faults = (folder.path() / "f.txt").string();
    std::ofstream(faults) << "50us kill nic0\n";
    const Ran ran =
        run_in(folder, "incast --topology star --senders 2 --size 100000G --cc fixed --faults " + faults);
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_EQ(summary_in(folder)["failed"], 2);
}

TEST(LongMessage, OfAPetabyteIsCutOffAndRecorded)
{
    const Folder folder;
    const Ran ran =
        run_in(folder, "incast --topology star --senders 2 --size 90000000000000000 --stop-us 10");
    EXPECT_EQ(ran.status, 3) << ran.err;
    EXPECT_EQ(summary_in(folder)["unfinished"], 2);
}

}  // namespace hpnsim::test
