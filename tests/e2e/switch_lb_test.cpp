// SPDX-License-Identifier: GPL-2.0-only
// Tests --switch-lb as a user sees it: what it gains over hashing, what it is refused with, that it repeats
// itself.
#include "command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kPermutation =
    "permutation --topology leaf-spine:leaves=8,hosts=4,spines=4 --ranks 32 --size 1M --quiet --no-plots "
    "--cc nscc --path ecmp ";

nlohmann::json run_with(const std::string& options, const fs::path& out)
{
    const Ran ran = run(kPermutation + options + " --out " + out.string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    return summary(out, "nscc");
}

/// With one QP a flow, hashes meet on an uplink, and adaptive switches use them all.
TEST(SwitchLbScenario, AdaptiveUsesWhatHashingLeavesIdle)
{
    const Folder folder;
    const auto ecmp = run_with("", folder.path() / "ecmp");
    const auto adaptive = run_with("--switch-lb adaptive:levels=4,step-kb=32", folder.path() / "adaptive");
    EXPECT_LT(ecmp["efficiency"], 0.55);
    EXPECT_GT(adaptive["efficiency"], 0.8);
    EXPECT_GE(adaptive["slowdown"]["min"], 1.0);
    EXPECT_TRUE(ecmp["params"].contains("switch-lb:ecmp"));
    EXPECT_EQ(adaptive["params"]["switch-lb:adaptive"]["levels"], "4");
}

/// Overtaken is not lost where switches reorder: what is sent again was trimmed. Both trim with one of these
/// seeds.
TEST(SwitchLbScenario, NothingIsRepeatedForBeingOvertaken)
{
    const Folder folder;
    for (const char* lb : {"flowlet:gap-us=1", "adaptive:levels=8,step-kb=4"}) {
        const auto json = run_with(std::string("--seed 4 --seeds 3 --switch-lb ") + lb, folder.path() / "o");
        EXPECT_GT(json["trims"], 0) << lb;
        EXPECT_EQ(json["retransmitted_bytes"].get<uint64_t>(), 4096 * json["trims"].get<uint64_t>()) << lb;
    }
}

TEST(SwitchLbScenario, RepeatsItself)
{
    const Folder folder;
    for (const std::string lb : {"adaptive", "flowlet:gap-us=1"}) {
        std::string first;
        for (const char* name : {"a", "b"}) {
            run_with("--switch-lb " + lb, folder.path() / name);
            const std::string all = read(folder.path() / name / "runs/nscc/flows.csv");
            const std::string flows = all.substr(all.find("\nid,"));
            if (first.empty()) first = flows;
            EXPECT_EQ(flows, first) << lb;
        }
    }
}

TEST(SwitchLbScenario, GoBackNRunsOverFlowletsOnly)
{
    const Ran refused =
        run("permutation --topology leaf-spine --ranks 16 --cc dcqcn --switch-lb adaptive --quiet");
    EXPECT_EQ(refused.status, 2);
    EXPECT_EQ(refused.err, "permutation: dcqcn with --switch-lb adaptive cannot run: it reorders packets, "
                           "which the transport gbn "
                           "treats as loss; use --transport rud or --switch-lb flowlet\n");
    const Folder folder;
    const Ran flowlet =
        run("permutation --topology leaf-spine --ranks 16 --cc dcqcn --switch-lb flowlet --quiet "
            "--no-plots --size 64K --out " +
            (folder.path() / "o").string());
    EXPECT_EQ(flowlet.status, 0) << flowlet.err;
}

/// Flows are drawn from a distribution, and every byte of them is checked; the built-in name works from any
/// folder.
TEST(CdfScenario, MovesItsBytesAndSaysWhatItDrew)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran =
        run("flows --topology star --cdf AliStorage --load 0.4 --duration-us 100 --cc hpcc --verify "
            "--quiet --no-plots --seeds 2 --out " +
            out);
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(out, "hpcc");
    EXPECT_EQ(json["verified"], true);
    EXPECT_NEAR(json["cdf_mean_bytes"], 40869.8, 1e-6);
    // 780 flows; their sum has a standard deviation of 0.07 of the 80 MB that 16 hosts can send.
    EXPECT_NEAR(json["offered_load"].get<double>(), 0.4, 0.2);
    EXPECT_GT(json["flows"], 500);
    EXPECT_EQ(json["completed"], json["flows"]);
    EXPECT_NE(json["seeds"][0]["mean_flow_bytes"], json["seeds"][1]["mean_flow_bytes"]);
}

/// What --stop-us cuts off is named, whether it had begun or not.
TEST(CdfScenario, NamesWhatItDidNotFinish)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran =
        run("flows --topology star --cdf WebSearch --duration-us 500 --stop-us 250 --cc hpcc --quiet "
            "--no-plots --out " +
            out);
    EXPECT_EQ(ran.status, 3);
    const auto json = summary(out, "hpcc");
    EXPECT_GT(json["unfinished"], 5);
    EXPECT_EQ(json["flows"].get<int>(), json["completed"].get<int>() + json["unfinished"].get<int>());
}

}  // namespace
}  // namespace hpnsim::test
