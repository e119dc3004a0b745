// SPDX-License-Identifier: GPL-2.0-only
// Decodes bytes that nobody meant: the decoder says what is wrong and never reads beyond them (the sanitizers
// watch).
#include "samples.hpp"

#include "hpnsim/random.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

using Buffer = std::vector<uint8_t>;

Buffer encoded(const Sample& sample)
{
    Buffer out(kMaxFrameBytes);
    out.resize(encode_frame(sample.packet, sample.framing, out.data()));
    return out;
}

/// Decodes from a heap block of exactly that size, so that one byte too many is noticed.
std::string decode(const Buffer& bytes, bool fcs = false)
{
    const std::unique_ptr<uint8_t[]> exact(new uint8_t[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    DecodedFrame frame;
    return decode_frame(exact.get(), bytes.size(), frame, fcs);
}

TEST(Decode, EveryCutIsAnErrorOrAFrame)
{
    for (const auto& sample : every_packet()) {
        if (sample->packet.payload > 256) continue;
        const Buffer whole = encoded(*sample);
        const size_t ip_end = 14U + (whole[16] << 8 | whole[17]);
        for (size_t size = 0; size < whole.size(); ++size) {
            const std::string error = decode(Buffer(whole.begin(), whole.begin() + static_cast<long>(size)));
            EXPECT_TRUE(size >= ip_end || !error.empty()) << sample->name << " cut to " << size;
        }
    }
}

TEST(Decode, RandomBytesAndFlippedBits)
{
    const Samples samples = every_packet();
    uint64_t stream = 7;
    for (int i = 0; i < 200'000; ++i) {
        Buffer bytes = encoded(*samples[next_random(stream) % samples.size()]);
        const uint64_t flips = next_random(stream) % 8;
        for (uint64_t k = 0; k < flips; ++k)
            bytes[next_random(stream) % std::min<size_t>(bytes.size(), 110)] ^=
                static_cast<uint8_t>(1U << next_random(stream) % 8);
        decode(bytes, i % 2 == 0);
    }
    for (int i = 0; i < 50'000; ++i) {
        Buffer bytes(next_random(stream) % 200);
        for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(next_random(stream));
        if (bytes.size() > 24 && i % 2 == 0) {
            bytes[12] = 0x08, bytes[13] = 0x00, bytes[14] = 0x45;
        }
        decode(bytes);
    }
}

/// The frame of the packet, with some of BTH's reserved bits set, decoded.
std::string decode_encoded(const Packet& packet, uint8_t reserved = 0)
{
    Buffer bytes(kMaxFrameBytes);
    bytes.resize(encode_frame(packet, Framing::roce, bytes.data()));
    bytes[50] |= reserved;
    return decode(bytes);
}

struct Broken {
    size_t at;
    uint8_t value;
    const char* error;
};

TEST(Decode, SaysWhatIsWrong)
{
    Packet packet;
    packet.payload = 3;
    Buffer good(kMaxFrameBytes);
    good.resize(encode_frame(packet, Framing::roce, good.data()));
    ASSERT_EQ(decode(good), "");
    const Broken all[] = {
        {14, 0x46, "the IPv4 header begins with 0x46, not 0x45 (no options)"},
        {17, 0xff, "IPv4 says 255 bytes, the frame has 64"},
        {24, 0x00, "the IPv4 header checksum is wrong"},
        {39, 0x01, "UDP says 1 bytes, IPv4 leaves 44"},
        {42, 0x1f, "BTH has opcode 0x1f, which does not exist"},
        {42, 0x2c, "BTH has opcode 0x2c, which does not exist"},  // UC has no READ
        {42, 0x13, "the packet ends inside the extension headers of opcode 0x13"},
        {43, 0x05, "BTH has transport version 5"},
    };
    for (const Broken& each : all) {
        Buffer bad = good;
        bad[each.at] = each.value;
        EXPECT_EQ(decode(bad), each.error) << each.at;
    }
    Buffer longer = good;
    longer.resize(good.size() + 41);
    EXPECT_EQ(decode(longer), "41 bytes follow the IP packet, which are neither pad nor an INT trailer");
}

/// Found by fuzzing: bytes behind the headers of an ACK counted as its payload, and CNPs were trimmed.
TEST(Decode, WhatCarriesNoPayloadHasNone)
{
    Packet packet;
    packet.opcode = Opcode::read_request;
    packet.payload = 8;
    EXPECT_EQ(decode_encoded(packet), "8 bytes follow the headers of a packet that carries no payload");
    packet = Packet();
    packet.kind = PacketKind::rts;
    packet.opcode = Opcode::cnp;
    packet.ack_request = true;
    packet.payload = 8;
    EXPECT_EQ(decode_encoded(packet), "8 bytes follow the headers of a packet that carries no payload");
    packet = Packet();
    packet.kind = PacketKind::ack;
    packet.opcode = Opcode::acknowledge;
    EXPECT_EQ(decode_encoded(packet, 1), "opcode 0x11 is marked as trimmed, and has nothing to trim");
    packet.kind = PacketKind::cnp;
    packet.opcode = Opcode::cnp;
    EXPECT_EQ(decode_encoded(packet, 1), "opcode 0x81 is marked as trimmed, and has nothing to trim");
}

TEST(Decode, OtherPeoplesFramesAreNoErrors)
{
    Buffer arp(60, 0);
    arp[12] = 0x08, arp[13] = 0x06;
    DecodedFrame frame;
    EXPECT_EQ(decode_frame(arp.data(), arp.size(), frame), "");
    EXPECT_EQ(frame.kind, DecodedFrame::Kind::other);
}

TEST(Decode, ForeignPayloadIsPadded)
{
    uint8_t out[kMaxFrameBytes];
    const uint8_t payload[3] = {1, 2, 3};
    EthernetHeader header{endpoint_mac(1), endpoint_mac(2), 0x86dd};
    ASSERT_EQ(encode_foreign(header, payload, 3, out), 60U);
    EXPECT_EQ(out[16], 3);
    EXPECT_EQ(out[17], 0);
    EXPECT_EQ(encode_foreign(header, out, 60, out + 100), 74U);
}

}  // namespace
}  // namespace hpnsim::test
