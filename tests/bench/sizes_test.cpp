// SPDX-License-Identifier: GPL-2.0-only
// Tests that nothing a packet touches has grown.
#include "bench/sizes.hpp"

#include "hpnsim/packet.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <vector>

using namespace hpnsim;

TEST(BenchSizes, StayBelowTheirCeilings)
{
    for (const TouchedSize& each : touched_sizes())
        EXPECT_LE(each.bytes, each.ceiling) << each.name << " (" << each.touched
                                            << ") has grown; every packet pays for what it touches of it";
}

TEST(BenchSizes, AreThoseOfTheTypes)
{
    std::map<std::string, size_t> bytes;
    for (const TouchedSize& each : touched_sizes()) bytes[each.name] = each.bytes;
    EXPECT_EQ(bytes["Packet"], sizeof(Packet));
    EXPECT_GT(bytes["RoceSwitch::Port"], bytes["LinkTx"] + bytes["PortScheduler"]) << "it holds both";
    EXPECT_GT(bytes["Qp"], bytes["Requester"] + bytes["Responder"] + bytes["Flow"]) << "it holds the three";
}

TEST(BenchSizes, PacketsBeginACacheLineInEverySlab)
{
    PacketPool pool;
    std::vector<Packet*> packets;
    for (int i = 0; i < 5000; ++i) {
        packets.push_back(pool.take());
        EXPECT_EQ(reinterpret_cast<uintptr_t>(packets.back()) % 64, 0U) << i;
    }
    for (Packet* packet : packets) pool.give(packet);
}
