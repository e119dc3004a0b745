// SPDX-License-Identifier: GPL-2.0-only
// Cuts transfers into pieces, and says when the next of them may be out.
#include "nvlink/nvlink_sender.hpp"

#include <utility>

namespace hpnsim
{

namespace
{

/// Returns what a piece of `length` out of `longest` bytes has of `part`.
uint32_t ShareOf(Bytes length, Bytes part, Bytes longest)
{
    return static_cast<uint32_t>(part == longest ? length : length * part / longest);
}

}  // namespace

NvlinkSender::NvlinkSender(uint16_t gpu, uint32_t gpus, Rate rate, Time latency)
    : m_time(rate), m_rate(rate), m_latency(latency), m_places(gpus - 1), m_gpu(gpu)
{
}

/// Sends a piece of the transfer whose turn it is, which goes behind the others if there is more of it.
NvlinkPiece NvlinkSender::Send(Time now)
{
    Transfer transfer = m_sending.front();
    m_sending.pop_front();
    const Bytes longest = transfer.Longest();
    const Bytes length = std::min<Bytes>(longest, kPiece);
    const uint32_t up = ShareOf(length, transfer.left.up, longest);
    NvlinkPiece piece;
    piece.bytes = ShareOf(length, transfer.left.down, longest);
    piece.cookie = transfer.cookie;
    piece.src = m_gpu;
    piece.last = length == longest;
    m_busyUntil = now + m_time.Of(up);
    piece.arrival = m_busyUntil + m_latency;
    ++m_pieces;
    if (!piece.last) {
        transfer.left.up -= up;
        transfer.left.down -= piece.bytes;
        m_sending.push_back(transfer);
    } else if (!m_waiting.empty()) {
        m_sending.push_back(m_waiting.front());
        m_waiting.pop_front();
    }
    return piece;
}

/// Before the last piece of the transfer that has fewest, each transfer has had as many turns as that one,
/// and of a share that was rounded down later pieces have no less.
Time NvlinkSender::NextWhole() const
{
    if (m_sending.empty()) return Time::max();
    Bytes fewest = m_sending[0].Longest();
    Time round;
    for (size_t i = 0; i < m_sending.size(); ++i) {
        const Transfer& each = m_sending[i];
        fewest = std::min(fewest, each.Longest());
        const Bytes length = std::min<Bytes>(each.Longest(), kPiece);
        round = round + transmit_time(ShareOf(length, each.left.up, each.Longest()), m_rate);
    }
    const Bytes turns = (fewest - 1) / kPiece;
    Time whole = m_busyUntil + Time{round.ps * static_cast<int64_t>(turns)} + m_latency;
    const bool alone = m_sending.size() == 1 && m_sending[0].left.up == fewest;
    if (alone) whole = whole + transmit_time(fewest - turns * kPiece, m_rate);
    return whole;
}

}  // namespace hpnsim
