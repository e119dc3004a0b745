// SPDX-License-Identifier: GPL-2.0-only
// Compares frames with bytes worked by hand and with the sizes that the transport charges, and decodes them
// again.
#include "samples.hpp"

#include "hpnsim/int_trailer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim::test
{
namespace
{

using Octets = std::vector<uint8_t>;

Octets encode(const Packet& packet, Framing framing, bool fcs = false)
{
    Octets out(kMaxFrameBytes);
    out.resize(encode_frame(packet, framing, out.data(), fcs));
    return out;
}

Octets part(const Octets& all, size_t from, size_t count)
{
    return {all.begin() + static_cast<long>(from), all.begin() + static_cast<long>(from + count)};
}

void expect_same_extension(const Sample& sample, const DecodedFrame& frame)
{
    const ExtensionLayout has = extension_layout(sample.packet.opcode);
    const Extension &want = sample.extension, &got = frame.extension;
    const bool rud = sample.framing == Framing::rud;
    const bool irn = sample.framing == Framing::irn && has_irn_header(sample.packet.opcode);
    if (has.reth || has.atomic || rud || irn) {
        EXPECT_EQ(got.address, want.address);
    }
    if (has.reth || rud || irn) {
        EXPECT_EQ(frame.packet.message_bytes, sample.packet.message_bytes);
    }
    if (has.reth || has.atomic) {
        EXPECT_EQ(got.rkey, want.rkey);
    }
    if (has.atomic || has.atomic_ack) {
        EXPECT_EQ(got.swap_add, want.swap_add);
    }
    if (has.atomic) {
        EXPECT_EQ(got.compare, want.compare);
    }
    if (has.immediate) {
        EXPECT_EQ(got.immediate, want.immediate);
    }
    if (has.deth) {
        EXPECT_EQ(got.qkey, want.qkey);
    }
    if (has.deth) {
        EXPECT_EQ(got.src_qp, want.src_qp);
    }
    if (rud) {
        EXPECT_EQ(got.receive_number, want.receive_number);
    }
    if (irn && sample.name.find("SEND") != std::string::npos) {
        EXPECT_EQ(got.receive_number, want.receive_number);
    }
}

void expect_same_reply(const Sample& sample, const Packet& got)
{
    const Packet& want = sample.packet;
    EXPECT_EQ(got.syndrome, want.syndrome);
    EXPECT_EQ(got.msn, want.msn);
    if (sample.framing == Framing::roce) return;
    EXPECT_EQ(got.echo_psn, want.echo_psn);
    EXPECT_EQ(got.cookie, want.cookie);
    EXPECT_EQ(got.message, want.message);
    if (sample.framing == Framing::irn) return;
    EXPECT_EQ(got.echo_ecn, want.echo_ecn);
    EXPECT_EQ(got.out_of_order, want.out_of_order);
    EXPECT_EQ(got.received, want.received);
    EXPECT_EQ(got.marked, want.marked);
}

/// Expects everything that is on the wire to be the same.
void expect_same(const Sample& sample, const DecodedFrame& frame)
{
    const Packet &want = sample.packet, &got = frame.packet;
    const bool cnp = want.opcode == Opcode::cnp && sample.framing != Framing::rud;
    EXPECT_EQ(got.kind, want.kind);
    EXPECT_EQ(got.src, want.src);
    EXPECT_EQ(got.dst, want.dst);
    EXPECT_EQ(got.source_port, want.source_port);
    EXPECT_EQ(got.dscp, want.dscp);
    EXPECT_EQ(got.ce, want.ce);
    EXPECT_EQ(got.ect, want.ect || want.ce);
    EXPECT_EQ(got.wire_bytes, want.wire_bytes);
    EXPECT_EQ(got.dst_qp, want.dst_qp);
    EXPECT_EQ(got.psn, cnp ? 0 : want.psn);
    EXPECT_EQ(got.ack_request, want.ack_request);
    EXPECT_EQ(got.trimmed, want.trimmed);
    EXPECT_EQ(got.last_hop, want.last_hop);
    EXPECT_FALSE(got.corrupted);
    const bool credit = want.kind == PacketKind::credit || want.kind == PacketKind::rts;
    if (credit) {
        EXPECT_EQ(got.received, want.received);
    }
    if (want.kind == PacketKind::ack || want.kind == PacketKind::nak) expect_same_reply(sample, got);
    if (want.trimmed) return;
    if (!credit) {
        EXPECT_EQ(got.opcode, want.opcode);
    }
    EXPECT_EQ(got.payload, want.payload);
    EXPECT_TRUE(want.payload == 0 || std::equal(sample.payload.begin(), sample.payload.end(),
                                                reinterpret_cast<const std::byte*>(frame.payload)));
    expect_same_extension(sample, frame);
    EXPECT_EQ(got.telemetry != nullptr, want.telemetry != nullptr);
    EXPECT_EQ(got.hop_count, std::min<int>(want.hop_count, kIntTrailerHops));
}

TEST(Frame, EveryPacketHasTheSizeThatItIsChargedFor)
{
    for (const auto& sample : every_packet()) {
        const Octets frame = encode(sample->packet, sample->framing);
        EXPECT_EQ(frame.size() + 4 + 20, sample->packet.wire_bytes) << sample->name;  // FCS; preamble and gap
        EXPECT_EQ(encode(sample->packet, sample->framing, true).size(), frame.size() + 4) << sample->name;
    }
}

TEST(Frame, EveryPacketComesBack)
{
    size_t tried = 0;
    for (const auto& sample : every_packet()) {
        SCOPED_TRACE(sample->name);
        for (const bool fcs : {false, true}) {
            const Octets bytes = encode(sample->packet, sample->framing, fcs);
            DecodedFrame frame;
            ASSERT_EQ(decode_frame(bytes.data(), bytes.size(), frame, fcs), "");
            expect_same(*sample, frame);
            EXPECT_EQ(frame.fcs_good, fcs);
            EXPECT_EQ(frame.icrc_good, sample->framing != Framing::rud);
            ++tried;
        }
    }
    EXPECT_GT(tried, 500U);
}

TEST(Frame, RoceExtensionHeadersHaveTheSizesOfTheTable)
{
    for (unsigned code = 0; code < 256; ++code) {
        const auto opcode = static_cast<Opcode>(code);
        const ExtensionLayout has = extension_layout(opcode);
        if (!has.known || opcode == Opcode::cnp) continue;
        const uint32_t bytes = (has.deth ? 8 : 0) + (has.reth ? 16 : 0) + (has.atomic ? 28 : 0) +
                               (has.aeth ? 4 : 0) + (has.atomic_ack ? 8 : 0) + (has.immediate ? 4 : 0);
        EXPECT_EQ(bytes, extension_header_bytes(opcode)) << code;
    }
}

// Endpoint 258 writes 5 bytes at 0x1122334455667788 of endpoint 7's QP 0x65431f, PSN 0x010203.
TEST(Frame, AWriteByteForByte)
{
    Packet packet;
    Extension more;
    packet.src = 258;
    packet.dst = 7;
    packet.source_port = 0xC123;
    packet.ect = packet.ce = true;
    packet.dst_qp = 0x65431f;  // on the wire: plus 2
    packet.psn = 0x010203;
    packet.ack_request = true;
    packet.payload = packet.message_bytes = 5;
    packet.extension = &more;
    more.address = 0x1122334455667788;
    more.rkey = 0x99aabbcc;
    std::byte bytes[5] = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}};
    more.bytes = bytes;
    const Octets expected = {
        0x02, 0x00, 0x00, 0x00, 0x00, 0x07, 0x02, 0x00, 0x00, 0x00, 0x01, 0x02, 0x08, 0x00,  // Ethernet
        0x45, 0x6b, 0x00, 0x44, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,  // DSCP 26, CE; 68 B; DF; TTL 64; UDP
        0x25, 0x36,  // ~(456b + 0044 + 4000 + 4011 + 0a00 + 0102 + 0a00 + 0007) = ~dac9
        0x0a, 0x00, 0x01, 0x02, 0x0a, 0x00, 0x00, 0x07,                          //
        0xc1, 0x23, 0x12, 0xb7, 0x00, 0x30, 0x00, 0x00,                          // UDP to 4791, 48 B
        0x0a, 0x30, 0xff, 0xff, 0x00, 0x65, 0x43, 0x21, 0x80, 0x01, 0x02, 0x03,  // BTH: pad 3, AckReq
        0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0x00, 0x00,
        0x00, 0x05, 0x01, 0x02, 0x03, 0x04, 0x05, 0x00, 0x00, 0x00};
    const Octets frame = encode(packet, Framing::roce);
    ASSERT_EQ(frame.size(), expected.size() + 4);
    EXPECT_EQ(part(frame, 0, expected.size()), expected);
}

