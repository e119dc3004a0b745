// SPDX-License-Identifier: GPL-2.0-only
// Tests --switch-lb rotation as a user sees it: how near a permutation comes to its lower bound, how queues
// grow with the length of messages, and what it is refused with.
#include "command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace hpnsim::test
{
namespace
{

/// A permutation of `packets` packets each in a fat tree of 16 hosts, 800G and 0.5 us a link, with an ACK for
/// each packet and no congestion control.
nlohmann::json permutation(int packets, const std::string& lb)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran =
        run("permutation --topology fat-tree:k=4,gbps=800,uplink-gbps=800,switch-ns=0 --ranks 16 "
            "--cc fixed:window=0 --transport rud:sack-bytes=1 --path ecmp --fabric lossy --seeds 3 "
            "--quiet --no-plots --switch-lb " +
            lb + " --size " + std::to_string(4096 * packets) + " --out " + out);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return summary(out, "fixed_window=0");
}

}  // namespace

/// Random choices add up like a walk, so that 16 times the packets make 4 times the excess; turns do not.
TEST(RotationScenario, QueuesDoNotGrowWithTheMessage)
{
    const auto deepest = [](int packets, const char* lb) {
        return permutation(packets, lb)["max_queue_bytes"].get<double>();
    };
    const double short_turns = deepest(64, "rotation"), long_turns = deepest(1024, "rotation");
    const double short_random = deepest(64, "adaptive:levels=1"),
                 long_random = deepest(1024, "adaptive:levels=1");
    EXPECT_LE(long_turns, short_turns + 4'222);
    EXPECT_LE(long_turns, 4 * 4'222);
    EXPECT_GT(long_random, 2 * short_random);
    EXPECT_GT(long_random, 4 * long_turns);
}

TEST(RotationScenario, HasNoKeysAndNeedsATransportThatTakesAnyOrder)
{
    const Ran keys = run("permutation --ranks 16 --switch-lb rotation:levels=3");
    EXPECT_EQ(keys.status, 2);
    EXPECT_EQ(keys.err, "permutation: --switch-lb: rotation has no keys, and 'levels' is given\n");
    const Ran gbn =
        run("permutation --topology leaf-spine --ranks 16 --cc dcqcn --switch-lb rotation --quiet");
    EXPECT_EQ(gbn.status, 2);
    EXPECT_EQ(gbn.err,
              "permutation: dcqcn with --switch-lb rotation cannot run: it reorders packets, which the "
              "transport gbn treats as loss; use --transport rud or --switch-lb flowlet\n");
}

}  // namespace hpnsim::test
