// SPDX-License-Identifier: GPL-2.0-only
// Tests which fabrics SimAI's topology files are, and the sentences about bad ones.
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace hpnsim;

namespace
{

FabricPlan parse(const std::string& text)
{
    std::istringstream in(text);
    return read_simai_topology(in, "t", PlanOptions());
}

/// Two servers of two GPUs (0 to 3), NVSwitches 4 and 5, a ToR 6.
const std::string kHead = "7 2 2 1 8 H100\n4 5 6\n";
const std::string kNvlinks = "0 4 2880Gbps 0.000025ms 0\n1 4 2880Gbps 0.000025ms 0\n2 5 2880Gbps 25ns "
                             "0\n5 3 2880Gbps 0.000025ms 0\n";
const std::string kLinks =
    "0 6 200Gbps 0.0005ms 0\n1 6 200Gbps 0.0005ms 0\n2 6 200Gbps 0.0005ms 0\n3 6 200Gbps "
    "0.0005ms 0.25\n";

}  // namespace

TEST(SimaiFile, NvswitchesBecomeHosts)
{
    const FabricPlan plan = parse(kHead + kNvlinks + kLinks);
    EXPECT_EQ(plan.endpoints, 4U);
    EXPECT_EQ(plan.nics_per_host, 2U);
    EXPECT_EQ(plan.ports_per_nic, 1);
    EXPECT_EQ(plan.nvlink.rate, gbps(2880));
    EXPECT_EQ(plan.nvlink.latency, nanoseconds(25));
    EXPECT_EQ(plan.switches.size(), 1U);
    EXPECT_EQ(plan.switches[0].ports, 4);
    EXPECT_EQ(plan.switches[0].tier, Tier::tor);
    ASSERT_EQ(plan.links.size(), 4U);
    EXPECT_EQ(plan.links[3].rate, gbps(200));
    EXPECT_EQ(plan.links[3].delay, nanoseconds(500));
    EXPECT_EQ(plan.links[3].loss, 0.25);
    EXPECT_EQ(plan.node_name(3), "h1 g1");
    EXPECT_EQ(plan.node_name(4), "tor 0");
    EXPECT_EQ(plan.id_of(4), 6U);
    EXPECT_EQ(plan.node_of(5), kNoNode);  // an NVSwitch
    EXPECT_TRUE(plan.warnings.empty());
}

TEST(SimaiFile, SeveralNvswitchesOfAServerAreOne)
{
    const FabricPlan plan =
        parse("7 2 4 1 10 A100\n2 3 4 5 6\n0 2 100Gbps 25ns 0\n0 3 200Gbps 25ns 0\n"
              "1 2 100Gbps 25ns 0\n1 3 50Gbps 25ns 0\n1 4 50Gbps 25ns 0\n1 5 100Gbps 25ns 0\n"
              "0 6 1Gbps 1us 0\n0 6 1Gbps 1us 0\n0 6 1Gbps 1us 0\n1 6 1Gbps 1us 0\n");
    EXPECT_EQ(plan.nvlink.rate, gbps(300));
    EXPECT_EQ(plan.nics_per_host, 2U);
    EXPECT_EQ(plan.ports_per_nic, 3);
}

TEST(SimaiFile, WithoutNvswitchesEachGpuIsAHost)
{
    const FabricPlan plan = parse("3 2 0 1 2 A100\n2\n0 2 100Gbps 1us 0\n1 2 100Gbps 1us 0\n");
    EXPECT_EQ(plan.nvlink.rate, Rate{});
    EXPECT_EQ(plan.nics_per_host, 1U);
}

TEST(SimaiFile, WhatFollowsIsLeftOut)
{
    const FabricPlan plan = parse(kHead + kNvlinks + kLinks + "0 6 1Gbps 1us 0\n");
    ASSERT_EQ(plan.warnings.size(), 1U);
    EXPECT_NE(plan.warnings[0].find("link 8, the last that the first line announces"), std::string::npos);
}