// A captured CNP (facts: annex A17.9.3): 81 00 ff ff 40 00 00 d2 00 00 00 00, 16 reserved bytes.
TEST(Frame, ACnpByteForByte)
{
    Packet packet;
    packet.kind = PacketKind::cnp;
    packet.dst_qp = 0xd0;
    packet.psn = 77;  // a CNP has none
    Octets expected = {0x81, 0x00, 0xff, 0xff, 0x40, 0x00, 0x00, 0xd2, 0x00, 0x00, 0x00, 0x00};
    expected.resize(12 + 16, 0);
    const Octets frame = encode(packet, Framing::roce);
    ASSERT_EQ(frame.size(), 14U + 20 + 8 + 32);
    EXPECT_EQ(part(frame, 42, 28), expected);
}

TEST(Frame, SwitchesMayChangeEcnWithoutTheIcrc)
{
    Packet packet;
    packet.payload = 64;
    const Octets before = encode(packet, Framing::roce);
    packet.ect = packet.ce = true;
    packet.dscp = 0;
    const Octets after = encode(packet, Framing::roce);
    EXPECT_NE(before, after);
    EXPECT_EQ(part(before, before.size() - 4, 4), part(after, after.size() - 4, 4));
    packet.psn = 1;
    const Octets other = encode(packet, Framing::roce);
    EXPECT_NE(part(other, other.size() - 4, 4), part(after, after.size() - 4, 4));
}

