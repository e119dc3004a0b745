// SPDX-License-Identifier: GPL-2.0-only
// Tests flow files, distributions, and names of traces and captures as the users of other simulators have
// them.
#include "faults/schedule.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/capture_list.hpp"
#include "hpnsim/flow_file.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/size_distribution.hpp"
#include "hpnsim/topologies.hpp"
#include "hpnsim/trace_list.hpp"
#include "option_text.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace hpnsim
{
namespace
{

/// Switch 0, hosts 1 to 3.
const FabricPlan& switch_first()
{
    static const FabricPlan plan = [] {
        std::istringstream in("4 1 3\n0\n0 1 10Gbps 1us 0\n0 2 100Gbps 1us 0\n0 3 100Gbps 1us 0\n");
        return read_hpcc_topology(in, "t", PlanOptions());
    }();
    return plan;
}

template <class Function> std::string sentence_of(const Function& function)
{
    try {
        function();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

FlowFile flows(const std::string& text, const FlowNodes& nodes = 10)
{
    return read_flows(text, "F", "", nodes);
}

TEST(ForeignFlows, NodesAreTheTopologyFilesIds)
{
    const FlowFile file = flows("2\n1 2 3 100 1000 0\n3 1 3 100 1000 0\n", switch_first());
    EXPECT_EQ(file.flows[0].src, 0U);
    EXPECT_EQ(file.flows[0].dst, 1U);
    EXPECT_EQ(file.flows[1].src, 2U);
    EXPECT_EQ(
        sentence_of([] { flows("1\n0 1 3 100 1000 0\n", switch_first()); }),
        "F:2: src is node 0, which is a switch in the topology file (tor 0); its hosts are nodes 1 to 3");
    EXPECT_EQ(sentence_of([] { flows("1\n1 4 3 100 1000 0\n", switch_first()); }),
              "F:2: dst is node 4, which the topology file does not have; its hosts are nodes 1 to 3");
}

/// Without a file the numbers are those of the endpoints.
TEST(ForeignFlows, NodesOfAFabricThatIsBuiltAreItsEndpoints)
{
    const FabricPlan star = make_fabric("star:hosts=4", 4);
    EXPECT_EQ(flows("1\n0 3 3 100 1000 0\n", star).flows[0].dst, 3U);
    EXPECT_EQ(sentence_of([&] { flows("1\n0 4 3 100 1000 0\n", star); }),
              "F:2: dst is node 4, and the fabric has nodes 0 to 3");
}

TEST(ForeignFlows, AConnectionMatrixNamesTheFilesHosts)
{
    const FlowFile file = flows("Nodes 3\nConnections 1\n1->3 start 0 size 1\n", switch_first());
    EXPECT_EQ(file.flows[0].src, 0U);
    EXPECT_EQ(file.flows[0].dst, 2U);
    EXPECT_EQ(
        sentence_of([] { flows("Nodes 3\nConnections 1\n0->3 start 0 size 1\n", switch_first()); }),
        "F:3: source is node 0, which is a switch in the topology file (tor 0); its hosts are nodes 1 to 3");
}

/// A star that does not say its size has the hosts that the matrix announces.
TEST(ForeignFlows, AConnectionMatrixAnnouncesItsHosts)
{
    EXPECT_EQ(endpoints_used(flows("Nodes 4\nConnections 1\n0->1 start 0 size 1\n")), 4U);
    EXPECT_EQ(endpoints_used(flows("1\n0 1 3 100 1000 0\n")), 2U);
}

TEST(ForeignFlows, WhatFollowsTheCountIsLeftOut)
{
    const FlowFile file = flows("2\n1 0 3 100 1000000 2.0\n2 0 3 101 1000000 2.0\n\n\nFirst line: flow #\n"
                                "src dst priority port bytes start_time\n...\n");
    EXPECT_EQ(file.flows.size(), 2U);
    EXPECT_EQ(file.warning,
              "F:6: 3 lines are left out that follow flow 2, the last that the first line announces: "
              "'First line: flow #' and so on");
    EXPECT_EQ(flows("1\n1 0 3 100 1 2\n2 0 3 100 1 2\n").warning,
              "F:3: a line is left out that follows flow 1, the last that the first line announces: "
              "'2 0 3 100 1 2'");
    EXPECT_EQ(flows("1\n1 0 3 100 1 2\n\n# the end\n").warning, "");
}

TEST(ForeignFlows, RemarksDoNotMakeAFormat)
{
    EXPECT_EQ(
        flows("# Nodes 4\n\n// 0->1\n2 # flows\r\n0 1 3 100 1000 0\r\n# x\n0 2 3 100 1000 .5\n").flows.size(),
        2U);
    EXPECT_EQ(flows("# a matrix\nNodes 3 // hosts\nConnections 1\n\n0->1 start 0 size 1 # x\n").flows.size(),
              1U);
}

TEST(ForeignFlows, StartsAreNumbersOfPython)
{
    const FlowFile file = flows("3\n0 1 3 100 1000 1e-05\n0 2 3 100 1000 .5\n0 2 3 100 1000 2.\n");
    EXPECT_EQ(file.origin, microseconds(10));
    EXPECT_EQ(file.flows[1].start, milliseconds(500) - microseconds(10));
    EXPECT_EQ(file.flows[2].start, milliseconds(2000) - microseconds(10));
}

TEST(ForeignNames, TracesAndCapturesHaveTheFilesIds)
{
    const FabricPlan& plan = switch_first();
    EXPECT_EQ(parse_traces("1-3", plan)[0].src, 0U);
    EXPECT_EQ(parse_traces("1-3", plan)[0].dst, 2U);
    EXPECT_EQ(sentence_of([&] { parse_traces("0-3", plan); }),
              "--trace: node 0 as in '0-3' is no host of the topology file; its hosts are nodes 1 to 3");
    EXPECT_EQ(parse_captures("nic3,tor 0:1", plan)[0].node, 2U);
    EXPECT_EQ(parse_captures("all-nics", plan)[0].file, "nic1.pcap");
    EXPECT_EQ(sentence_of([&] { parse_captures("nic0", plan); }),
              "--pcap: there is no 'nic0'; the hosts of the topology file are nodes 1 to 3");
}

TEST(ForeignNames, FaultsHaveTheFilesIds)
{
    const auto node = [](const std::string& place) {
        std::istringstream in("1us down " + place + "\n");
        return read_faults(in, "f", switch_first()).faults.at(0).node;
    };
    EXPECT_EQ(node("nic1"), 0U);
    EXPECT_EQ(node("h3"), 2U);
    EXPECT_EQ(node("tor-0:h2"), 3U);
    EXPECT_EQ(sentence_of([&] { node("nic0"); }),
              "f:1: no node 'nic0' in this fabric; the nearest is 'nic1'");
}

TEST(ForeignNames, FaultTimesAreNumbersOfPython)
{
    const auto at = [](const std::string& time) {
        std::istringstream in("\n// x\n" + time + " down nic1 # why\r\n");
        return read_faults(in, "f", switch_first()).faults.at(0).at.ps;
    };
    EXPECT_EQ(at("1e-05s"), 10'000'000);
    EXPECT_EQ(at(".5us"), 500'000);
    EXPECT_EQ(at("2.us"), 2'000'000);
    EXPECT_EQ(at("1e3ns"), 1'000'000);
    for (const char* bad : {"1e", "-1us", "nanus", "infs", "0x1us", "1e400s", "1us1"})
        EXPECT_NE(sentence_of([&] { at(bad); }), "") << bad;
}

class CdfForm : public testing::Test
{
protected:
    static SizeDistribution read(const std::string& text)
    {
        const std::string path = testing::TempDir() + "cdf_form_" + std::to_string(getpid()) + ".txt";
        std::ofstream(path, std::ios::binary) << text;
        SizeDistribution sizes = read_size_distribution("--cdf", path);
        std::remove(path.c_str());
        return sizes;
    }
};

/// ns3-datacenter's websearch.txt, cut short: shares of one, and nothing below 2,000 bytes.
TEST_F(CdfForm, SharesOfOneAndSizesThatNoneHas)
{
    const SizeDistribution sizes = read("0 0.0\n2000 0.0\n2100 0.02\n10000 0.5\n20000 0.5\n30000 1\n");
    EXPECT_EQ(sizes.quantile(0), 2000);
    EXPECT_EQ(sizes.quantile(0.01), 2050);
    EXPECT_EQ(sizes.quantile(0.02), 2100);
    EXPECT_EQ(sizes.quantile(0.5), 20000);
    EXPECT_EQ(sizes.quantile(0.75), 25000);
    EXPECT_DOUBLE_EQ(sizes.mean(), 0.02 * 2050 + 0.48 * 6050 + 0.5 * 25000);
}

TEST_F(CdfForm, PercentsAndSharesAreTheSame)
{
    const SizeDistribution percent = read("0 0\n1000 25\n1000 50\n5000 100\n"),
                           share = read("# c\r\n0 0\r\n\r\n1000 .25\r\n1000 5e-1 // step\r\n5000 1.\r\n");
    for (double u = 0; u < 1; u += 0.01) EXPECT_EQ(percent.quantile(u), share.quantile(u)) << u;
    EXPECT_DOUBLE_EQ(percent.mean(), share.mean());
}

/// Steps at either end: the last percent twice, the first twice.
TEST_F(CdfForm, StepsAtTheEnds)
{
    const SizeDistribution sizes = read("10 0\n20 0\n20 40\n30 100\n40 100\n");
    EXPECT_EQ(sizes.quantile(0), 20);
    EXPECT_EQ(sizes.quantile(0.4), 20);
    EXPECT_EQ(sizes.quantile(0.7), 25);
    EXPECT_LE(sizes.quantile(1 - 0x1.0p-53), 30);
}

TEST(ForeignConfig, RemarksAndEndsOfLines)
{
    const std::string path = testing::TempDir() + "remarks.ini";
    std::ofstream(path, std::ios::binary)
        << "\xef\xbb\xbf; one\r\n# two\r\n// three\r\nsenders = 3 # four\r\n"
           "size = 64K\t# five\r\nout = a#b\r\n";
    const std::string option = "--config=" + path;
    const char* const words[] = {"incast", option.c_str()};
    const auto options = parse_command_line("incast", 2, words);
    EXPECT_EQ(test::option_text(*options, "senders"), "3");
    EXPECT_EQ(test::option_text(*options, "size"), "64K");
    EXPECT_EQ(options->common.out, "a#b");
}

}  // namespace
}  // namespace hpnsim
