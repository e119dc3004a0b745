// SPDX-License-Identifier: GPL-2.0-only
// NvlinkReceiver is the way from an NVSwitch to a GPU. A host has one for each GPU.
#pragma once

#include "nvlink/nvlink_piece.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hpnsim
{

/// The NVSwitch's port to a GPU: pieces leave in the order in which they have arrived, of equal times in that
/// of their senders. The queue is as long as it needs to be, and nothing is lost.
class NvlinkReceiver
{
public:
    /// The port sends at `rate`; `latency` is that of the link.
    NvlinkReceiver(Rate rate, Time latency) : m_time(rate), m_latency(latency) {}

    /// Takes a piece that is on its way.
    void Take(const NvlinkPiece& piece)
    {
        m_sorted = m_sorted && (m_coming.empty() || !ComesBefore(piece, m_coming.back()));
        m_coming.push_back(piece);
    }

    /// Sends what arrives at the port before `end`, once all of that has been taken. Calls
    /// `ends(cookie, time)` with each transfer that it completes, and when its last bit arrives at the GPU.
    template <class Ends> void Advance(Time end, Ends ends)
    {
        if (!m_sorted) Sort();
        size_t done = 0;
        for (; done < m_coming.size() && m_coming[done].arrival < end; ++done) {
            const NvlinkPiece& piece = m_coming[done];
            m_busyUntil = std::max(m_busyUntil, piece.arrival) + m_time.Of(piece.bytes);
            if (piece.last) ends(piece.cookie, m_busyUntil + m_latency);
        }
        m_pieces += done;
        m_coming.erase(m_coming.begin(), m_coming.begin() + static_cast<ptrdiff_t>(done));
    }

    /// Returns when the first transfer arrives whole at the port, of the pieces that it has not sent.
    /// Time::max(): none does.
    Time NextWhole() const
    {
        Time first = Time::max();
        for (const NvlinkPiece& piece : m_coming)
            if (piece.last) first = std::min(first, piece.arrival);
        return first;
    }

    /// Counts the pieces that have been sent.
    uint64_t Pieces() const { return m_pieces; }

private:
    static bool ComesBefore(const NvlinkPiece& a, const NvlinkPiece& b)
    {
        if (a.arrival != b.arrival) return a.arrival < b.arrival;
        return a.src != b.src ? a.src < b.src : a.last < b.last;
    }
    void Sort();

    std::vector<NvlinkPiece> m_coming;
    Time m_busyUntil;
    PieceTime m_time;
    Time m_latency;
    uint64_t m_pieces{0};
    bool m_sorted{true};
};

}  // namespace hpnsim