TEST(Frame, AFlippedBitShowsInTheIcrc)
{
    Packet packet;
    packet.payload = 100;
    Octets bytes = encode(packet, Framing::roce);
    bytes[90] ^= 0x10;
    DecodedFrame flipped;
    ASSERT_EQ(decode_frame(bytes.data(), bytes.size(), flipped), "");
    EXPECT_TRUE(flipped.packet.corrupted);
    packet.corrupted = true;
    bytes = encode(packet, Framing::roce);
    DecodedFrame corrupted;
    ASSERT_EQ(decode_frame(bytes.data(), bytes.size(), corrupted), "");
    EXPECT_TRUE(corrupted.packet.corrupted);
}

// IEEE 802.3: the CRC of "123456789" is 0xCBF43926.
TEST(Frame, FcsIsEthernets)
{
    const char* text = "123456789";
    EXPECT_EQ(fcs_of(reinterpret_cast<const uint8_t*>(text), 9), 0xCBF43926U);
}

TEST(Frame, TelemetryComesBackInItsUnits)
{
    Packet packet;
    IntBlock block;
    packet.stamped = true;
    packet.telemetry = &block;
    packet.hop_count = 2;
    // 130 B are one unit of 128, 171 B two of 80; 2^24 ns are one turn of the clock.
    block.hop[0] = {0xabc, nanoseconds((1 << 24) + 5), 130, 171, gbps(400)};
    block.hop[1] = {0x00f, nanoseconds(9), 128 * ((1 << 20) + 3), 80 * 70000, gbps(3)};
    const Octets bytes = encode(packet, Framing::roce);
    const size_t trailer = bytes.size() - kIntTrailerBytes;
    EXPECT_EQ(bytes[trailer], 0x2a);  // two hops, path 0xabc ^ 0x00f = 0xab3
    EXPECT_EQ(bytes[trailer + 1], 0xb3);
    DecodedFrame frame;
    ASSERT_EQ(decode_frame(bytes.data(), bytes.size(), frame), "");
    EXPECT_EQ(frame.packet.hop_count, 2);
    EXPECT_EQ(frame.telemetry.hop[0].ts, nanoseconds(5));
    EXPECT_EQ(frame.telemetry.hop[0].tx_bytes, 128);
    EXPECT_EQ(frame.telemetry.hop[0].queue, 160);
    EXPECT_EQ(frame.telemetry.hop[0].link, gbps(400));
    EXPECT_EQ(frame.telemetry.hop[1].tx_bytes, 3 * 128);
    EXPECT_EQ(frame.telemetry.hop[1].queue, 80 * 65535);
    EXPECT_EQ(frame.telemetry.hop[1].link, gbps(0));  // a rate without a code
}

