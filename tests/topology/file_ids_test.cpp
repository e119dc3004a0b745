// SPDX-License-Identifier: GPL-2.0-only
// Tests topology files as their users write them: ids in any order, footers, other first lines, units,
// comments.
#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

using namespace hpnsim;

namespace
{

FabricPlan parse(const std::string& text)
{
    std::istringstream in(text);
    return read_hpcc_topology(in, "t", PlanOptions());
}

const char* const kSwitchFirst =
    "4 1 3\n0\n0 1 10Gbps 0.001ms 0\n0 2 100Gbps 0.001ms 0\n0 3 100Gbps 0.001ms 0\n";

}  // namespace

TEST(FileIds, NamesAndNodesHaveTheFilesIds)
{
    const FabricPlan plan = parse(kSwitchFirst);
    EXPECT_TRUE(plan.own_ids());
    EXPECT_EQ(plan.node_of(1), 0U);
    EXPECT_EQ(plan.node_of(3), 2U);
    EXPECT_EQ(plan.node_of(0), 3U);
    EXPECT_EQ(plan.node_of(4), kNoNode);
    EXPECT_EQ(plan.node_of(uint64_t{1} << 40), kNoNode);
    EXPECT_EQ(plan.node_name(0), "h1");
    EXPECT_EQ(plan.switch_name(0), "tor 0");
    EXPECT_EQ(plan.host_ids(), "1 to 3");
    EXPECT_EQ(plan.switch_ids(), "0");
    EXPECT_EQ(FabricIndex(plan).port_name(3, 1), "tor 0 -> h2");
    std::ostringstream out;
    describe(out, plan, 1000, wire_named("hpcc-sim", false));
    EXPECT_NE(out.str().find("pair       h1 to h2:"), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("ids        hosts 1 to 3, switches 0 "), std::string::npos) << out.str();
}

TEST(FileIds, TheExportKeepsThem)
{
    std::ostringstream out;
    write_hpcc_topology(out, parse(kSwitchFirst));
    EXPECT_EQ(out.str(), "4 1 3\n0\n0 1 10Gbps 1000ns 0.000000\n0 2 100Gbps 1000ns 0.000000\n"
                         "0 3 100Gbps 1000ns 0.000000\n");
}

TEST(FileIds, SwitchesBetweenHosts)
{
    const FabricPlan plan =
        parse("7 3 7\n5 2 3\n0 2 1Gbps 1us 0\n1 2 1Gbps 1us 0\n2 5 1Gbps 1us 0\n5 3 1Gbps 1us 0\n"
              "3 4 1Gbps 1us 0\n3 6 1Gbps 1us 0\n2 5 1Gbps 1us 0\n");
    EXPECT_EQ(plan.host_ids(), "0 to 1, 4, 6");
    EXPECT_EQ(plan.switch_ids(), "2 to 3, 5");
    EXPECT_EQ(plan.node_name(3), "h6");
    EXPECT_EQ(plan.switch_name(2), "agg 5");
    for (uint32_t node = 0; node < 7; ++node) EXPECT_EQ(plan.node_of(plan.id_of(node)), node);
}

TEST(FileIds, HostsFirstKeepTheirNames)
{
    const FabricPlan plan = parse("4 2 3\n2 3\n0 2 1Gbps 1us 0\n1 3 1Gbps 1us 0\n2 3 1Gbps 1us 0\n");
    EXPECT_FALSE(plan.own_ids());
    EXPECT_EQ(plan.switch_name(1), "tor 1");
    std::ostringstream out;
    describe(out, plan, 1000, wire_named("hpcc-sim", false));
    EXPECT_EQ(out.str().find("ids "), std::string::npos);
}

TEST(FileIds, ParallelLinksHaveNamesOfTheirOwn)
{
    const FabricPlan plan =
        parse("4 2 4\n2 3\n0 2 1Gbps 1us 0\n1 3 1Gbps 1us 0\n2 3 1Gbps 1us 0\n3 2 1Gbps 1us 0\n");
    const FabricIndex index(plan);
    EXPECT_EQ(index.port_name(2, 0), "tor 0 -> h0");
    EXPECT_EQ(index.port_name(2, 1), "tor 0:1 -> tor 1:1");
    EXPECT_EQ(index.port_name(2, 2), "tor 0:2 -> tor 1:2");
    EXPECT_EQ(index.port_name(3, 2), "tor 1:2 -> tor 0:2");
    for (const char* text : {"hpn:segments=1,hosts=2", "fat-tree:k=4", "hpn-single-tor:segments=1,hosts=2",
                             "dcn+:segments=2,hosts=2", "leaf-spine"}) {
        const FabricPlan built = make_fabric(text, 2);
        const FabricIndex ports(built);
        std::set<std::string> names;
        for (const LinkPlan& link : built.links) {
            EXPECT_TRUE(names.insert(ports.port_name(link.a, link.a_port)).second) << text;
            EXPECT_TRUE(names.insert(ports.port_name(link.b, link.b_port)).second) << text;
        }
    }
}

