// SPDX-License-Identifier: GPL-2.0-only
// A network of two leaves for tests of switches that spread packets over their uplinks, however they do it.
#pragma once

#include "small_network.hpp"

#include "helper/fault-injector.h"

#include <gtest/gtest.h>

namespace hpnsim
{

/// Leaves 0 and 1 with 4 hosts each (endpoints 0-3, 4-7), 4 spines; leaf ports 4 to 7 lead up.
inline const std::string kClos = "leaf-spine:leaves=2,hosts=4,spines=4,gbps=100,uplink-gbps=100";
inline constexpr uint16_t kFirstUplink = 4;
inline constexpr uint32_t kLeafNode = 8;

/// Makes the switches spread by `kind` to NICs that take packets in any order.
inline NetworkConfig spreading(SwitchLb kind)
{
    NetworkConfig config = plain_config();
    config.fabric.lb.kind = kind;
    config.nic.reliability = Reliability::rud;
    config.nic.wire = config.fabric.wire = &wire_named("roce", true);
    config.nic.retry.rto = milliseconds(1);
    return config;
}

/// Returns the bytes sent up by a leaf, one number per spine.
inline std::vector<Bytes> uplinks(SmallNetwork& net, uint32_t leaf = 0)
{
    std::vector<Bytes> sent;
    for (uint16_t i = 0; i < 4; ++i)
        sent.push_back(net.network.Switch(leaf).Tx(static_cast<uint16_t>(kFirstUplink + i)).SentBytes());
    return sent;
}

/// Puts one packet into leaf 0.
inline void put(SmallNetwork& net, PacketKind kind, uint32_t src, uint32_t dst, uint32_t bytes = 1'000)
{
    Packet* packet = net.network.Pool().take();
    packet->src = src;
    packet->dst = dst;
    packet->source_port = 77;
    packet->wire_bytes = bytes;
    packet->kind = kind;
    net.network.Switch(0).Arrive(packet, 0, net.network.GetClock().Now());
}

/// Cuts an uplink of leaf 0 under four messages. Once that has been noticed, nothing more may go there but
/// what already waits; the others carry what is left, and retransmit what was lost. Returns what had gone
/// there.
inline Bytes expect_a_way_round_a_dead_uplink(NetworkConfig config)
{
    Fault cut;
    cut.at = microseconds(20);
    cut.act = Fault::Act::down;
    cut.node = kLeafNode;
    cut.port = kFirstUplink + 1;
    config.faults.faults = {cut};
    SmallNetwork net(kClos, config);
    for (uint32_t src = 0; src < 4; ++src) net.post(src, 4 + src, 4 << 20, src);
    net.run_until(microseconds(31));
    const Bytes waiting = net.network.Switch(0).Queues(kFirstUplink + 1).QueuedTotal();
    const Bytes noticed = uplinks(net)[1];
    net.run();
    EXPECT_EQ(uplinks(net)[1], noticed + waiting);
    for (uint32_t src = 0; src < 4; ++src) net.completed(src);
    net.expect_empty();
    return noticed;
}

}  // namespace hpnsim
