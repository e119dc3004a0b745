// SPDX-License-Identifier: GPL-2.0-only
// Compares packet sizes with sums of the headers' own lengths, worked by hand.
#include "hpnsim/wire.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

// Ethernet 14, IPv4 20, UDP 8, BTH 12, ICRC 4, FCS 4, preamble 8, gap 12: 82.
TEST(WireSizes, Roce)
{
    const Wire& wire = wire_named("roce", false);
    EXPECT_EQ(data_wire_bytes(wire, 4096, false, false), 4178U);
    EXPECT_EQ(data_wire_bytes(wire, 4096, true, false), 4194U);  // RETH 16
    EXPECT_EQ(data_wire_bytes(wire, 4096, false, true), 4220U);  // INT 42
    EXPECT_EQ(data_wire_bytes(wire, 1, false, false), 86U);      // padded to 4
    EXPECT_EQ(wire.ack, 86U);                                    // AETH 4
    EXPECT_EQ(wire.ack_telemetry, 128U);                         // AETH 4, INT 42
    EXPECT_EQ(wire.cnp, 98U);                                    // 16 reserved bytes
    EXPECT_EQ(wire.pfc, 84U);                                    // minimum frame
    EXPECT_EQ(wire.trimmed, 84U);                                // minimum frame
    EXPECT_NEAR(4096.0 / data_wire_bytes(wire, 4096, false, false), 0.980, 0.0005);
    EXPECT_NEAR(1024.0 / data_wire_bytes(wire, 1024, false, false), 0.926, 0.0005);
}

// 14 + 20 + 8 + PDS 16 + SES 44 + FCS 4 + 20 = 126; ACK 14 + 20 + 8 + 32 + 12 + 4 + 20 = 110.
TEST(WireSizes, Rud)
{
    const Wire& wire = wire_named("roce", true);
    EXPECT_EQ(data_wire_bytes(wire, 4096, true, false), 4222U);
    EXPECT_EQ(data_wire_bytes(wire, 4096, false, false), 4222U);
    EXPECT_EQ(wire.ack, 110U);
    EXPECT_EQ(wire.trimmed, 84U);
    EXPECT_EQ(wire.credit, 84U);
}

// HPCC-sim: 14 + 20 + 8 + 6 = 48, INT 42; its ACK is padded to 60. htsim: 64 for everything.
TEST(WireSizes, Peers)
{
    const Wire& hpcc = wire_named("hpcc-sim", false);
    EXPECT_EQ(data_wire_bytes(hpcc, 1000, true, false), 1048U);
    EXPECT_EQ(data_wire_bytes(hpcc, 1000, false, true), 1090U);
    EXPECT_EQ(data_wire_bytes(hpcc, 999, false, false), 1047U);
    EXPECT_EQ(data_wire_bytes(with_timestamps(hpcc), 1000, false, false), 1056U);  // TIMELY's
    EXPECT_EQ(with_timestamps(hpcc).ack, 60U);
    EXPECT_EQ(hpcc.ack, 60U);
    EXPECT_EQ(hpcc.ack_telemetry, 88U);
    EXPECT_EQ(hpcc.pfc, 43U);
    const Wire& htsim = wire_named("htsim", true);
    EXPECT_EQ(data_wire_bytes(htsim, 4086, true, false), 4150U);
    EXPECT_EQ(htsim.ack, 64U);
    EXPECT_EQ(htsim.trimmed, 64U);
}

TEST(WireSizes, UnknownNamesTheNearest)
{
    const std::string error = error_of([] { wire_named("rocev2", false); });
    EXPECT_NE(error.find("nearest is 'roce'"), std::string::npos) << error;
}
