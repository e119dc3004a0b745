// SPDX-License-Identifier: GPL-2.0-only
// NvlinkSender is the way from a GPU to its NVSwitch. A host has one for each GPU.
#pragma once

#include "nvlink/nvlink_piece.hpp"

#include "hpnsim/ring.hpp"

#include <algorithm>
#include <cstdint>

namespace hpnsim
{

/**
 * \brief A GPU's transfers, which share its link piece by piece, in turn.
 *
 * What leaves when depends on nothing but what was posted, so pieces need no events: whoever wants to know
 * what has left until some time calls Advance.
 */
class NvlinkSender
{
public:
    static constexpr uint32_t kPiece = 32768;  ///< bytes; 73 ns at 3,600 Gb/s

    /// GPU `gpu` of a host of `gpus`, which sends at `rate`; `latency` is that of the link.
    NvlinkSender(uint16_t gpu, uint32_t gpus, Rate rate, Time latency);

    /// Calls `leaves(dst, piece)` with every piece whose transmission begins before `end`.
    template <class Leaves> void Advance(Time end, Leaves leaves)
    {
        while (!m_sending.empty() && m_busyUntil < end) {
            const uint32_t dst = m_sending.front().dst;
            leaves(dst, Send(m_busyUntil));
        }
    }

    /// Posts a transfer, once Advance has come to `now`. If the link is idle, the next piece leaves at once.
    template <class Leaves>
    void Post(uint64_t cookie, uint32_t dst, NvlinkBytes bytes, Time now, Leaves leaves)
    {
        const bool place = m_sending.empty() || m_sending.size() < m_places;
        (place ? m_sending : m_waiting).push_back({cookie, dst, bytes});
        if (m_busyUntil <= now) {
            const uint32_t first = m_sending.front().dst;
            leaves(first, Send(now));
        }
    }

    /// Returns a time before which no transfer that has been posted arrives whole at the NVSwitch; of a
    /// single one, when it does. Time::max(): there is none.
    Time NextWhole() const;

    /// Counts the pieces that have left.
    uint64_t Pieces() const { return m_pieces; }

private:
    struct Transfer {
        uint64_t cookie{0};
        uint32_t dst{0};
        NvlinkBytes left{0};
        Bytes Longest() const { return std::max(left.up, left.down); }
    };

    NvlinkPiece Send(Time now);

    Ring<Transfer> m_sending;  // round robin
    Ring<Transfer> m_waiting;  // for a place in m_sending
    Time m_busyUntil;
    PieceTime m_time;
    Rate m_rate;
    Time m_latency;
    uint64_t m_pieces{0};
    uint32_t m_places;  // as many as there are other GPUs
    uint16_t m_gpu;
};

}  // namespace hpnsim
