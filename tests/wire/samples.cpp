// SPDX-License-Identifier: GPL-2.0-only
// Makes one packet of every kind, with values in all fields that its headers carry.
#include "samples.hpp"

#include "hpnsim/wire.hpp"

#include <string_view>

namespace hpnsim::test
{

namespace
{

/// Makes values that differ in every byte, and from sample to sample.
class Maker
{
public:
    Sample& add(const std::string& name, Framing framing, PacketKind kind)
    {
        all_.push_back(std::make_unique<Sample>());
        Sample& sample = *all_.back();
        const auto n = static_cast<uint32_t>(all_.size());
        sample.name = name;
        sample.framing = framing;
        Packet& packet = sample.packet;
        packet.kind = kind;
        packet.src = 0x010203 + n;
        packet.dst = 0x0a0b0c - n;
        packet.source_port = static_cast<uint16_t>(0xC000 + 37 * n);
        packet.dst_qp = 0x123400 + n;
        packet.psn = (0xfffff0 + n) & 0xffffff;  // crosses the wrap
        packet.ect = n % 3 != 0;
        packet.ce = n % 3 == 1;
        packet.dscp = kind == PacketKind::data ? 26 : 48;
        return sample;
    }

    Sample& add_opcode(const std::string& name, Framing framing, Opcode opcode, uint32_t payload)
    {
        const bool answers = opcode >= Opcode::read_response_first && opcode <= Opcode::atomic_acknowledge;
        Sample& sample = add(name + " " + std::to_string(payload), framing,
                             answers && framing == Framing::roce ? PacketKind::response : PacketKind::data);
        const uint64_t n = all_.size();
        Packet& packet = sample.packet;
        packet.opcode = opcode;
        packet.payload = payload;
        packet.ack_request = n % 2 == 0;
        packet.message_bytes = 0x01000000 + payload;
        packet.syndrome = syndrome::kAck;
        packet.msn = 0xabcd00 + static_cast<uint32_t>(n);
        packet.extension = &sample.extension;
        sample.extension.address = 0x1122334455667700 + n;
        sample.extension.rkey = 0x8899aa00 + static_cast<uint32_t>(n);
        sample.extension.swap_add = 0x0102030405060700 + n;
        sample.extension.compare = 0xf1f2f3f4f5f6f700 + n;
        sample.extension.immediate = 0xcafe0000 + static_cast<uint32_t>(n);
        sample.extension.qkey = 0x11110000 + static_cast<uint32_t>(n);
        sample.extension.src_qp = 0x654300 + static_cast<uint32_t>(n);
        sample.extension.receive_number = 0x7000 + static_cast<uint32_t>(n);
        for (uint32_t i = 0; i < payload; ++i) sample.payload.push_back(static_cast<std::byte>(7 * i + n));
        if (payload > 0) sample.extension.bytes = sample.payload.data();
        return sample;
    }

    static Sample& stamp(Sample& sample, int hops)
    {
        sample.packet.telemetry = &sample.telemetry;
        sample.packet.hop_count = static_cast<uint8_t>(hops);
        sample.packet.stamped = sample.packet.kind == PacketKind::data;
        for (int i = 0; i < hops; ++i)
            sample.telemetry.hop[i] = {static_cast<uint32_t>(100 + i), nanoseconds(1000 + i), 128 * (5 + i),
                                       80 * (9 + i), gbps(400)};
        return sample;
    }

