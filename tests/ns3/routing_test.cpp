// SPDX-License-Identifier: GPL-2.0-only
// Tests ECMP: one hop per source port, spread evenly, and the same choice wherever and whenever it is made.
#include "small_network.hpp"

#include "hpnsim/random.hpp"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace hpnsim;

namespace
{

const std::string kFabric = "leaf-spine:leaves=2,hosts=8,spines=8,link-ns=100,switch-ns=100";
constexpr uint16_t kFirstUplink = 8;  // leaf ports: 8 hosts, then 8 spines

/// Throws `count` packets with source ports 0.. from 0 to 8 into leaf 0 and counts what each uplink sent.
std::vector<uint64_t> uplinks_used(SmallNetwork& net, uint32_t count, uint32_t src = 0,
                                   bool same_port = false)
{
    for (uint32_t i = 0; i < count; ++i) {
        Packet* packet = net.network.Pool().take();
        packet->src = src;
        packet->dst = 8;
        packet->source_port = static_cast<uint16_t>(same_port ? 77 : i);
        packet->wire_bytes = 100;
        packet->payload = 18;
        packet->kind = PacketKind::cnp;  // an endpoint ignores one for an unknown QP's rate
        packet->priority = kControlPriority;
        net.network.Switch(0).Arrive(packet, static_cast<uint16_t>(src), net.network.GetClock().Now());
    }
    net.run_until(microseconds(50));
    std::vector<uint64_t> sent;
    for (uint16_t port = 0; port < 8; ++port)
        sent.push_back(net.network.Switch(0).Tx(static_cast<uint16_t>(kFirstUplink + port)).SentPackets());
    return sent;
}

std::vector<uint64_t> fresh(uint32_t count, uint64_t seed = 1, uint32_t src = 0, bool same_port = false)
{
    NetworkConfig config = plain_config();
    config.fabric.seed = seed;
    SmallNetwork net(kFabric, config);
    net.network.Qps(8, src);  // so that QP 0 exists at the receiver
    return uplinks_used(net, count, src, same_port);
}

}  // namespace

/// 4,000 source ports over 8 uplinks: 500 each, give or take five standard deviations (21 each).
TEST(Ecmp, SourcePortsSpreadOverEqualPaths)
{
    for (const uint64_t packets : fresh(4'000)) EXPECT_NEAR(static_cast<double>(packets), 500, 5 * 21);
}

TEST(Ecmp, OneSourcePortTakesOnePath)
{
    int used = 0;
    for (const uint64_t packets : fresh(100, 1, 0, true)) used += packets > 0 ? 1 : 0;
    EXPECT_EQ(used, 1);
}

TEST(Ecmp, TheChoiceDependsOnTheSeedAlone)
{
    const std::vector<uint64_t> one = fresh(200);
    void* hole = malloc(12345);  // moves what is allocated next
    EXPECT_EQ(fresh(200), one);
    free(hole);
    EXPECT_NE(fresh(200, 2), one);
    EXPECT_NE(fresh(200, 1, 3), one);
    // These were recorded once: another process, machine or compiler must make the same choices.
    EXPECT_EQ(one, (std::vector<uint64_t>{29, 23, 35, 30, 26, 17, 15, 25}));
}