namespace
{

struct BadFile {
    const char* text;
    const char* sentence;
};

const BadFile kBadHeads[] = {
    {"", "t:1: the file ends where the number of nodes is expected"},
    {"7 2 2 1 8\n", "t:1: the file ends where the type of the GPUs is expected"},
    {"7 0 2 1 8 H100\n", "t:1: the number of GPUs per server is 0, outside 1..1048576"},
    {"2000000 8 2 1 8 H100\n", "t:1: the number of nodes is 2000000, outside 3..1048576"},
    {"1000000 8 2 2 9000000 H100\n", "t:1: 999996 GPUs do not fill servers of 8; expected a multiple"},
    {"1000004 8 2 2 9000000 H100\n", "t:1: the number of links is 9000000, outside 1..8388608"},
    {"7 2 3 3 8 H100\n", "t:1: 3 NVSwitches and 3 switches leave fewer than two GPUs of 7 nodes"},
    {"7 3 2 1 8 H100\n", "t:1: 4 GPUs do not fill servers of 3; expected a multiple"},
    {"7 2 2 0 8 H100\n", "t:1: the number of switches is 0, outside 1..1048576"},
    {"7 2 2 1 8 H100\n4 4 6\n", "t:2: switch 4 is listed twice"},
    {"7 2 2 1 8 H100\n4 5 7\n", "t:2: the id of a switch is 7, outside 0..6"},
    {"7 2 2 1 8 H100\n4\n", "t:2: the file ends where the id of an NVSwitch is expected"},
    {"7 2 2 1 8 H100\n4 5\n", "t:2: the file ends where the id of a switch is expected"},
};

const BadFile kBadLinks[] = {
    {"0 4 100Gbps 25ns\n1 4 1Gbps 1us 0\n",
     "t:4: the error rate is '1', which is not a number from 0 to below 1"},
    {"0 1 100Gbps 25ns 0\n", "t:3: hosts 0 and 1 are linked to each other; one end must be a switch"},
    {"4 6 100Gbps 25ns 0\n", "t:3: NVSwitch 4 is linked to the switch 6; expected a GPU"},
    {"4 5 100Gbps 25ns 0\n", "t:3: NVSwitch 4 is linked to the switch 5; expected a GPU"},
    {"0 4 100Gbps 25ns 0\n2 4 100Gbps 25ns 0\n",
     "t:4: NVSwitch 4 has GPUs of servers 0 and 1; expected those of one"},
    {"0 4 100Gbps 25ns 0\n1 4 100Gbps 26ns 0\n",
     "t:4: NVSwitch 4 has a link of another delay than those before; expected the same for all"},
    {"0 4 100Gbps 25ns 0.5\n", "t:3: NVSwitch 4 has a link with an error rate; expected 0"},
    {"0 4 60Tbps 25ns 0\n0 4 60Tbps 25ns 0\n", "t:4: GPU 0 has more than 100Tbps of NVLink"},
    {"0 4 100Gbps 25ns 0\n1 4 100Gbps 25ns 0\n2 5 100Gbps 25ns 0\n3 5 0.5Gbps 25ns 0\n0 6 1Gbps 0 0\n"
     "1 6 1Gbps 0 0\n2 6 1Gbps 0 0\n3 6 1Gbps 0 0\n",
     "t:10: GPU 3 has 0.5Gbps of NVLink, and GPU 0 has 100Gbps; expected the same for all"},
    {"0 4 1Gbps 1us 0\n1 4 1Gbps 1us 0\n2 5 1Gbps 1us 0\n3 5 1Gbps 1us 0\n0 6 1Gbps 0 0\n0 6 1Gbps 0 0\n"
     "2 6 1Gbps 0 0\n3 6 1Gbps 0 0\n",
     "t:10: host 1 has no link"},
};

}  // namespace

TEST(SimaiFile, BadOnesAreRefusedWithFileAndLine)
{
    for (const BadFile& bad : kBadHeads)
        EXPECT_EQ(error_of([&] { parse(bad.text); }), bad.sentence) << bad.text;
    for (const BadFile& bad : kBadLinks)
        EXPECT_EQ(error_of([&] { parse(kHead + bad.text); }), bad.sentence) << bad.text;
}

TEST(SimaiExport, IsReadBack)
{
    const FabricPlan plan = make_fabric("hpn:segments=2,hosts=3,gpus=4,aggs=2,gpu=h800,switch-ns=100", 0);
    std::ostringstream out;
    write_simai_topology(out, plan);
    EXPECT_EQ(out.str().rfind("50 4 6 20 104 H800\n24 25 26 ", 0), 0U) << out.str().substr(0, 60);
    const FabricPlan read = parse(out.str());
    EXPECT_EQ(read.endpoints, 24U);
    EXPECT_EQ(read.nics_per_host, 4U);
    EXPECT_EQ(read.nvlink.rate, gbps(1600));
    EXPECT_EQ(read.nvlink.latency, nanoseconds(25));
    ASSERT_EQ(read.links.size(), plan.links.size());
    for (size_t i = 0; i < plan.links.size(); ++i) {
        const LinkPlan &a = plan.links[i], &b = read.links[i];
        EXPECT_EQ(std::make_pair(a.a, a.b), std::make_pair(b.a, b.b)) << i;
        EXPECT_EQ(a.a_port, b.a_port) << i;
        EXPECT_EQ(a.rate, b.rate) << i;
        const Time latency = nanoseconds(a.a < plan.endpoints ? 50 : 100);  // half of each switch
        EXPECT_EQ(b.delay, a.delay + latency) << i;
    }
}

TEST(SimaiExport, WithoutNvlink)
{
    std::ostringstream out;
    write_simai_topology(out, make_fabric("star:hosts=2,switch-ns=0,link-ns=500", 0));
    EXPECT_EQ(out.str(), "3 1 0 1 2 NONE\n2\n0 2 400Gbps 500ns 0.000000\n1 2 400Gbps 500ns 0.000000\n");
    EXPECT_EQ(parse(out.str()).endpoints, 2U);
}
