// SPDX-License-Identifier: GPL-2.0-only
// PortScheduler holds the queues of one egress port, and chooses which of them sends next.
#pragma once

#include "hpnsim/packet.hpp"

#include <utility>

namespace hpnsim
{

/**
 * \brief Holds one queue per priority. The strict ones go first, the highest number foremost; the others go
 * by deficit weighted round robin (Shreedhar, Varghese, SIGCOMM'95). Queues that PFC has paused are passed
 * over.
 *
 * It can also go by turns of one packet each, in ascending order from the priority that sent last (HPCC-sim).
 */
class PortScheduler
{
public:
    /// A weight of 0 makes the priority a strict one.
    void SetWeight(Priority priority, uint32_t weight)
    {
        m_quantum[priority] = static_cast<int32_t>(weight) * kQuantumUnit;
        const PausedPriorities bit = priority_bit(priority);
        m_strict = static_cast<PausedPriorities>(weight == 0 ? m_strict | bit : m_strict & ~bit);
    }

    /// Takes packet turns: weights then only tell which priorities are strict.
    void TakePacketTurns() { m_packetTurns = true; }

    bool Empty() const { return m_occupied == 0; }

    /// True if something waits in a priority that is not paused.
    bool CanSend(PausedPriorities paused) const { return (m_occupied & ~paused) != 0; }

    Bytes Queued(Priority priority) const { return m_queued[priority]; }

    Bytes QueuedTotal() const { return m_total; }

    /// Returns the packet that has waited longest in a priority, or null.
    const Packet* Front(Priority priority) const
    {
        return m_queue[priority].empty() ? nullptr : m_queue[priority].front();
    }

    /// Returns the priorities in which something waits.
    PausedPriorities Occupied() const { return m_occupied; }

    /// Calls `function` with every packet that waits.
    template <class Function> void ForEach(Function function) const
    {
        for (const PacketFifo& queue : m_queue) {
            for (const Packet* packet = queue.empty() ? nullptr : queue.front(); packet != nullptr;
                 packet = packet->next) {
                function(*packet);
            }
        }
    }

    void Push(Packet* packet)
    {
        m_queue[packet->priority].push(packet);
        m_queued[packet->priority] += packet->wire_bytes;
        m_total += packet->wire_bytes;
        m_occupied |= priority_bit(packet->priority);
    }

    /// Exchanges the contents of `packet` and of the newest packet that waits in its priority, so that each
    /// takes the other's place. Something must wait there.
    void SwapNewest(Packet& packet)
    {
        const Priority priority = packet.priority;
        Packet& newest = *m_queue[priority].back();
        const Bytes more = Bytes{packet.wire_bytes} - newest.wire_bytes;
        std::swap(packet, newest);
        newest.next = nullptr;
        m_queued[priority] += more;
        m_total += more;
    }

    /// Takes the next packet; CanSend(paused) must hold.
    Packet* Pop(PausedPriorities paused)
    {
        const unsigned open = m_occupied & ~static_cast<unsigned>(paused);
        const unsigned strict = open & m_strict;
        const bool single = (open & (open - 1)) == 0;
        const int i = strict != 0 ? Highest(strict) : single ? Highest(open) : WeightedChoice(open);
        m_last = strict != 0 ? m_last : i;
        Packet* packet = m_queue[i].pop();
        m_queued[i] -= packet->wire_bytes;
        m_total -= packet->wire_bytes;
        if (m_queue[i].empty()) {
            m_occupied &= static_cast<PausedPriorities>(~(1U << i));
            m_deficit[i] = 0;
        }
        return packet;
    }

private:
    static constexpr int32_t kQuantumUnit = 2048;  // bytes a round for weight 1

    static int Highest(unsigned bits) { return 31 - __builtin_clz(bits); }

    /// Chooses when several weighted queues hold something and may send.
    int WeightedChoice(unsigned open)
    {
        if (m_packetTurns) {
            const unsigned above = open & ~((2U << m_last) - 1);
            return __builtin_ctz(above != 0 ? above : open);
        }
        while ((open >> m_turn & 1) == 0 ||
               m_deficit[m_turn] < static_cast<int32_t>(m_queue[m_turn].front()->wire_bytes)) {
            do {
                m_turn = (m_turn + kPriorities - 1) % kPriorities;
            } while ((open >> m_turn & 1) == 0);
            m_deficit[m_turn] += m_quantum[m_turn];
        }
        m_deficit[m_turn] -= static_cast<int32_t>(m_queue[m_turn].front()->wire_bytes);
        return m_turn;
    }

    PausedPriorities m_occupied{0};
    PausedPriorities m_strict{priority_bit(kControlPriority)};
    bool m_packetTurns{false};
    int m_turn{kDataPriority};
    int m_last{0};  // the priority that sent last, of those that are not strict
    Bytes m_total{0};
    PacketFifo m_queue[kPriorities];
    Bytes m_queued[kPriorities]{};
    int32_t m_deficit[kPriorities]{};
    // The weights are 4 for the data and 1 for anything else.
    int32_t m_quantum[kPriorities]{kQuantumUnit, kQuantumUnit, kQuantumUnit, 4 * kQuantumUnit,
                                   kQuantumUnit, kQuantumUnit, kQuantumUnit, kQuantumUnit};
};

}  // namespace hpnsim
