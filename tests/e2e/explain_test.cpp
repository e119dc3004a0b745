// SPDX-License-Identifier: GPL-2.0-only
// The tool `explain` on real runs: an incast, a permutation whose flows collide, and one with PFC pauses.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

std::string explained(const std::string& command, const std::string& more = "")
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    EXPECT_EQ(run(command + " --quiet --no-plots --out " + out).status, 0) << command;
    const Ran ran = run("explain " + out + more);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return ran.out;
}

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST(ExplainTool, AnIncastIsBoundByItsReceiver)
{
    const std::string text =
        explained("incast --topology hpn:segments=1,hosts=17,gpus=1 --senders 16 --size 256K --cc dcqcn");
    EXPECT_TRUE(holds(text, "dcqcn:\n  The links to h0 (2 ports) were busy 9")) << text;
    EXPECT_TRUE(holds(text, "the run is bound by this receiver")) << text;
    EXPECT_FALSE(holds(text, "uplinks")) << text;
}

TEST(ExplainTool, APermutationCollidesOnUplinks)
{
    const std::string text = explained("permutation --topology leaf-spine --ranks 128 --size 1M --cc dcqcn");
    EXPECT_TRUE(holds(text, "The uplinks of the tor switches were used unevenly: the busiest, tor ")) << text;
    EXPECT_TRUE(holds(text, " times the mean of all 1")) << "8 switches have 128 uplinks: " << text;
    EXPECT_FALSE(holds(text, "bound by this receiver")) << text;
}

TEST(ExplainTool, PausesSpreadToNics)
{
    const std::string text =
        explained("incast --topology leaf-spine:hosts=8 --fabric lossless:alpha=0.0078125 "
                  "--senders 24 --size 1M --cc fixed --placement index");
    EXPECT_TRUE(holds(text, "PFC sent ")) << text;
    EXPECT_TRUE(holds(text, "The pauses reached ")) << text;
    EXPECT_TRUE(holds(text, "bound by this receiver")) << text;
}

TEST(ExplainTool, OneFlowHasNothingThatStandsOut)
{
    const std::string text =
        explained("flows --topology star:hosts=4 --cdf FB_Hadoop --load 0.01 --duration-us 400 "
                  "--cc dcqcn");
    EXPECT_TRUE(holds(text, "Nothing stands out: ")) << text;
}

TEST(ExplainTool, RulesAreListedAndWrongNamesAnswered)
{
    const Ran rules = run("explain --rules");
    EXPECT_TRUE(holds(rules.out, "uplinks: from 1.50, busiest uplink of a tier over the mean of its uplinks "
                                 "(assumption)"))
        << rules.out;
    EXPECT_EQ(run("explain nowhere").status, 2);
    EXPECT_EQ(run("explain").status, 2);
    EXPECT_TRUE(holds(run("explain --run x").err, "the nearest is '--runs'"));
}

}  // namespace
}  // namespace hpnsim::test
