// SPDX-License-Identifier: GPL-2.0-only
// Does with the packets of a message what does not depend on the order in which they come. Internal to the
// transport.
#pragma once

#include "memory/payload.hpp"
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

/// Puts a part of a SEND or WRITE at its offset; returns 0 or a syndrome.
inline uint8_t Nic::place(Qp& qp, Arriving& message, const Packet& data, uint64_t offset)
{
    if ((message.what & is::kSend) != 0) {
        const ReceiveRequest& receive = message.receive;
        if (offset > receive.length || data.payload > receive.length - offset)
            return spoil_receive(qp, message, Status::local_length, syndrome::kInvalidRequest);
        if (store(regions_, qp, receive.lkey, receive.address + offset, data, access::kLocalWrite)) return 0;
        return spoil_receive(qp, message, Status::local_protection, syndrome::kRemoteOperation);
    }
    const bool stored =
        store(regions_, qp, message.rkey, message.address + offset, data, access::kRemoteWrite);
    return stored ? 0 : syndrome::kRemoteAccess;
}

/// Returns the syndrome that asks the peer to wait until a receive is posted.
inline uint8_t rnr(const Qp& qp)
{
    return static_cast<uint8_t>(syndrome::kRnr | (qp.rnr_timer & 31));
}

}  // namespace hpnsim
