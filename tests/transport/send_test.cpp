// SPDX-License-Identifier: GPL-2.0-only
// Tests how messages are cut into packets, their sizes on the wire, PSNs, the window, and what the CC sees.
// Wire bytes by hand: Ethernet 14, IPv4 20, UDP 8, BTH 12, ICRC 4, FCS 4, preamble 8, gap 12 make 82 beside
// the payload; the first packet of a WRITE has a RETH of 16; an ACK's AETH of 4 makes 86.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{

TEST(Segmentation, CutsAtTheMtu)
{
    Rig rig({});
    rig.connect();
    rig.post(0, 0, 2 * 4096 + 5);
    ASSERT_TRUE(rig.run());
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 3u);
    const uint32_t payload[] = {4096, 4096, 5};
    const uint32_t wire[] = {4096 + 82 + 16, 4096 + 82, 8 + 82};  // 5 bytes are padded to 8
    for (uint32_t i = 0; i < 3; ++i) {
        EXPECT_EQ(data[i].packet.psn, i);
        EXPECT_EQ(data[i].packet.payload, payload[i]);
        EXPECT_EQ(data[i].packet.wire_bytes, wire[i]);
        EXPECT_EQ(data[i].packet.last_of_message, i == 2);
        EXPECT_EQ(data[i].packet.priority, kDataPriority);
    }
    EXPECT_EQ(rig.nic(1).counters().delivered, 2 * 4096 + 5);
}

TEST(Segmentation, AMessageOfWholeMtusHasNoEmptyTail)
{
    Rig rig({});
    rig.connect();
    rig.post(0, 0, 8192);
    rig.post(0, 0, 1);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0).size(), 3u);
    EXPECT_EQ(rig.done_of(Completion::Kind::placed, 1).size(), 2u);
}

TEST(Segmentation, ASendHasNoReth)
{
    Rig rig({});
    rig.connect();
    rig.post_receive(1, 0);
    rig.post(0, 0, 4096, Verb::send, 77);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0)[0].packet.wire_bytes, 4178u);
    const auto received = rig.done_of(Completion::Kind::received, 1);
    ASSERT_EQ(received.size(), 1u);
    EXPECT_EQ(received[0].completion.cookie, 77u);
    EXPECT_EQ(received[0].completion.bytes, 4096);
}

TEST(Segmentation, OneRoundTripToThePicosecond)
{
    Rig rig({});
    rig.connect();
    rig.post(0, 0, 4096, Verb::write, 9);
    ASSERT_TRUE(rig.run());
    // 4194 B x 80 ps + 1 us there, 86 B x 80 ps + 1 us back.
    const auto sent = rig.done_of(Completion::Kind::sent, 0);
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].at.ps, 335'520 + 1'000'000 + 6'880 + 1'000'000);
    EXPECT_EQ(sent[0].completion.cookie, 9u);
    EXPECT_EQ(rig.done_of(Completion::Kind::placed, 1)[0].at.ps, 1'335'520);
    EXPECT_EQ(rig.journal().of(Event::Kind::ack)[0].ack.rtt.ps, 2'342'400);
}

TEST(Psn, WrapsAt24Bits)
{
    for (Reliability reliability : {Reliability::go_back_n, Reliability::rud}) {
        RigOptions options;
        options.nic.reliability = reliability;
        Rig rig(options);
        rig.connect(0, 0xfffffd);
        rig.script = [n = 0](const Seen& s) mutable {  // lose the third packet once: the last before the wrap
            Fate fate;
            fate.drop = s.packet.kind == PacketKind::data && ++n == 3;
            return fate;
        };
        rig.post(0, 0, 7 * 4096);
        ASSERT_TRUE(rig.run());
        const auto data = rig.seen_of(PacketKind::data, 0);
        const uint32_t psn[] = {0xfffffd, 0xfffffe, 0xffffff, 0, 1, 2, 3};
        for (size_t i = 0; i < 7; ++i) EXPECT_EQ(data[i].packet.psn, psn[i]);
        EXPECT_EQ(data[7].packet.psn, 0xffffffu) << "the lost one comes again";
        EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1u);
        EXPECT_EQ(rig.nic(0).flow(0).next_psn, 0x1000004u) << "unwrapped";
        EXPECT_EQ(rig.nic(1).counters().delivered, 7 * 4096);
    }
}