/// HPCC-sim's and ns3-rdma's own examples end in a legend, and HPCC-sim's in rows beyond its counts.
TEST(FileFooter, IsLeftOutWithAWarning)
{
    const FabricPlan plan =
        parse(std::string(kSwitchFirst) + "0 66 100Gbps 0.001ms 0\n0 67 25Gbps 0.001ms 0\n\n"
                                          "First line: total node #, switch node #, link #\n...\n");
    EXPECT_EQ(plan.links.size(), 3U);
    ASSERT_EQ(plan.warnings.size(), 1U);
    EXPECT_EQ(plan.warnings[0],
              "t:6: 4 lines are left out that follow link 3, the last that the first line announces: "
              "'0 66 100Gbps 0.001ms 0' and so on");
    EXPECT_TRUE(parse(kSwitchFirst).warnings.empty());
    EXPECT_TRUE(parse(std::string(kSwitchFirst) + "# a remark\n// another\n").warnings.empty());
}

/// ns3-rdma's links have no error rate.
TEST(FileFooter, Ns3RdmaLinksHaveFourColumns)
{
    const FabricPlan plan =
        parse("3 1 2\n0\n0 1 40Gbps 0.0001ms\n0 2 40Gbps 0.0001ms\n\nsrc0 dst0 rate delay\n");
    EXPECT_EQ(plan.links.size(), 2U);
    EXPECT_EQ(plan.links[1].delay, nanoseconds(100));
    EXPECT_EQ(plan.warnings.size(), 1U);
    EXPECT_EQ(error_of([] { parse("3 1 2\n0\n0 1 40Gbps 0.0001ms\n0 2 40Gbps 0.0001ms 0\n"); }),
              "t:4: the first link has no error rate, and this one has; give all of them one, or none");
    EXPECT_EQ(parse("3 1 2\n0\n0 1 1Gbps 1us 0\n0 2 1Gbps 1us 0 7 8\n").warnings.at(0),
              "t:4: a line is left out that follows link 2, the last that the first line announces: '7 8'");
}

/// ns3-datacenter: the ToRs' number before the links', in some of its programs two capacities behind it.
TEST(FileHeader, Ns3Datacenter)
{
    for (const char* head : {"6 2 1 5\n", "6 2 1 5 25000000000 25000000000\n", "6 2 1 5 25000000000.0 1e11\n",
                             "# nodes switches tors links\n\n6 2 1 5\n"}) {
        const FabricPlan plan =
            parse(std::string(head) + "4 5\n0 4 25000000000.0 1us 0\n1 4 25000000000.0 1us 0\n"
                                      "2 5 25000000000 1us 0\n3 5 25e9 1us 0\n"
                                      "4 5 100000000000.0 2us 0\n");
        EXPECT_EQ(plan.endpoints, 4U) << head;
        EXPECT_EQ(plan.links.size(), 5U) << head;
        EXPECT_EQ(plan.links[3].rate, gbps(25)) << head;
        EXPECT_EQ(plan.links[4].rate, gbps(100)) << head;
    }
    EXPECT_EQ(error_of([] { parse("6 2 3 5\n4 5\n"); }), "t:1: the number of ToRs is 3, outside 0..2");
    EXPECT_EQ(error_of([] { parse("6 2 1 5 25G 25G\n4 5\n"); }),
              "t:1: a capacity in the first line is '25G', which is not a number");
}

TEST(FileFormat, IsDetectedBehindRemarks)
{
    const std::string path = testing::TempDir() + "hpnsim-remarks.txt";
    const auto format_of = [&path](const std::string& text) {
        std::ofstream(path, std::ios::binary) << text;
        return make_fabric("file:path=" + path, 0).endpoints;
    };
    EXPECT_EQ(format_of(std::string("\xef\xbb\xbf# Nodes 5\r\n\r\n// x\r\n") + kSwitchFirst), 3U);
    EXPECT_EQ(
        format_of(
            "// two tiers\n\n# c\nNodes 4 # hosts\nTiers 2\nPodsize 4\nTier 0\nDownlink_speed_Gbps 100\n"
            "Radix_Down 2\nRadix_Up 2\nDownlink_Latency_ns 1\nTier 1\nDownlink_speed_Gbps 100\n"
            "Radix_Down 2\nDownlink_Latency_ns 1\n"),
        4U);
    const std::string error = error_of([&] { format_of("# c\n17640 8 1920 360 60480 H100\n"); });
    EXPECT_NE(error.find(":2: the file ends where the id of an NVSwitch"), std::string::npos) << error;
}

TEST(FileFormat, AFileIsNoName)
{
    const std::string path = testing::TempDir() + "hpnsim-bare.txt";
    std::ofstream(path) << kSwitchFirst;
    EXPECT_EQ(error_of([&] { make_fabric(path, 0); }),
              "topology: '" + path + "' is a file; write file:path=" + path);
}
