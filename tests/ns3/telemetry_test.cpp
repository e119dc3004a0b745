// SPDX-License-Identifier: GPL-2.0-only
// INT records by hand, over the dumbbell's two switches, from the switches to the sender's algorithm.
#include "model/int-stamper.h"
#include "small_network.hpp"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <vector>

using namespace hpnsim;

namespace
{

struct Seen {
    uint32_t psn;
    std::vector<IntHop> hops;
};

/// Notes the INT of every data packet that reaches a device.
void note(std::vector<Seen>* seen, uint16_t, const Packet& packet)
{
    if (packet.kind != PacketKind::data) return;
    Seen entry{packet.psn, {}};
    for (int i = 0; i < packet.hop_count; ++i) entry.hops.push_back(packet.telemetry->hop[i]);
    seen->push_back(entry);
}

// 400 Gb/s at the hosts (20 ps a byte), 100 Gb/s between the switches (80); cables 500 ns, switches 300 ns.
const std::string kDumbbell =
    "dumbbell:left=2,right=2,gbps=400,bottleneck-gbps=100,link-ns=500,switch-ns=300";

}  // namespace

/// Three full packets: 4,096 + 82 + 42 (INT) = 4,220 B, the first 16 more. Global ports: four NICs of one
/// port (0 to 3), switch 0 has 4, 5 and 6 (the bottleneck), switch 1 has 7, 8 and 9.
TEST(Telemetry, FieldsThroughTwoSwitches)
{
    NetworkConfig config = plain_config();
    config.fabric.telemetry = config.nic.telemetry = true;
    SmallNetwork net(kDumbbell, config);
    std::vector<Seen> seen;
    net.network.Device(2).TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&note, &seen));
    net.post(0, 2, 3 * 4'096, 1);
    net.run();
    ASSERT_EQ(seen.size(), 3U);
    const int64_t first = 4'236, full = 4'220;
    const int64_t in = first * 20 + 800'000;  // the first packet is whole at switch 0, pipeline included
    for (const Seen& packet : seen) {
        ASSERT_EQ(packet.hops.size(), 2U);
        EXPECT_EQ(packet.hops[0].port, 6U);
        EXPECT_EQ(packet.hops[0].link, gbps(100));
        EXPECT_EQ(packet.hops[1].port, 7U);
        EXPECT_EQ(packet.hops[1].link, gbps(400));
        EXPECT_EQ(packet.hops[1].queue, 0);
    }
    // Stamped when it begins to leave: at once, then behind the one before it on the slow link.
    EXPECT_EQ(seen[0].hops[0].ts.ps, in);
    EXPECT_EQ(seen[1].hops[0].ts.ps, in + first * 80);
    EXPECT_EQ(seen[2].hops[0].ts.ps, in + (first + full) * 80);
    // What had been sent before it, and what waits behind it: the third packet while the second leaves.
    EXPECT_EQ(seen[0].hops[0].tx_bytes, 0);
    EXPECT_EQ(seen[1].hops[0].tx_bytes, first);
    EXPECT_EQ(seen[2].hops[0].tx_bytes, first + full);
    EXPECT_EQ(seen[0].hops[0].queue, 0);
    EXPECT_EQ(seen[1].hops[0].queue, full);
    EXPECT_EQ(seen[2].hops[0].queue, 0);
    EXPECT_EQ(seen[0].hops[1].ts.ps, in + first * 80 + 800'000);
}

TEST(Telemetry, NobodyAsksNobodyStamps)
{
    SmallNetwork net(kDumbbell, plain_config());
    std::vector<Seen> seen;
    net.network.Device(2).TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&note, &seen));
    net.post(0, 2, 3 * 4'096, 1);
    net.run();
    for (const Seen& packet : seen) EXPECT_TRUE(packet.hops.empty());
}

/// More switches than a packet has room for: the first records stay.
TEST(Telemetry, KeepsTheFirstRecords)
{
    PacketPool pool;
    Packet* packet = pool.take();
    for (uint32_t hop = 0; hop < IntBlock::kMax + 3; ++hop)
        StampTelemetry(*packet, pool, {hop, nanoseconds(hop), 0, 0, gbps(400)});
    EXPECT_EQ(packet->hop_count, IntBlock::kMax);
    for (uint32_t hop = 0; hop < IntBlock::kMax; ++hop) EXPECT_EQ(packet->telemetry->hop[hop].port, hop);
    pool.give(packet);
}
