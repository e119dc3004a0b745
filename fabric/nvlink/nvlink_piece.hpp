// SPDX-License-Identifier: GPL-2.0-only
// Says what transfers between the GPUs of a host are made of. Senders and receivers of NVLink pass it on.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

/// The length of a transfer on the sender's link and on the receiver's, which differ where NVSwitch adds up
/// what it passes on, or copies it.
struct NvlinkBytes {
    NvlinkBytes(Bytes both) : up(both), down(both) {}
    NvlinkBytes(Bytes toSwitch, Bytes toGpu) : up(toSwitch), down(toGpu) {}

    Bytes up;
    Bytes down;
};

/// A piece of a transfer that has left its sender.
struct NvlinkPiece {
    Time arrival;        ///< of its last bit at the NVSwitch
    uint64_t cookie{0};  ///< the transfer's
    uint32_t bytes{0};   ///< on the receiver's link
    uint16_t src{0};     ///< the sending GPU
    bool last{false};    ///< of the transfer
};

/// How long a link takes to send a piece. It remembers the last length, because nearly all are equal.
class PieceTime
{
public:
    explicit PieceTime(Rate rate) : m_rate(rate) {}

    Time Of(uint32_t bytes)
    {
        if (bytes != m_bytes) {
            m_bytes = bytes;
            m_time = transmit_time(bytes, m_rate);
        }
        return m_time;
    }

private:
    Rate m_rate;
    uint32_t m_bytes{0};
    Time m_time;
};

}  // namespace hpnsim
