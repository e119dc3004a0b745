// SPDX-License-Identifier: GPL-2.0-only
// Starts flows while every path is dead: their retries run out, or they go on once the switch is back. Their
// base RTT is that of the fabric as it was planned, so that no CC begins with a window of 0.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// Runs two flows over a star whose switch is dead; the second one makes its QPs when everybody knows that.
Ran run_dead(const std::string& law, const std::string& schedule, const Folder& folder)
{
    const fs::path flows = folder.path() / "flows.txt", faults = folder.path() / "faults.txt";
    std::ofstream(flows) << "2\n4 0 3 100 30000 0\n0 7 3 100 999 0.0000103\n";
    std::ofstream(faults) << schedule;
    return run("flows --topology star:hosts=9,gbps=10 --flow-file " + flows.string() + " --faults " +
               faults.string() + " --cc " + law + " --quiet --no-plots --out " +
               (folder.path() / "o").string());
}

const char* const kLaws[] = {"bolt", "dcqcn",    "dctcp", "fixed", "hpcc",           "hpcc-pint",
                             "nscc", "powertcp", "rccc",  "swift", "theta-powertcp", "timely"};

}  // namespace

TEST(DeadStart, EndsByItsRetries)
{
    for (const std::string law : kLaws) {
        const Folder folder;
        const Ran ran = run_dead(law, "0us kill tor-0\n", folder);
        EXPECT_EQ(ran.status, 4) << law << ran.err;
        EXPECT_NE(ran.err.find("2 of 2 flows ended in IBV_WC_RETRY_EXC_ERR"), std::string::npos)
            << law << ran.err;
        EXPECT_EQ(summary(folder.path() / "o", law)["failed"], 2) << law;
    }
}

TEST(DeadStart, GoesOnWhenTheSwitchIsBack)
{
    for (const std::string law : kLaws) {
        const Folder folder;
        const Ran ran = run_dead(law, "0us kill tor-0\n100us revive tor-0\n", folder);
        EXPECT_EQ(ran.status, 0) << law << ran.err;
        EXPECT_EQ(summary(folder.path() / "o", law)["completed"], 2) << law;
    }
}

}  // namespace hpnsim::test
