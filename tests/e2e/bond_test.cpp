// SPDX-License-Identifier: GPL-2.0-only
// Tests a bond as a user sees it: after a repair goodput returns within the time of fail-back, and no sooner.
#include "command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hpnsim::test
{
namespace
{

/// Fails a port at 200 us and mends it at 700, with 50 us of convergence.
nlohmann::json outage(const std::string& more)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run("failover --topology hpn:segments=1,hosts=2 --ranks 16 --size 2M --cc nscc --quiet "
                        "--no-plots --fail nic-port:at-us=200,converge-us=50,repair-us=700,failback-us=" +
                        more + " --out " + out);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return summary(out, "nscc");
}

}  // namespace

/// Receivers' senders learn of the port last: after detection (10 us), fail-back and convergence.
TEST(Bond, GoodputReturnsWithFailback)
{
    double before = 0;
    for (const double failback : {0.0, 400.0}) {
        const auto cost = outage(std::to_string(failback) + " --duration-us 1800");
        const double recovery = cost["repair_recovery_us"].get<double>();
        EXPECT_GE(recovery, failback) << failback;
        EXPECT_LT(recovery, 10 + failback + 50 + 3 * cost["iteration_during_us"].get<double>()) << failback;
        EXPECT_GT(recovery, before) << failback;
        before = recovery;
    }
}

/// The same with the bond's hash, whose flows return to the ports that they had.
TEST(Bond, HashedFlowsAreAsFastAfterwardsAsBefore)
{
    const auto cost = outage("200 --sport hash --qps 4 --duration-us 1600");
    const double recovery = cost["repair_recovery_us"].get<double>();
    EXPECT_GE(recovery, 200);
    EXPECT_LT(recovery, 10 + 200 + 50 + 3 * cost["iteration_during_us"].get<double>());
}

}  // namespace hpnsim::test
