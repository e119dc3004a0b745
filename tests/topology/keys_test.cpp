// SPDX-License-Identifier: GPL-2.0-only
// Tests keys of topologies: what is found automatically is reported, what the user gave is told apart, and
// sentences begin with what the caller says.
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <unistd.h>

using namespace hpnsim;

namespace
{

std::string value(const FabricPlan& plan, const std::string& key)
{
    for (const auto& [name, text] : plan.params)
        if (name == key) return text;
    return "no such key";
}

/// The topology with every reported value as a key. Words say what an automatic value follows from.
std::string spelt_out(const std::string& name, const FabricPlan& plan)
{
    std::string text = name;
    for (const auto& [key, shown] : plan.params) {
        const std::string number = shown.substr(0, shown.find(' '));
        const bool words = shown.find(' ') != shown.rfind(' ');
        text += (text == name ? ":" : ",") + key + "=" + (words ? "auto" : number);
    }
    return text;
}

}  // namespace

TEST(TopologyKeys, WhatIsReportedBuildsTheSameFabric)
{
    for (const TopologyInfo& info : all_topologies()) {
        const std::string name = info.name;
        if (name == "file") continue;
        const FabricPlan plan = make_fabric(name, 7), again = make_fabric(spelt_out(name, plan), 3);
        EXPECT_EQ(again.params, plan.params);
        EXPECT_EQ(again.endpoints, plan.endpoints) << name;
        EXPECT_EQ(again.buffer_given, plan.buffer_given) << name;
        EXPECT_EQ(again.nvlink.rate, plan.nvlink.rate) << name;
        ASSERT_EQ(again.links.size(), plan.links.size()) << name;
        for (size_t i = 0; i < plan.links.size(); ++i) {
            EXPECT_EQ(again.links[i].rate, plan.links[i].rate);
            EXPECT_EQ(again.links[i].delay, plan.links[i].delay);
        }
        for (size_t i = 0; i < plan.switches.size(); ++i) {
            EXPECT_EQ(again.switches[i].buffer, plan.switches[i].buffer);
            EXPECT_EQ(again.switches[i].latency, plan.switches[i].latency);
        }
    }
}

TEST(TopologyKeys, GivenIsWhatTheUserGave)
{
    const FabricPlan plan = make_fabric("hpn:hosts=4,buffer-mb=32", 0);
    EXPECT_TRUE(plan.given("hosts"));
    EXPECT_TRUE(plan.given("buffer-mb"));
    EXPECT_FALSE(plan.given("aggs"));
    EXPECT_EQ(value(plan, "aggs"), "2");
    EXPECT_EQ(value(plan, "buffer-mb"), "32 MiB");
    const std::string file = "file:path=" HPNSIM_TEST_DATA "/hpcc/star-2.topology.txt";
    EXPECT_FALSE(make_fabric(file, 0).buffer_given);
    EXPECT_TRUE(make_fabric(file + ",buffer-mb=9", 0).buffer_given);
}

TEST(TopologyKeys, AutoLeavesItToTheTopology)
{
    const FabricPlan star = make_fabric("star:hosts=auto,buffer-mb=auto", 5);
    EXPECT_EQ(star.endpoints, 5U);
    EXPECT_FALSE(star.buffer_given);
    EXPECT_TRUE(star.given("buffer-mb"));
    EXPECT_EQ(value(make_fabric("hpn:hosts=16,aggs=auto", 0), "aggs"), "8");
    EXPECT_EQ(error_of([] { make_fabric("star:gbps=auto", 0); }),
              "topology: 'star' key 'gbps': 'auto' is not a number");
}

TEST(TopologyKeys, SentencesBeginWithWhatTheCallerSays)
{
    PlanOptions options;
    options.what = "--net";
    EXPECT_EQ(error_of([&] { make_fabric("dumbbell:left=0", options); }),
              "--net: 'dumbbell' key 'left': 0 is outside 1..4096");
    EXPECT_EQ(error_of([&] { make_fabric("dumbbell:left=1.5", options); }),
              "--net: 'dumbbell' key 'left': 1.5 is not a whole number");
    EXPECT_EQ(error_of([&] { make_fabric("dumbbell:lift=1", options); }),
              "--net: 'dumbbell' has no key 'lift'; the nearest is 'left'");
    EXPECT_EQ(error_of([&] { make_fabric("hpn:gpu=h880", options); }),
              "--net: 'hpn' key 'gpu': 'h880' is none of h100|h800|b200; the nearest is 'h800'");
    EXPECT_EQ(error_of([&] { make_fabric("file:path=/proc", options); }),
              "--net: '/proc' is a folder, and a file is needed");
    EXPECT_EQ(error_of([&] { make_fabric("", options); }), "--net: the name is missing in ''");
}

// A place in a file needs no option before it.
TEST(TopologyKeys, LinesOfAFileStandAlone)
{
    PlanOptions options;
    options.what = "--net";
    const std::string path = testing::TempDir() + "hpnsim-lines-" + std::to_string(getpid()) + ".txt";
    for (const char* text : {"3 1 2\n7\n", "Nodes x\n", "3 1 2\n2\n0 2 100Gbps 1us 0\n1 2\n"}) {
        std::ofstream(path) << text;
        const std::string error = error_of([&] { make_fabric("file:path=" + path, options); });
        EXPECT_EQ(error.rfind(path + ":", 0), 0U) << error;
    }
    std::remove(path.c_str());
}