TEST(Psn, AtMostHalfTheSpaceIsOutstanding)
{
    // 2^23 packets and a few, into a black hole, without acknowledgement for the whole time.
    RigOptions options;
    options.nic.mtu = 64;
    options.nic.retry.ack_timeout = milliseconds(1000);
    PacketPool pool;
    Journal journal;
    journal.quiet = true;
    NicConfig config = options.nic;
    config.port_rate = gbps(100);
    config.wire = &wire_named("htsim", false);
    Recorder::Params cc;
    cc.journal = &journal;
    Bound::Params path;
    const auto receiver = choose_receiver("echo");
    config.cc = {&kRecorder, &cc};
    config.path = {&kBound, &path};
    config.receiver = {receiver.ops, receiver.params.get()};
    Nic nic(0, std::make_shared<const NicConfig>(config), pool);
    nic.create_qp({}, {});
    nic.post_send(0, {Verb::write, ((Bytes{1} << 23) + 10) * 64, 0}, {});
    uint64_t sent = 0;
    while (Packet* packet = nic.next_packet(0, 0, {})) {
        pool.give(packet);
        ++sent;
    }
    EXPECT_EQ(sent, uint64_t{1} << 23);
}

TEST(Window, HoldsWholePacketsAndALastShortOne)
{
    RigOptions options;
    options.cc.window = 10000;  // two packets and some
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 3 * 4096 + 100);
    rig.run_until(microseconds(2));  // before the first ACK
    EXPECT_EQ(rig.seen_of(PacketKind::data, 0).size(), 2u) << "a third full packet does not fit";
    EXPECT_EQ(rig.nic(0).flow(0).in_flight, 8192);
    EXPECT_EQ(rig.nic(0).flow(0).backlog, 4096 + 100);

    Rig tail(options);
    tail.connect();
    tail.post(0, 0, 2 * 4096 + 100);
    tail.run_until(microseconds(2));
    EXPECT_EQ(tail.seen_of(PacketKind::data, 0).size(), 3u) << "all that is left fits";
}

TEST(Window, AsksForAnAckWhenItCloses)
{
    RigOptions options;
    options.cc.window = 2 * 4096;
    options.nic.acks.every = 100;
    Rig rig(options);
    rig.connect();
    rig.post(0, 0, 5 * 4096);
    rig.run_until(microseconds(50));
    const auto data = rig.seen_of(PacketKind::data, 0);
    ASSERT_EQ(data.size(), 5u);
    EXPECT_FALSE(data[0].packet.ack_request);
    EXPECT_TRUE(data[1].packet.ack_request) << "nothing more may leave";
    EXPECT_TRUE(data[4].packet.ack_request) << "last of the message";
}

TEST(Window, GoingBackKeepsToIt)
{
    // Two packets to send again, and a window that the loss has cut to one: nothing is left that is new,
    // which is no reason to send both.
    RigOptions options;
    options.cc.window = 10000;
    Rig rig(options);
    rig.connect();
    rig.script = [n = 0](const Seen& s) mutable {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::data && ++n == 5;
        return fate;
    };
    Bytes most = 0;
    bool cut = false;
    rig.journal().react = [&](Flow& flow, const Event& event) {
        cut |= event.kind == Event::Kind::nack;
        if (cut) flow.window = 5000;
        if (cut && event.kind == Event::Kind::send) most = std::max(most, flow.in_flight);
    };
    rig.post(0, 0, 6 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.nic(0).counters().retransmitted, 2 * 4096);
    EXPECT_EQ(most, 4096);
}

TEST(RateLaw, SeesInFlightAndBacklog)
{
    Rig rig({});
    rig.connect();
    rig.post(0, 0, 4096 + 1000);
    ASSERT_TRUE(rig.run());
    const auto sends = rig.journal().of(Event::Kind::send);
    ASSERT_EQ(sends.size(), 2u);
    EXPECT_EQ(sends[0].in_flight, 4096);
    EXPECT_EQ(sends[0].backlog, 1000);
    EXPECT_EQ(sends[1].in_flight, 5096);
    EXPECT_EQ(sends[1].backlog, 0);
    EXPECT_EQ(sends[1].sent.psn, 1u);
    EXPECT_EQ(sends[1].sent.size, 1000);
    const auto acks = rig.journal().of(Event::Kind::ack);
    ASSERT_EQ(acks.size(), 2u);
    EXPECT_EQ(acks[0].ack.acked, 4096);
    EXPECT_EQ(acks[0].in_flight, 1000) << "without what the ACK reports";
    EXPECT_EQ(acks[1].in_flight, 0);
}

}  // namespace hpnsim::test
