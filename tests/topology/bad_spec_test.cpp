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
    EXPECT_EQ(names, (std::set<std::string>{"dcn+", "dumbbell", "fat-tree", "file", "hpn", "hpn-single-plane",
                                            "hpn-single-tor", "leaf-spine", "star"}));
}
