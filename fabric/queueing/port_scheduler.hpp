// SPDX-License-Identifier: GPL-2.0-only
// PortScheduler holds the queues of one egress port, and chooses which of them sends next.
#pragma once

#include "hpnsim/packet.hpp"

#include <array>
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
        m_lane[priority].quantum = static_cast<int32_t>(weight) * kQuantumUnit;
        const PausedPriorities bit = priority_bit(priority);
        m_strict = static_cast<PausedPriorities>(weight == 0 ? m_strict | bit : m_strict & ~bit);
    }

    /// Takes packet turns: weights then only tell which priorities are strict.
    void TakePacketTurns() { m_packetTurns = true; }

    bool Empty() const { return m_occupied == 0; }

    /// True if something waits in a priority that is not paused.
    bool CanSend(PausedPriorities paused) const { return (m_occupied & ~paused) != 0; }

    Bytes Queued(Priority priority) const { return m_lane[priority].bytes; }

    Bytes QueuedTotal() const { return m_total; }

    /// Returns the packet that has waited longest in a priority, or null.
    const Packet* Front(Priority priority) const
    {
        return m_lane[priority].packets.empty() ? nullptr : m_lane[priority].packets.front();
    }

    /// Returns the packet that has waited longest in the highest priority of all. Something must wait.
    const Packet* Head() const { return Front(static_cast<Priority>(Highest(m_occupied))); }

    /// Returns the priorities in which something waits.
    PausedPriorities Occupied() const { return m_occupied; }

    /// Calls `function` with every packet that waits.
    template <class Function> void ForEach(Function function) const
    {
        for (Priority priority = 0; priority < kPriorities; ++priority) {
            for (const Packet* packet = Front(priority); packet != nullptr; packet = packet->next) {
                function(*packet);
            }
        }
    }

    void Push(Packet* packet)
    {
        Lane& lane = m_lane[packet->priority];
        lane.packets.push(packet);
        lane.bytes += packet->wire_bytes;
        m_total += packet->wire_bytes;
        m_occupied |= priority_bit(packet->priority);
    }

    /// Exchanges the contents of `packet` and of the newest packet that waits in its priority, so that each
    /// takes the other's place. Something must wait there.
    void SwapNewest(Packet& packet)
    {
        const Priority priority = packet.priority;
        Packet& newest = *m_lane[priority].packets.back();
        const Bytes more = Bytes{packet.wire_bytes} - newest.wire_bytes;
        std::swap(packet, newest);
        newest.next = nullptr;
        m_lane[priority].bytes += more;
        m_total += more;
    }

    /// Notes what Push and Pop of a packet would, if nothing else waited.
    void Pass(Priority priority)
    {
        if ((m_strict & priority_bit(priority)) == 0) m_last = static_cast<int8_t>(priority);
    }

    /// Takes the next packet; CanSend(paused) must hold.
    Packet* Pop(PausedPriorities paused)
    {
        const unsigned open = m_occupied & ~static_cast<unsigned>(paused);
        const unsigned strict = open & m_strict;
        const bool single = (open & (open - 1)) == 0;
        const int i = strict != 0 ? Highest(strict) : single ? Highest(open) : WeightedChoice(open);
        m_last = strict != 0 ? m_last : static_cast<int8_t>(i);
        Lane& lane = m_lane[i];
        Packet* packet = lane.packets.pop();
        __builtin_prefetch(lane.packets.front());  // it came long ago, and goes next
        lane.bytes -= packet->wire_bytes;
        m_total -= packet->wire_bytes;
        if (lane.packets.empty()) {
            m_occupied &= static_cast<PausedPriorities>(~(1U << i));
            lane.deficit = 0;
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
        while ((open >> m_turn & 1) == 0 || m_lane[m_turn].deficit < NextBytes(m_turn)) {
            do {
                m_turn = static_cast<int8_t>((m_turn + kPriorities - 1) % kPriorities);
            } while ((open >> m_turn & 1) == 0);
            m_lane[m_turn].deficit += m_lane[m_turn].quantum;
        }
        m_lane[m_turn].deficit -= NextBytes(m_turn);
        return m_turn;
    }

    int32_t NextBytes(int priority) const
    {
        return static_cast<int32_t>(m_lane[priority].packets.front()->wire_bytes);
    }

    /// What belongs to one priority, in half a cache line.
    struct Lane {
        PacketFifo packets;
        Bytes bytes{0};
        int32_t deficit{0};
        int32_t quantum{kQuantumUnit};
    };

    Bytes m_total{0};
    PausedPriorities m_occupied{0};
    PausedPriorities m_strict{priority_bit(kControlPriority)};
    bool m_packetTurns{false};
    int8_t m_turn{kDataPriority};
    int8_t m_last{0};  // the priority that sent last, of those that are not strict
    std::array<Lane, kPriorities> m_lane = WeightedLanes();

    /// The weights are 4 for the data and 1 for anything else.
    static std::array<Lane, kPriorities> WeightedLanes()
    {
        std::array<Lane, kPriorities> lanes;
        lanes[kDataPriority].quantum = 4 * kQuantumUnit;
        return lanes;
    }
};

}  // namespace hpnsim
