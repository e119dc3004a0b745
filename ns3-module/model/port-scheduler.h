// SPDX-License-Identifier: GPL-2.0-only
// The queues of one egress port and which of them sends next.
#pragma once

#include "hpnsim/nic.hpp"
#include "hpnsim/packet.hpp"

namespace hpnsim
{

/**
 * \brief One queue a traffic class: control strictly first, the others by deficit weighted round
 * robin (Shreedhar, Varghese, SIGCOMM'95). Queues that PFC has paused are passed over.
 */
class PortScheduler
{
  public:
    void
    SetWeights(uint32_t data, uint32_t lossy)
    {
        m_quantum[1] = data * kQuantumUnit;
        m_quantum[2] = lossy * kQuantumUnit;
    }

    bool
    Empty() const
    {
        return m_occupied == 0;
    }

    /// Something waits in a class that is not paused.
    bool
    CanSend(PausedClasses paused) const
    {
        return (m_occupied & ~paused) != 0;
    }

    Bytes
    Queued(TrafficClass cls) const
    {
        return m_queued[static_cast<int>(cls)];
    }

    Bytes
    QueuedTotal() const
    {
        return m_queued[0] + m_queued[1] + m_queued[2];
    }

    void
    Push(Packet* packet)
    {
        const int i = static_cast<int>(packet->cls);
        m_queue[i].push(packet);
        m_queued[i] += packet->wire_bytes;
        m_occupied |= static_cast<PausedClasses>(1U << i);
    }

    /// The next packet; CanSend(paused) must hold.
    Packet*
    Pop(PausedClasses paused)
    {
        const unsigned open = m_occupied & ~static_cast<unsigned>(paused);
        const int i = (open & 1U) != 0 ? 0 : open == 2U ? 1 : open == 4U ? 2 : WeightedChoice();
        Packet* packet = m_queue[i].pop();
        m_queued[i] -= packet->wire_bytes;
        if (m_queue[i].empty())
        {
            m_occupied &= static_cast<PausedClasses>(~(1U << i));
            m_deficit[i] = 0;
        }
        return packet;
    }

  private:
    static constexpr int64_t kQuantumUnit = 2048; // bytes a round for weight 1

    /// Both weighted queues hold something.
    int
    WeightedChoice()
    {
        while (m_deficit[m_turn] < static_cast<int64_t>(m_queue[m_turn].front()->wire_bytes))
        {
            m_turn = 3 - m_turn;
            m_deficit[m_turn] += m_quantum[m_turn];
        }
        m_deficit[m_turn] -= m_queue[m_turn].front()->wire_bytes;
        return m_turn;
    }

    PausedClasses m_occupied{0};
    int m_turn{1};
    PacketFifo m_queue[kTrafficClasses];
    Bytes m_queued[kTrafficClasses]{};
    int64_t m_deficit[kTrafficClasses]{};
    int64_t m_quantum[kTrafficClasses]{0, 4 * kQuantumUnit, kQuantumUnit};
};

} // namespace hpnsim
