// SPDX-License-Identifier: GPL-2.0-only
// Tests that ECN comes before PFC, as a user sees it: two senders, one receiver, nothing chosen.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

/// At every rate senders hear of their queue and nobody is paused, so that presets differ.
TEST(MarkFirst, TwoSendersAreMarkedAndNotPaused)
{
    for (const char* topology :
         {"star:gbps=10", "star:gbps=25", "star:gbps=100", "star:gbps=200", "star", "star:gbps=800",
          "dumbbell", "dumbbell:gbps=100,bottleneck-gbps=100", "dumbbell:gbps=400,bottleneck-gbps=100"}) {
        const Folder folder;
        const auto out = folder.path() / "o";
        const Ran ran = run(std::string("incast --topology ") + topology +
                            " --senders 2 --size 8M --placement index --cc dcqcn --cc dcqcn:preset=vendor "
                            "--quiet --no-plots --out " +
                            out.string());
        ASSERT_EQ(ran.status, 0) << topology << ran.err;
        EXPECT_EQ(ran.err, "") << topology;
        const auto paper = summary(out, "dcqcn"), vendor = summary(out, "dcqcn_preset=vendor");
        for (const auto& json : {paper, vendor}) {
            EXPECT_GT(json["ecn_marks"], 0) << topology;
            EXPECT_GT(json["cnps"], 0) << topology;
            EXPECT_EQ(json["pfc_pauses"], 0) << topology;
        }
        EXPECT_NE(paper["cnps"], vendor["cnps"]) << topology;
        EXPECT_EQ(vendor["params"]["receiver:cnp"]["interval-us"], "4 us");
        EXPECT_EQ(vendor["params"]["transport:gbn"]["cnp-interval-us"], "4 us");
    }
}

/// A port of 100G sends into one of 25G by four QPs: one ingress alone fills the queue. With ConnectX's
/// interval of 4 us the CC keeps the queue below what PFC allows; with 50 us, which the user may ask for in
/// two places, it does not.
TEST(MarkFirst, VendorPresetBringsItsOwnInterval)
{
    const auto pauses = [](const std::string& more) {
        const Folder folder;
        const auto out = folder.path() / "o";
        const Ran ran =
            run("incast --topology dumbbell:left=1,right=1,gbps=100,bottleneck-gbps=25 --qps 4 "
                "--senders 1 --size 32M --placement index --cc dcqcn:preset=vendor --quiet --no-plots " +
                more + " --out " + out.string());
        EXPECT_EQ(ran.status, 0) << ran.err;
        return summary(out, "dcqcn_preset=vendor")["pfc_pauses"].get<int>();
    };
    EXPECT_EQ(pauses(""), 0);
    EXPECT_GT(pauses("--receiver cnp:interval-us=50"), 100);
    EXPECT_GT(pauses("--transport gbn:cnp-interval-us=50"), 100);
}

TEST(MarkFirst, WhatTheUserTurnsRoundIsSaidOnce)
{
    const Folder folder;
    const auto out = folder.path() / "o";
    const Ran ran = run("incast --topology star --senders 2 --size 1M --cc dcqcn --cc dctcp --fabric "
                        "lossless:buffer-mb=4,kmin-kb=3000,kmax-kb=6000 --quiet --no-plots --out " +
                        out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.err,
              "dcqcn: warning: tor 0 pauses senders from a queue of 749 KB on, before ECN begins at 3000 KB; "
              "lower kmin-kb and kmax-kb, or raise buffer-mb or alpha, so that senders are told first\n");
}

TEST(MarkFirst, NoMarksAtAllCanBeHad)
{
    for (const char* fabric :
         {"lossless:pmax=0", "lossless:pmax-400=0", "lossy:pmax=0", "lossless:ecn-step-kb=30,pmax=0"}) {
        const Folder folder;
        const auto out = folder.path() / "o";
        const Ran ran = run(std::string("incast --topology star --senders 8 --size 8M --cc dcqcn --fabric ") +
                            fabric + " --quiet --no-plots --out " + out.string());
        ASSERT_EQ(ran.status, 0) << ran.err;
        EXPECT_EQ(summary(out, "dcqcn")["ecn_marks"], 0) << fabric;
        EXPECT_EQ(summary(out, "dcqcn")["cnps"], 0) << fabric;
    }
}

TEST(MarkFirst, RatesThatNoLinkHasAreRefused)
{
    const Ran ran = run("incast --topology star --senders 2 --fabric lossless:kmin-kb-100=10");
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.err, "incast: --fabric: kmin-kb-100 has no effect on 'star', whose links have 400 Gb/s\n");
}

}  // namespace
}  // namespace hpnsim::test
