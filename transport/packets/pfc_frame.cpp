// SPDX-License-Identifier: GPL-2.0-only
// Encodes and decodes PFC frames (IEEE 802.3 annex 31D).
#include "hpnsim/frame.hpp"
#include "packets/frame_bits.hpp"
#include "packets/little_end.hpp"

namespace hpnsim
{

void put(ByteWriter& out, const PfcFrame& frame)
{
    out.u16(kPfcOpcode);
    out.u16(frame.enabled);
    for (const uint16_t quanta : frame.quanta) out.u16(quanta);
}

size_t encode_pfc(const Mac& source, const PfcFrame& frame, uint8_t* out, bool with_fcs)
{
    ByteWriter to(out);
    EthernetHeader ethernet;
    ethernet.destination = kPfcDestination;
    ethernet.source = source;
    ethernet.ether_type = kEtherTypeMacControl;
    put(to, ethernet);
    put(to, frame);
    to.zeros(kMinFrameBytes - static_cast<size_t>(to.at() - out));
    if (with_fcs) put_low_first(to, fcs_of(out, kMinFrameBytes));
    return static_cast<size_t>(to.at() - out);
}

}  // namespace hpnsim
