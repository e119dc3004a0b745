// SPDX-License-Identifier: GPL-2.0-only
// Runs --audit under faults and settings that break the promise of a lossless fabric, and tests that it knows
// what they excuse.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace hpnsim::test
{

TEST(AuditRun, KnowsWhatFaultsExcuse)
{
    const Folder folder;
    const std::string file = (folder.path() / "faults.txt").string();
    const std::string fast = "incast --topology star --senders 8 --size 1M --cc fixed:window=0 ";
    const struct {
        const char* faults;
        std::string command;
    } table[] = {{"10us storm nic0:0 for=20ms\n",
                  "incast --topology star --senders 2 --size 1M --cc fixed --fabric lossless:watchdog-ms=2"},
                 {"10us storm nic0:0 for=20ms\n",
                  fast + "--fabric lossless:watchdog-ms=2,watchdog-action=forward,buffer-mb=2"},
                 {"0us duplicate all rate=1\n", fast},
                 {"0us duplicate all rate=0.5\n", fast + "--fabric lossless:buffer-mb=2"},
                 {"0us jitter all by=50us\n", "incast --topology star --senders 8 --size 1M --cc dcqcn"},
                 {"0us reorder all rate=1 by=50us\n", fast},
                 {"0us loss all rate=0.1 kind=pfc\n", fast}};
    for (const auto& row : table) {
        std::ofstream(file) << row.faults;
        const Ran ran = run(row.command + " --audit --quiet --no-plots --faults " + file + " --out " +
                            (folder.path() / "o").string());
        EXPECT_EQ(ran.err.find("audit:"), std::string::npos) << row.faults << row.command << ran.err;
        EXPECT_NE(ran.status, 2) << ran.err;
    }
}

/// HPCC-sim lets headrooms be more than the buffer: that is said, once, and no promise is held against it.
TEST(AuditRun, AnOverbookedBufferIsPointedOut)
{
    const Folder folder;
    const Ran ran =
        run("incast --topology star:hosts=17,buffer-mb=1 --senders 8 --size 64K --profile hpcc-sim "
            "--audit --cc dcqcn --cc hpcc --quiet --no-plots --out " +
            (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.err.substr(0, 67), "incast: the PFC headroom and reserve of tor 0 exceed its buffer by ")
        << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
}

/// Its headrooms, three cables long, are shorter than what may arrive after a PAUSE: they hold as long as the
/// buffer is large. Whoever makes it small is told why packets are lost, and the audit is no judge of it.
TEST(AuditRun, AShortHeadroomIsPointedOutWhenItLoses)
{
    const auto said = [](const std::string& star) {
        const Folder folder;
        const Ran ran = run("incast --topology " + star +
                            " --senders 8 --size 1M --profile hpcc-sim --audit --quiet --no-plots --out " +
                            (folder.path() / "o").string());
        EXPECT_EQ(ran.status, 0);
        return ran.err;
    };
    EXPECT_EQ(said("star:hosts=9"), "");
    const std::string small = said("star:hosts=9,buffer-mb=1");
    EXPECT_EQ(small.substr(0, 20), "dcqcn: tor 0 dropped") << small;
    EXPECT_NE(small.find("is less than what may arrive after a PAUSE; raise headroom\n"), std::string::npos)
        << small;
}

/// Hundreds of thousands of packets on long links: a check that walks them all every few events took minutes.
TEST(Audit, CostsInProportionToTheRun)
{
    const Folder folder;
    const Ran ran =
        run("allreduce --topology dcn+:segments=1,hosts=3,gpus=8,link-ns=2000000 --ranks 16 --size 100 "
            "--iterations 3 --cc rccc --path ecmp --audit --quiet --no-plots --out " +
            (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(folder.path() / "o", "rccc");
    EXPECT_EQ(json["audit"]["passed"], true);
    EXPECT_GT(json["audit"]["checks"], 10);
    EXPECT_LT(json["audit"]["checks"], json["events"].get<double>() / 1000);
}

}  // namespace hpnsim::test
