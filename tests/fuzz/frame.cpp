// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes frames of any bytes. What decodes as a packet is encoded again, and that decodes as the same packet.
#include "fuzz.hpp"

#include "hpnsim/frame.hpp"

#include <vector>

using namespace hpnsim;

namespace
{

Framing framing_of(DecodedFrame::Kind kind)
{
    return kind == DecodedFrame::Kind::irn   ? Framing::irn
           : kind == DecodedFrame::Kind::rud ? Framing::rud
                                             : Framing::roce;
}

void encode_again(DecodedFrame& frame)
{
    std::vector<uint8_t> bytes(kMaxFrameBytes);
    if (frame.packet.payload > kMaxPayload) return;
    const size_t size = encode_frame(frame.packet, framing_of(frame.kind), bytes.data());
    DecodedFrame second;
    const std::string wrong = decode_frame(bytes.data(), size, second);
    if (!wrong.empty()) fuzz::fail("what was decoded cannot be encoded: " + wrong);
    const Packet &a = frame.packet, &b = second.packet;
    // CNPs, grants and requests for credit are written with PSN 0.
    const bool has_psn = a.opcode != Opcode::cnp;
    if ((has_psn && a.psn != b.psn) || a.opcode != b.opcode || a.dst_qp != b.dst_qp ||
        a.payload != b.payload || a.kind != b.kind || a.syndrome != b.syndrome)
        fuzz::fail("a frame that changes when it is encoded again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    for (const bool with_fcs : {false, true}) {
        DecodedFrame frame;
        if (!decode_frame(data, size, frame, with_fcs).empty()) continue;
        const bool packet = frame.kind == DecodedFrame::Kind::roce || frame.kind == DecodedFrame::Kind::irn ||
                            frame.kind == DecodedFrame::Kind::rud;
        if (packet) encode_again(frame);
    }
    return 0;
}
