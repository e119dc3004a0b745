// SPDX-License-Identifier: GPL-2.0-only
// Tests INT records, worked by hand, over the dumbbell's two switches, from the switches to the sender's
// algorithm.
#include "small_network.hpp"
#include "telemetry/int_stamper.hpp"

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
    // It is stamped when it begins to leave: at once, then behind the packet before it on the slow link.
    EXPECT_EQ(seen[0].hops[0].ts.ps, in);
    EXPECT_EQ(seen[1].hops[0].ts.ps, in + first * 80);
    EXPECT_EQ(seen[2].hops[0].ts.ps, in + (first + full) * 80);
    // INT tells what had been sent before the packet, and what waits behind it: the third packet while the
    // second leaves.
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

/// When there are more switches than a packet has room for, the first records stay.
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

namespace
{

/// Notes every packet of a kind that reaches a device, and when.
struct Noted {
    PacketKind kind;
    SmallNetwork* net;
    std::vector<std::pair<Time, Packet>> seen;
};
void note_kind(Noted* noted, uint16_t, const Packet& packet)
{
    if (packet.kind == noted->kind) noted->seen.emplace_back(noted->net->network.GetClock().Now(), packet);
}

}  // namespace

/// Digests by hand, T = 10 us, 4,096 + 82 B (the first 16 more): at the bottleneck 100 Gb/s carry 125,000 B
/// in T; the switch after it, four times as fast, says less.
TEST(Digest, GreatestUtilisationOfTheWayArrives)
{
    NetworkConfig config = plain_config();
    config.fabric.digest = std::make_shared<DigestScale>(1010);
    config.fabric.digestPeriod = microseconds(10);
    config.nic.digest = 1010;
    SmallNetwork net(kDumbbell, config);
    Noted data{PacketKind::data, &net, {}}, acks{PacketKind::ack, &net, {}};
    net.network.Device(2).TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&note_kind, &data));
    net.network.Device(0).TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&note_kind, &acks));
    net.post(0, 2, 3 * 4'096, 1);
    net.run();
    ASSERT_EQ(data.seen.size(), 3U);
    const double first = 4'194, full = 4'178, t = 10'000'000, carried = 125'000;
    const double second = first / carried + full / carried * first * 80 / t;  // one waits behind it
    const double third = (1 - full * 80 / t) * second + full / carried;
    const double expected[] = {1.0 / 512, second, third};
    for (size_t i = 0; i < 3; ++i) {
        const double found = digest::utilisation(digest::pack(data.seen[i].second.feedback, 1010));
        EXPECT_GE(found, expected[i] * 0.99) << i;
        EXPECT_LE(found, (expected[i] + 1.0 / 512) * 1.01) << i;
        EXPECT_EQ(acks.seen.at(i).second.feedback, data.seen[i].second.feedback);
    }
}

/// Packets of 4,178 B come every 83.56 ns and leave every 334.24: the first goes through, the second waits,
/// the third finds it there and its sender is told at once.
TEST(Notices, CongestedSwitchTellsTheSenderItself)
{
    NetworkConfig config = plain_config("bolt:ai=0");
    config.fabric.notices = true;
    SmallNetwork net(kDumbbell, config);
    Noted notices{PacketKind::cnp, &net, {}}, data{PacketKind::data, &net, {}};
    net.network.Device(0).TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&note_kind, &notices));
    net.network.Device(2).TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&note_kind, &data));
    net.post(0, 2, 4 * 4'096, 1);
    const Bytes window = net.network.Device(0).GetNic().flow(0).window;
    net.run();
    net.expect_empty();
    ASSERT_EQ(notices.seen.size(), 2U);  // of the third and the fourth packet
    EXPECT_EQ(net.network.Switch(0).Notices(), 2U);
    EXPECT_EQ(net.network.Switch(1).Notices(), 0U);
    const auto& [at, notice] = notices.seen[0];
    EXPECT_EQ(notice::queue_of(notice.cookie), 4'178);
    EXPECT_EQ(notice::link_of(notice.cookie), gbps(100));
    EXPECT_EQ(notice.sent.ps, (4'194 + 4'178) * 20);           // of the packet that it speaks of
    const int64_t third = (4'194 + 2 * 4'178) * 20 + 800'000;  // at the switch
    EXPECT_EQ(at.ps, third + 98 * 20 + 500'000);               // 98 B on 400 Gb/s and the cable
    EXPECT_EQ(net.network.Device(0).GetNic().flow(0).window, window - 4'096);  // the second came too soon
    EXPECT_EQ(data.seen[1].second.feedback & notice::kNotified, 0U);
    EXPECT_NE(data.seen[2].second.feedback & notice::kNotified, 0U);
}

TEST(Notices, NobodyAsksNobodyTells)
{
    SmallNetwork net(kDumbbell, plain_config());
    net.post(0, 2, 64 * 4'096, 1);
    net.run();
    for (uint32_t i = 0; i < 2; ++i) {
        EXPECT_EQ(net.network.Switch(i).Notices(), 0U);
        EXPECT_EQ(&net.network.Switch(i).Front(), static_cast<LinkEnd*>(&net.network.Switch(i)));
    }
}