    Samples take() { return std::move(all_); }

private:
    Samples all_;
};

struct Named {
    Opcode opcode;
    const char* name;
    bool carries;  ///< payload
};
constexpr Named kNamed[] = {{Opcode::send_first, "SEND first", true},
                            {Opcode::send_middle, "SEND middle", true},
                            {Opcode::send_last, "SEND last", true},
                            {Opcode::send_last_imm, "SEND last imm", true},
                            {Opcode::send_only, "SEND only", true},
                            {Opcode::send_only_imm, "SEND only imm", true},
                            {Opcode::write_first, "WRITE first", true},
                            {Opcode::write_middle, "WRITE middle", true},
                            {Opcode::write_last, "WRITE last", true},
                            {Opcode::write_last_imm, "WRITE last imm", true},
                            {Opcode::write_only, "WRITE only", true},
                            {Opcode::write_only_imm, "WRITE only imm", true},
                            {Opcode::read_request, "READ request", false},
                            {Opcode::read_response_first, "READ response first", true},
                            {Opcode::read_response_middle, "READ response middle", true},
                            {Opcode::read_response_last, "READ response last", true},
                            {Opcode::read_response_only, "READ response only", true},
                            {Opcode::atomic_acknowledge, "atomic ACK", false},
                            {Opcode::compare_swap, "CMP_SWAP", false},
                            {Opcode::fetch_add, "FETCH_ADD", false},
                            {Opcode::send_last_invalidate, "SEND last invalidate", true},
                            {Opcode::send_only_invalidate, "SEND only invalidate", true}};

void add_all_payloads(Maker& make, const std::string& name, Framing framing, Opcode opcode, bool carries)
{
    if (!carries) {
        make.add_opcode(name, framing, opcode, 0);
        return;
    }
    // 256 and 4096 need no pad; 253, 254, 255 need 3, 2, 1. A message of no bytes is a LAST or ONLY.
    for (const uint32_t payload : {256U, 253U, 254U, 255U, 4096U})
        make.add_opcode(name, framing, opcode, payload);
    if (std::string_view(name).find("only") != std::string_view::npos)
        make.add_opcode(name, framing, opcode, 0);
}

void add_requests(Maker& make)
{
    for (const Named& each : kNamed)
        add_all_payloads(make, each.name, Framing::roce, each.opcode, each.carries);
    for (const Named& each : kNamed) {
        if (each.opcode > Opcode::write_only_imm) continue;
        const auto uc = static_cast<Opcode>(static_cast<uint8_t>(each.opcode) + 0x20);
        add_all_payloads(make, std::string("UC ") + each.name, Framing::roce, uc, true);
    }
    add_all_payloads(make, "UD SEND only", Framing::roce, Opcode::ud_send_only, true);
    add_all_payloads(make, "UD SEND only imm", Framing::roce, Opcode::ud_send_only_imm, true);
}

Sample& add_reply(Maker& make, const std::string& name, Framing framing, uint8_t code)
{
    const bool ack = (code & 0xe0) == 0;
    Sample& sample = make.add(name, framing, ack ? PacketKind::ack : PacketKind::nak);
    sample.packet.opcode = Opcode::acknowledge;
    sample.packet.syndrome = code;
    sample.packet.msn = 0x334455;
    return sample;
}

void add_replies(Maker& make)
{
    add_reply(make, "ACK", Framing::roce, syndrome::kAck);
    for (unsigned credits = 0; credits < 32; credits += 5)
        add_reply(make, "ACK credits " + std::to_string(credits), Framing::roce,
                  static_cast<uint8_t>(credits));
    for (unsigned timer = 0; timer < 32; ++timer)
        add_reply(make, "RNR NAK " + std::to_string(timer), Framing::roce,
                  static_cast<uint8_t>(syndrome::kRnr + timer));
    for (unsigned code = 0; code < 4; ++code)
        add_reply(make, "NAK " + std::to_string(code), Framing::roce,
                  static_cast<uint8_t>(syndrome::kSequence + code));
    make.add("CNP", Framing::roce, PacketKind::cnp).packet.opcode = Opcode::cnp;
}

void add_telemetry(Maker& make, Framing framing, const std::string& prefix)
{
    for (const int hops : {0, 1, 5, 8})
        Maker::stamp(
            make.add_opcode(prefix + "INT " + std::to_string(hops), framing, Opcode::write_only, 1000), hops);
    Maker::stamp(add_reply(make, prefix + "ACK INT", framing, syndrome::kAck), 3);
}

void trim(Sample& sample, bool last_hop)
{
    sample.packet.trimmed = true;
    sample.packet.last_hop = last_hop;
    sample.standard = false;
}

void add_own_roce(Maker& make, Framing framing)
{
    trim(make.add_opcode("trimmed", framing, Opcode::write_first, 4096), false);
    trim(Maker::stamp(make.add_opcode("trimmed last hop", framing, Opcode::write_middle, 4095), 2), true);
    Sample& credit = make.add("credit", framing, PacketKind::credit);
    credit.packet.opcode = Opcode::cnp;
    credit.packet.received = 0x12345678;
    credit.standard = false;
    Sample& rts = make.add("rts", framing, PacketKind::rts);
    rts.packet.opcode = Opcode::cnp;
    rts.packet.ack_request = true;
    rts.packet.received = 0x87654321;
    rts.standard = false;
}

void fill_sack(Sample& sample)
{
    sample.packet.echo_psn = 0x00abcdef;
    sample.packet.cookie = 0x00abcd00;
    sample.packet.message = 0x8000000000000f01;
    sample.standard = false;
}

void add_irn(Maker& make)
{
    for (const Named& each : kNamed)
        add_all_payloads(make, std::string("irn ") + each.name, Framing::irn, each.opcode, each.carries);
    fill_sack(add_reply(make, "irn ACK", Framing::irn, syndrome::kAck));
    fill_sack(add_reply(make, "irn NAK", Framing::irn, syndrome::kSequence));
    fill_sack(Maker::stamp(add_reply(make, "irn ACK INT", Framing::irn, syndrome::kAck), 4));
    make.add("irn CNP", Framing::irn, PacketKind::cnp).packet.opcode = Opcode::cnp;
    add_own_roce(make, Framing::irn);
}

void add_rud(Maker& make)
{
    for (const Named& each : kNamed)
        add_all_payloads(make, std::string("rud ") + each.name, Framing::rud, each.opcode, each.carries);
    for (const uint8_t code : {syndrome::kAck, syndrome::kRnr, syndrome::kRemoteAccess, syndrome::kTrimmed,
                               syndrome::kTrimmedLastHop}) {
        Sample& reply = add_reply(make, "rud reply " + std::to_string(code), Framing::rud, code);
        fill_sack(reply);
        reply.packet.echo_ecn = code == syndrome::kAck;
        reply.packet.out_of_order = 17;
        reply.packet.received = 0x76543210;
        reply.packet.marked = 0x00432100;
    }
    make.add("rud CNP", Framing::rud, PacketKind::cnp).packet.opcode = Opcode::cnp;
    add_telemetry(make, Framing::rud, "rud ");
    add_own_roce(make, Framing::rud);
}

}  // namespace

Samples every_packet()
{
    Maker make;
    add_requests(make);
    add_replies(make);
    add_telemetry(make, Framing::roce, "");
    add_own_roce(make, Framing::roce);
    add_irn(make);
    add_rud(make);
    Samples all = make.take();
    for (const auto& sample : all) {
        sample->packet.wire_bytes = charged(*sample);
        if (sample->framing != Framing::roce) sample->standard = false;
    }
    return all;
}

uint32_t charged(const Sample& sample)
{
    const Wire& wire = wire_named("roce", sample.framing);
    const Packet& packet = sample.packet;
    const bool telemetry = packet.telemetry != nullptr;
    if (packet.trimmed) return wire.trimmed;
    switch (packet.kind) {
    case PacketKind::ack:
        return telemetry ? wire.ack_telemetry : wire.ack;
    case PacketKind::nak:
        return wire.ack;
    case PacketKind::cnp:
        return wire.cnp;
    case PacketKind::credit:
    case PacketKind::rts:
        return wire.credit;
    default:
        return opcode_wire_bytes(wire, packet.opcode, packet.payload, telemetry);
    }
}

std::vector<PfcFrame> pfc_frames()
{
    PfcFrame pause, resume, several;
    pause.enabled = resume.enabled = priority_bit(3);
    pause.quanta[3] = 0xffff;
    several.enabled = 0xff;
    for (uint16_t i = 0; i < kPriorities; ++i) several.quanta[i] = static_cast<uint16_t>(0x1100 * i + i);
    return {pause, resume, several};
}

}  // namespace hpnsim::test