// An ACK of several packets may echo no record, yet it is charged for the trailer.
TEST(Frame, AnAckChargedForTelemetryHasTheTrailer)
{
    Packet ack;
    ack.kind = PacketKind::ack;
    ack.wire_bytes = wire_named("roce", Framing::roce).ack_telemetry;
    EXPECT_EQ(encode(ack, Framing::roce).size() + 24, ack.wire_bytes);
}

// What data and ACKs are charged for digests or notices is there, behind the IP packet.
TEST(Frame, FeedbackFollowsThePacket)
{
    const Wire wire = with_feedback(wire_named("roce", Framing::roce), 2, 5);
    Packet packet;
    packet.opcode = Opcode::write_middle;
    packet.payload = 1000;
    packet.feedback = 0x0123;
    packet.wire_bytes = data_wire_bytes(wire, packet.payload, false, false);
    Octets bytes = encode(packet, Framing::roce);
    ASSERT_EQ(bytes.size() + 24, packet.wire_bytes);
    EXPECT_EQ(Octets(bytes.end() - 2, bytes.end()), (Octets{0x23, 0x01}));
    DecodedFrame frame;
    EXPECT_EQ(decode_frame(bytes.data(), bytes.size(), frame), "");
    EXPECT_EQ(frame.packet.payload, 1000U);
    Packet ack;
    ack.kind = PacketKind::ack;
    ack.feedback = packet.feedback;
    ack.wire_bytes = wire.ack;
    bytes = encode(ack, Framing::roce);
    EXPECT_EQ(bytes.size() + 24, wire.ack);
    EXPECT_EQ(Octets(bytes.end() - 5, bytes.end()), (Octets{0x23, 0x01, 0x00, 0x00, 0x00}));
}

// IEEE 802.3 annex 31D: destination, type, opcode, class vector, eight times, 26 B of zeros.
TEST(Frame, PfcByteForByte)
{
    uint8_t out[kMaxFrameBytes];
    const PfcFrame pause = pfc_frames()[0];
    ASSERT_EQ(encode_pfc(switch_mac(3, 4), pause, out), 60U);
    Octets expected = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x01, 0x02, 0x01, 0x00, 0x03, 0x00, 0x04,
                       0x88, 0x08, 0x01, 0x01, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                       0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
    expected.resize(60, 0);
    EXPECT_EQ(Octets(out, out + 60), expected);
    for (const PfcFrame& each : pfc_frames()) {
        EXPECT_EQ(encode_pfc(switch_mac(3, 4), each, out, true) + 20, wire_named("roce", false).pfc);
        DecodedFrame frame;
        ASSERT_EQ(decode_frame(out, 64, frame, true), "");
        EXPECT_EQ(frame.kind, DecodedFrame::Kind::pfc);
        EXPECT_EQ(frame.pfc.enabled, each.enabled);
        EXPECT_EQ(frame.pfc.quanta, each.quanta);
        EXPECT_TRUE(frame.fcs_good);
    }
}

}  // namespace
}  // namespace hpnsim::test
