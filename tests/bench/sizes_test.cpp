// SPDX-License-Identifier: GPL-2.0-only
// Tests that nothing a packet touches has grown.
#include "bench/sizes.hpp"

#include "hpnsim/packet.hpp"

#include "qp/qp.hpp"

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

TEST(BenchSizes, WhatAQpTouchesWithEveryPacketIsInSixLines)
{
    const Qp qp;
    const auto at = [&](const auto& member) {
        return reinterpret_cast<const char*>(&member) - reinterpret_cast<const char*>(&qp);
    };
    EXPECT_EQ(at(qp.req) % 64, 0) << "a sender's begin a line";
    EXPECT_LE(at(qp.rto) + static_cast<long>(sizeof(qp.rto)), 6 * 64) << "sending, and taking ACKs";
    EXPECT_EQ(at(qp.resp), 6 * 64) << "a receiver's begin the next";
    EXPECT_EQ(at(qp.number) / 64, at(qp.rto) / 64) << "both sides need who they are: in one line";
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
