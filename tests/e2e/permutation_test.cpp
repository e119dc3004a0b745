// SPDX-License-Identifier: GPL-2.0-only
// Tests permutation as a user sees it, and what --path, --sport and --qp-select change in it.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// On a 1:1 leaf-spine with 4 spines, hashed flows share uplinks unevenly; sprayed ones share them evenly.
TEST(PermutationScenario, ListeningPathsBeatDeafOnesAndHashing)
{
    const Folder folder;
    const Ran ran =
        run("permutation --topology leaf-spine:leaves=8,hosts=4,spines=4 --ranks 32 --size 1M --quiet "
            "--no-plots --cc nscc --path ecmp --path spray --path bitmap --path reps --path mixed --out " +
            (folder.path() / "o").string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto efficiency = [&](const std::string& path) {
        const auto json = summary(folder.path() / "o", "nscc+" + path);
        EXPECT_EQ(json["completed"], 32) << path;
        EXPECT_GE(json["slowdown"]["min"], 1.0) << path;
        return json["efficiency"].get<double>();
    };
    // With random hashing four flows over four uplinks meet in 1 - 4!/4^4 = 91 % of the leaves: the last one
    // takes twice the time or more.
    EXPECT_LT(efficiency("ecmp"), 0.55);
    for (const char* path : {"spray", "bitmap", "reps", "mixed"}) EXPECT_GT(efficiency(path), 0.7) << path;
    EXPECT_GT(efficiency("reps"), efficiency("spray"));
}

/// A figure that is measured of a whole run is the mean of the seeds, not the first one's.
TEST(PermutationScenario, MeansOverSeeds)
{
    const Folder folder;
    const Ran ran =
        run("permutation --topology leaf-spine:leaves=4,hosts=4,spines=4 --ranks 16 --size 256K --quiet "
            "--no-plots --cc dctcp --seeds 3 --out " +
            (folder.path() / "o").string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(folder.path() / "o", "dctcp");
    for (const char* key : {"efficiency", "last_fct_us"}) {
        double sum = 0;
        for (const auto& seed : json["seeds"]) sum += seed[key].get<double>();
        EXPECT_NEAR(json[key].get<double>(), sum / 3, 1e-9 * sum) << key;
        EXPECT_NE(json["seeds"][0][key], json["seeds"][1][key]) << key;
    }
}

TEST(PermutationScenario, MovesItsBytes)
{
    const Folder folder;
    const Ran ran =
        run("permutation --topology hpn:segments=1,hosts=2 --ranks 16 --size 256K --verify --quiet "
            "--no-plots --cc nscc --path mixed --out " +
            (folder.path() / "o").string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(summary(folder.path() / "o", "nscc")["verified"], true);
}

TEST(PermutationScenario, RefusesOneHost)
{
    const Ran ran = run("permutation --topology hpn:segments=1,hosts=2 --ranks 8 --quiet");
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(
        ran.err,
        "permutation: --ranks: 8 ranks fill hosts of 8, and each sends to another host; use 16 or more\n");
}

TEST(SourcePorts, EveryChoiceRunsAndIsRecorded)
{
    const Folder folder;
    std::set<std::string> flows;
    for (const std::string how : {"ports", "hash", "disjoint"}) {
        const std::string out = (folder.path() / how).string();
        const Ran ran =
            run("permutation --topology hpn:segments=2,hosts=2,aggs=8 --ranks 32 --size 256K --quiet "
                "--no-plots --cc dcqcn --qps 4 --sport " +
                how + " --out " + out);
        ASSERT_EQ(ran.status, 0) << ran.err;
        const auto json = summary(out, "dcqcn");
        EXPECT_EQ(json["params"].value("sport", "ports"), how);
        flows.insert(read(fs::path(out) / "runs/dcqcn/flows.csv").substr(200));
    }
    EXPECT_EQ(flows.size(), 3U) << "three different outcomes";
}

/// What was overtaken on one path counts as lost (reorder-rtts=0.5), sprayed packets do not: docs/rocev2.md.
TEST(LostPackets, AreInferredFromOrderWhereThePathKeepsIt)
{
    const Folder folder;
    const auto fct = [&](const std::string& path, const std::string& transport) {
        const fs::path out = folder.path() / (path + transport);
        const Ran ran = run("incast --topology star --senders 1 --size 8M --cc fixed --fabric lossy --loss "
                            "1e-3 --quiet --no-plots --transport " +
                            transport + " --path " + path + " --out " + out.string());
        EXPECT_EQ(ran.status, 0) << ran.err;
        return summary(out, "fixed")["fct_us"]["max"].get<double>();
    };
    const std::string known = "rud:reorder-rtts=0.5", never = "rud:reorder-rtts=1000";
    EXPECT_EQ(fct("ecmp", "rud"), fct("ecmp", known));
    EXPECT_EQ(fct("spray", "rud"), fct("spray", never));
    EXPECT_LT(fct("ecmp", "rud"), fct("ecmp", never));
}

}  // namespace
}  // namespace hpnsim::test
