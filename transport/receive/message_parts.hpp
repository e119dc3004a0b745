// SPDX-License-Identifier: GPL-2.0-only
// Notes what the packets of a message tell of it, in whatever order they come. Internal to the transport.
#pragma once

#include "packets/opcodes.hpp"
#include "qp/qp.hpp"

namespace hpnsim
{

/// Adds what a packet tells of its message.
inline void note(Arriving& message, const Packet& data, unsigned what)
{
    message.what |= static_cast<uint16_t>(what);
    if ((what & is::kLast) == 0) return;
    message.cookie = data.cookie;
    if (data.solicited) message.what |= is::kSolicited;
    if ((what & (is::kImmediate | is::kInvalidate)) != 0 && data.extension != nullptr)
        message.immediate = data.extension->immediate;
}

inline bool wants_receive(unsigned what)
{
    const bool write_immediate = (what & is::kWrite) != 0 && (what & is::kImmediate) != 0;
    return (what & is::kSend) != 0 || write_immediate;
}

/// Returns the syndrome that asks the peer to wait until a receive is posted.
inline uint8_t rnr(const Qp& qp)
{
    return static_cast<uint8_t>(syndrome::kRnr | (qp.rnr_timer & 31));
}

}  // namespace hpnsim
