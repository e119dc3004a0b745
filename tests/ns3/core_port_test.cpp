// SPDX-License-Identifier: GPL-2.0-only
// Tests a core of HPN (SIGCOMM'24, section 7): what comes in by one port goes out by one port, whatever its
// source port is, and other switches go on hashing.
#include "small_network.hpp"

#include <gtest/gtest.h>

#include <numeric>

using namespace hpnsim;

namespace
{

// 2 ToRs, 4 Aggs in each pod, and one core with 8 links into each pod: two from each Agg.
const std::string kFabric = "hpn:pods=2,segments=1,hosts=8,gpus=1,ports=1,agg-uplinks=2,cores=1";
constexpr uint32_t kCore = 10, kLinks = 8;

/// Throws packets with 100 source ports into port `in` of a switch, from host 0 to host 8 of the other pod,
/// and counts what its ports from `first` on sent.
std::vector<uint64_t> sent(const std::string& topology, uint32_t sw, uint16_t in, uint16_t first,
                           uint16_t count)
{
    SmallNetwork net(topology, plain_config());
    net.network.Qps(8, 0);  // so that QP 0 exists at the receiver
    for (uint16_t i = 0; i < 100; ++i) {
        Packet* packet = net.network.Pool().take();
        packet->src = 0;
        packet->dst = 8;
        packet->source_port = i;
        packet->wire_bytes = 100;
        packet->payload = 18;
        packet->kind = PacketKind::cnp;  // an endpoint ignores one for an unknown QP's rate
        packet->priority = kControlPriority;
        net.network.Switch(sw).Arrive(packet, in, net.network.GetClock().Now());
    }
    net.run_until(microseconds(50));
    std::vector<uint64_t> packets;
    for (uint16_t port = 0; port < count; ++port)
        packets.push_back(net.network.Switch(sw).Tx(static_cast<uint16_t>(first + port)).SentPackets());
    return packets;
}

}  // namespace

TEST(HpnCore, SendsByThePortThatAPacketCameInBy)
{
    for (uint16_t in = 0; in < kLinks; ++in) {
        std::vector<uint64_t> expected(kLinks, 0);
        expected[in] = 100;
        EXPECT_EQ(sent(kFabric, kCore, in, kLinks, kLinks), expected) << in;
    }
}

// An Agg hashes over its two uplinks, and the core of a fabric without this rule over all its links.
TEST(HpnCore, OthersHash)
{
    for (const uint64_t packets : sent(kFabric, 2, 0, 1, 2)) EXPECT_GT(packets, 20U);
    const std::string roft = "rail-optimised:pods=2,segments=1,hosts=8,gpus=1,aggs=4,agg-uplinks=2,cores=1";
    const std::vector<uint64_t> spread = sent(roft, kCore, 0, kLinks, kLinks);
    EXPECT_EQ(std::accumulate(spread.begin(), spread.end(), uint64_t{0}), 100U);
    for (const uint64_t packets : spread) EXPECT_GT(packets, 0U);
}
