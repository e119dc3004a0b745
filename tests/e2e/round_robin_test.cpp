// SPDX-License-Identifier: GPL-2.0-only
// Tests --switch-lb round-robin as a user sees it: how queues grow with the length of messages beside
// rotation and chance, that --threads changes nothing, and what it is refused with.
#include "command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace hpnsim::test
{
namespace
{

/// A permutation of `packets` packets each in a fat tree of 16 hosts, 800G and 0.5 us a link, with an ACK for
/// each packet and no congestion control.
const char* const kPermutation =
    "permutation --topology fat-tree:k=4,gbps=800,uplink-gbps=800,switch-ns=0 --ranks 16 "
    "--cc fixed:window=0 --transport rud:sack-bytes=1 --path ecmp --fabric lossy:buffer-mb=1000,alpha=1024 "
    "--quiet --no-plots ";

double deepest(int packets, const std::string& lb)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run(kPermutation + ("--seeds 3 --switch-lb " + lb) + " --size " +
                        std::to_string(4096 * packets) + " --out " + out);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return summary(out, "fixed_window=0")["max_queue_bytes"];
}

}  // namespace

/// In a fixed order flows stick to ports, and those that meet on the way down do so for all of a message. A
/// new order every few rounds parts them, which is chance again.
TEST(RoundRobinScenario, QueuesGrowWithTheMessage)
{
    const double fixed = deepest(1024, "round-robin");
    EXPECT_GT(fixed, 4 * deepest(64, "round-robin"));
    EXPECT_GT(fixed, 2 * deepest(1024, "adaptive:levels=1"));
    EXPECT_GT(fixed, 2 * deepest(1024, "round-robin:reshuffle=5"));
}

TEST(RoundRobinScenario, ThreadsChangeNothing)
{
    const Folder folder;
    std::vector<std::string> flows[2];
    for (int i = 0; i < 2; ++i) {
        const std::filesystem::path out = folder.path() / std::to_string(i);
        const Ran ran =
            run(kPermutation + std::string("--switch-lb round-robin:reshuffle=5 --size 64K ") +
                (i == 0 ? "--engine events" : "--engine windows --threads 2") + " --out " + out.string());
        ASSERT_EQ(ran.status, 0) << ran.err;
        flows[i] = rows(out / "runs" / "fixed_window=0" / "flows.csv");
    }
    EXPECT_EQ(flows[0], flows[1]);
    EXPECT_EQ(flows[0].size(), 17U);
}

TEST(RoundRobinScenario, NeedsATransportThatTakesAnyOrderAndNamesItsKeys)
{
    const Ran gbn =
        run("permutation --topology leaf-spine --ranks 16 --cc dcqcn --switch-lb round-robin --quiet");
    EXPECT_EQ(gbn.status, 2);
    EXPECT_EQ(gbn.err,
              "permutation: dcqcn with --switch-lb round-robin cannot run: it reorders packets, which the "
              "transport gbn treats as loss; use --transport rud or --switch-lb flowlet\n");
    const Ran key = run("permutation --ranks 16 --switch-lb round-robin:reshufle=5");
    EXPECT_EQ(key.status, 2);
    EXPECT_NE(key.err.find("the nearest is 'reshuffle'"), std::string::npos) << key.err;
}

}  // namespace hpnsim::test
