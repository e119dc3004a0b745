// SPDX-License-Identifier: GPL-2.0-only
// Tests that each bad --topology option is refused with one sentence, which names the nearest valid choice or
// the range.
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace hpnsim;

namespace
{

struct BadSpec {
    const char* text;
    const char* why;
};

const BadSpec kBad[] = {
    {"hnp", "nearest is 'hpn'"},
    {"leafspine", "nearest is 'leaf-spine'"},
    {"", "the name is missing"},
    {"hpn:host=4", "nearest is 'hosts'"},
    {"hpn:hosts=0", "0 is outside 1..1024"},
    {"hpn:hosts=2.5", "not a whole number"},
    {"hpn:hosts=many", "'many' is not a number"},
    {"hpn:hosts=-4", "outside"},
    {"hpn:hosts=4,hosts=5", "given twice"},
    {"hpn:hosts", "not key=value"},
    {"hpn:gpu=h880", "nearest is 'h800'"},
    {"hpn:nic-gbps=0", "outside 0.001..10000 Gb/s"},
    {"hpn:link-ns=nan", "not a number"},
    {"hpn:segments=1,hosts=1,gpus=1", "at least two GPUs"},
    {"hpn:segments=1024,hosts=1024,gpus=16", "16777216 endpoints are more than"},
    {"hpn:pods=2,agg-uplinks=0", "agg-uplinks: several pods need at least one"},
    {"hpn:agg-uplinks=2", "one pod has no core, and agg-uplinks or cores is given; raise pods"},
    {"hpn:pods=2,hosts=4,cores=5", "cores: 5 is outside 1..4, the links that the Aggs of a pod have"},
    {"hpn:pods=129", "outside 1..128"},
    {"hpn:pod=2", "nearest is 'pods'"},
    {"hpn:gpus=73", "outside 1..72"},
    {"hpn:ports=9", "outside 1..8"},
    {"hpn:pods=128,segments=1024,hosts=1024,gpus=72", "9663676416 endpoints are more than"},
    {"hpn8:pods=2,cores=1,aggs=1024,agg-uplinks=1024,hosts=1,gpus=1", "a core has 2097152 ports"},
    {"dcn+:variant=ful", "is none of 8to1|full; the nearest is 'full'"},
    {"dcn+:uplinks=1024,segments=64,hosts=1", "an Agg has 131072 ports, and a switch has at most 65535"},
    {"rail-only:segments=2,aggs=0", "aggs: 0 leave 2 segments unjoined; raise it, or use segments=1"},
    {"rail-optimized", "nearest is 'rail-optimised'"},
    {"hpn7", "nearest is 'hpn"},
    {"dragonfly:a=2,h=1,groups=4", "4 are more than the 3 that 2 routers with 1 links each can join"},
    {"dragonfly:p=1024,a=1024,h=64", "endpoints are more than"},
    {"dragonfly:a=1024,h=1024", "endpoints are more than"},
    {"star:hosts=1", "outside 2..4096"},
    {"star:hosts=4097", "outside 2..4096"},
    {"star:bottleneck-gbps=3", "has no key"},
    {"leaf-spine:leaves=1,hosts=1", "at least two hosts"},
    {"hpn-single-tor:ports=2", "outside 1..1"},
    {"hpn-single-plane:segments=1024,gpus=16,ports=8,hosts=1,aggs=1", "131072 ToRs are more than the 65535"},
    {"fat-tree:k=5", "k: 5 is odd, and half of a switch's ports lead up; use 4 or 6"},
    {"fat-tre:k=4", "nearest is 'fat-tree'"},
    {"file", "needs a path"},
    {"file:path=/nowhere/at/all", "there is no file '/nowhere/at/all'"},
    {"file:path=/tmp", "'/tmp' is a folder, and a file is needed"},
    {"file:path=x,format=hpc", "nearest is 'hpcc'"},
    {"file:path=x,next-hops=up", "is none of ascending|descending"},
};

}  // namespace

TEST(BadSpec, IsOneHelpfulSentence)
{
    PlanOptions options;
    options.what = "--topology";
    for (const BadSpec& bad : kBad) {
        const std::string error = error_of([&] { make_fabric(bad.text, options); });
        EXPECT_EQ(error.rfind("--topology: ", 0), 0U) << bad.text << ": " << error;
        EXPECT_NE(error.find(bad.why), std::string::npos) << bad.text << ": " << error;
        EXPECT_EQ(error.find('\n'), std::string::npos);
    }
}

TEST(Declared, EveryKeyIsInHelpWithDocRangeAndSource)
{
    const std::string help = topology_help();
    std::set<std::string> names;
    for (const TopologyInfo& info : all_topologies()) {
        EXPECT_TRUE(names.insert(info.name).second);
        for (const Setting& key : info.settings()) {
            EXPECT_NE(help.find(key.doc), std::string::npos) << key.name;
            EXPECT_NE(help.find(key.name + "="), std::string::npos) << key.name;
            EXPECT_NE(key.doc, "");
            if (key.name == "path") continue;
            EXPECT_NE(help.find("[" + key.values + "]"), std::string::npos) << key.name;
        }
    }
    EXPECT_EQ(names, (std::set<std::string>{"dcn+", "dragonfly", "dumbbell", "fat-tree", "file", "hpn",
                                            "hpn-single-plane", "hpn-single-tor", "hpn6", "hpn8",
                                            "leaf-spine", "rail-only", "rail-optimised", "star"}));
}
