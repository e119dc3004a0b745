// SPDX-License-Identifier: GPL-2.0-only
// Tests `--pcap LIST`: names of ports, and what is wrong with those that are none.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/capture_list.hpp"
#include "hpnsim/topologies.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

std::string error_of(const std::string& list, const std::string& topology = "star:hosts=4")
{
    try {
        parse_captures(list, make_fabric(topology, 4));
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

const char* const kHpn = "hpn:segments=1,hosts=2";  // 16 endpoints of two ports

}  // namespace

TEST(CaptureList, NicsSwitchesAndPorts)
{
    const FabricPlan plan = make_fabric(kHpn, 2);
    const auto points = parse_captures("nic0,nic3:1, tor s0 r3 p1:2,nic0,tor s0 r0 p0", plan);
    ASSERT_EQ(points.size(), 4U);  // nic0 once
    EXPECT_EQ(points[0].node, 0U);
    EXPECT_EQ(points[0].port, CapturePoint::kEveryPort);
    EXPECT_EQ(points[0].file, "nic0.pcap");
    EXPECT_EQ(points[1].node, 3U);
    EXPECT_EQ(points[1].port, 1);
    EXPECT_EQ(points[1].file, "nic3_1.pcap");
    EXPECT_EQ(plan.node_name(points[2].node), "tor s0 r3 p1");
    EXPECT_EQ(points[2].port, 2);
    EXPECT_EQ(points[2].file, "tor_s0_r3_p1_2.pcap");
    EXPECT_EQ(plan.node_name(points[3].node), "tor s0 r0 p0");
    EXPECT_EQ(points[3].port, CapturePoint::kEveryPort);
}

TEST(CaptureList, AllNics)
{
    const auto points = parse_captures("nic2,all-nics", make_fabric("star:hosts=4", 4));
    ASSERT_EQ(points.size(), 4U);
    EXPECT_EQ(points[0].file, "nic2.pcap");
    EXPECT_EQ(points[3].file, "nic3.pcap");
}

TEST(CaptureList, OnePortOfAllNics)
{
    const auto points = parse_captures("all-nics:1", make_fabric(kHpn, 2));
    ASSERT_EQ(points.size(), 16U);
    EXPECT_EQ(points[15].node, 15U);
    EXPECT_EQ(points[15].port, 1);
    EXPECT_EQ(points[15].file, "nic15_1.pcap");
    EXPECT_EQ(error_of("all-nics:2", kHpn), "--pcap: 'nic0' has no port 2; its last is 1");
    EXPECT_EQ(error_of("all-nics:x", kHpn),
              "--pcap: the port after the colon must be a number or a neighbour in 'nic0:x'; there are "
              "'tor-s0-r0-p0' and 'tor-s0-r0-p1'");
}

TEST(CaptureList, AWrongNameNamesTheNearest)
{
    EXPECT_EQ(error_of("nic4"), "--pcap: there is no 'nic4'; the nearest is 'nic3', the last of 4");
    EXPECT_EQ(error_of("nic"), "--pcap: no NIC or switch is called 'nic'; the nearest is 'nic0'");
    EXPECT_EQ(error_of("all"), "--pcap: no NIC or switch is called 'all'; the nearest is 'all-nics'");
    EXPECT_EQ(error_of("tor 1:0"), "--pcap: no NIC or switch is called 'tor 1'; the nearest is 'tor 0'");
    EXPECT_EQ(error_of("tor 0:4"), "--pcap: 'tor 0' has no port 4; its last is 3");
    EXPECT_EQ(error_of("nic0:2", kHpn), "--pcap: 'nic0' has no port 2; its last is 1");
    EXPECT_EQ(error_of("nic0:x"), "--pcap: the port after the colon must be a number or a neighbour in "
                                  "'nic0:x'; there is only 'tor-0'");
    EXPECT_EQ(error_of("h9"), "--pcap: no NIC or switch is called 'h9'; the nearest is 'h0'");
    EXPECT_EQ(error_of("nic0,,nic1"), "--pcap: a name in the list is empty; write nic0,nic1 or all-nics");
    EXPECT_EQ(error_of("tor s0 r3 p2", kHpn),
              "--pcap: no NIC or switch is called 'tor s0 r3 p2'; the nearest is 'tor s0 r3 p0'");
}

TEST(CaptureList, AFramingWithoutBytesIsRefused)
{
    CommonOptions options;
    options.wire = "htsim";
    const FabricPlan plan = make_fabric("star:hosts=4", 4);
    EXPECT_NO_THROW(check_captures(options, plan));
    options.pcap = "nic0";
    try {
        check_captures(options, plan);
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_STREQ(error.what(), "--pcap: --wire htsim has sizes but no bytes; captures need --wire roce");
    }
}

// `topology NAME --nodes` and --faults write names without blanks; parallel links differ by their ports.
TEST(CaptureList, TakesNamesWithoutBlanks)
{
    const FabricPlan plan = make_fabric("dcn+:segments=1,hosts=2,gpus=2,uplinks=2,aggs=1", 2);
    const auto points = parse_captures("tor-s0-r0-p1:4,tor-s0-r0-p1:5,h1-g1:0", plan);
    ASSERT_EQ(points.size(), 3U);
    EXPECT_EQ(plan.node_name(points[0].node), "tor s0 r0 p1");
    EXPECT_EQ(points[0].port, 4);
    EXPECT_EQ(points[1].port, 5);
    EXPECT_NE(points[0].file, points[1].file);
    EXPECT_EQ(points[2].node, 3U);
}

// queues.csv and series.csv name a port by both ends, and a fault schedule by the node that it leads to.
TEST(CaptureList, TakesPortsAsOtherFilesNameThem)
{
    const FabricPlan plan = make_fabric(kHpn, 2);
    const FabricIndex index(plan);
    const uint32_t tor = 16;
    for (const std::string& name : {index.port_name(tor, 1), std::string("tor-s0-r0-p0:h1-g0"),
                                    std::string("tor s0 r0 p0:1"), std::string("tor-s0-r0-p0->h1-g0")}) {
        const auto points = parse_captures(name, plan);
        ASSERT_EQ(points.size(), 1U) << name;
        EXPECT_EQ(points[0].node, tor) << name;
        EXPECT_EQ(points[0].port, 1) << name;
    }
    const FabricPlan parallel = make_fabric("dcn+:segments=1,hosts=2,gpus=2,uplinks=2,aggs=1", 2);
    EXPECT_EQ(parse_captures("tor s0 r0 p1:5 -> agg p0 0:3", parallel)[0].port, 5);
    EXPECT_EQ(error_of("tor s0 r0 p0 -> h9 g0", kHpn),
              "--pcap: the port after the colon must be a number or a neighbour in 'tor s0 r0 p0:h9 g0'; the "
              "nearest is 'h0-g0'");
}
