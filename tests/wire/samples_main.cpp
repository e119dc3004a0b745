// SPDX-License-Identifier: GPL-2.0-only
// Makes wire_samples DIR, which writes every.pcap (RoCEv2 and PFC as the standards have them), own.pcap (what
// is ours: irn, rud, credits, trimmed packets) and fcs.pcap (every.pcap's frames with FCS), and beside each
// NAME.pcap a NAME.json: one object a frame, with the values that the packet was filled with, for judges.py.
#include "samples.hpp"

#include "hpnsim/pcap.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

using namespace hpnsim;
using namespace hpnsim::test;

namespace
{

class Fields
{
public:
    Fields& add(const std::string& key, uint64_t value)
    {
        out_ << ", \"" << key << "\": " << value;
        return *this;
    }
    std::string text() const { return out_.str(); }

private:
    std::ostringstream out_;
};

Fields common(const Sample& sample)
{
    const Packet& packet = sample.packet;
    Fields fields;
    fields.add("bytes", packet.wire_bytes - 24).add("src", packet.src).add("dst", packet.dst);
    fields.add("sport", packet.source_port).add("dscp", packet.dscp);
    fields.add("ecn", packet.ce ? 3 : packet.ect ? 2 : 0).add("int", packet.telemetry != nullptr);
    return fields;
}

/// Lists what the extension headers of the opcode must say.
void add_extensions(Fields& fields, const Sample& sample)
{
    const Packet& packet = sample.packet;
    const Extension& more = sample.extension;
    const ExtensionLayout has = extension_layout(packet.opcode);
    if (has.reth || has.atomic) fields.add("va", more.address).add("rkey", more.rkey);
    if (has.reth) fields.add("dma", packet.message_bytes);
    if (has.aeth) fields.add("syndrome", packet.syndrome).add("msn", packet.msn);
    if (has.atomic) fields.add("swap_add", more.swap_add).add("compare", more.compare);
    if (has.atomic_ack) fields.add("original", more.swap_add);
    const auto rc = static_cast<Opcode>(static_cast<uint8_t>(packet.opcode) & 0x1f);
    const bool ieth = rc == Opcode::send_last_invalidate || rc == Opcode::send_only_invalidate;
    if (has.immediate) fields.add(ieth ? "invalidate" : "immediate", more.immediate);
    if (has.deth) fields.add("qkey", more.qkey).add("src_qp", more.src_qp + 2);
}

std::string roce_json(const Sample& sample)
{
    const Packet& packet = sample.packet;
    const bool cnp = packet.opcode == Opcode::cnp;
    Fields fields = common(sample);
    fields.add("opcode", static_cast<uint8_t>(packet.opcode)).add("qp", packet.dst_qp + 2);
    fields.add("psn", cnp ? 0 : packet.psn).add("ack_request", packet.ack_request);
    fields.add("pad", (4 - packet.payload % 4) % 4).add("payload", packet.payload);
    add_extensions(fields, sample);
    return "{\"name\": \"" + sample.name + "\", \"kind\": \"roce\"" + fields.text() + "}";
}

std::string own_json(const Sample& sample)
{
    const std::string kind = sample.framing == Framing::rud ? "rud" : "own";
    return "{\"name\": \"" + sample.name + "\", \"kind\": \"" + kind + "\"" + common(sample).text() + "}";
}

std::string pfc_json(const PfcFrame& frame)
{
    std::ostringstream out;
    out << "{\"name\": \"PFC\", \"kind\": \"pfc\", \"enabled\": " << int{frame.enabled} << ", \"quanta\": [";
    for (int i = 0; i < kPriorities; ++i) out << (i > 0 ? ", " : "") << frame.quanta[static_cast<size_t>(i)];
    out << "]}";
    return out.str();
}

/// Writes a capture and the list of what it should hold.
class Capture
{
public:
    Capture(const std::string& base, bool fcs) : pcap_(base + ".pcap", PcapWriter::kWhole, fcs), fcs_(fcs)
    {
        json_.open(base + ".json");
    }
    ~Capture() { json_ << "\n]\n"; }

    void add(const Sample& sample, const std::string& json)
    {
        add(encode_frame(sample.packet, sample.framing, frame_, fcs_), json);
    }
    void add(const PfcFrame& pfc) { add(encode_pfc(switch_mac(3, 4), pfc, frame_, fcs_), pfc_json(pfc)); }

private:
    void add(size_t size, const std::string& json)
    {
        json_ << (pcap_.frames() == 0 ? "[\n" : ",\n") << json;
        pcap_.write(nanoseconds(static_cast<int64_t>(pcap_.frames()) * 100), frame_, size);
    }

    PcapWriter pcap_;
    bool fcs_;
    std::ofstream json_;
    uint8_t frame_[kMaxFrameBytes];
};

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::cerr << "usage: wire_samples DIR\n";
        return 2;
    }
    const std::string dir = argv[1];
    Capture every(dir + "/every", false), own(dir + "/own", false), fcs(dir + "/fcs", true);
    for (const auto& sample : every_packet()) {
        if (sample->standard) {
            every.add(*sample, roce_json(*sample));
            fcs.add(*sample, roce_json(*sample));
        } else {
            own.add(*sample, own_json(*sample));
        }
    }
    for (const PfcFrame& pfc : pfc_frames()) {
        every.add(pfc);
        fcs.add(pfc);
    }
    return 0;
}
