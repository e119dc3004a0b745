// SPDX-License-Identifier: GPL-2.0-only
// Holds data in the NIC's receive buffer, and pauses the upstream before it overflows.
#include "slow-receiver.h"

#include "foreign-packet.h"

#include <algorithm>

namespace hpnsim
{

SlowReceiver::SlowReceiver(const Clock& clock,
                           PacketPool& pool,
                           LinkTx& incoming,
                           LinkTx& outgoing,
                           const Settings& settings)
    : m_clock(clock)
    , m_pool(pool)
    , m_incoming(incoming)
    , m_outgoing(outgoing)
    , m_nic(incoming.Peer())
    , m_settings(settings)
    , m_taken(this, CanonicalOrder(outgoing.GlobalPort(), EventType::TIMER))
{
    incoming.SetPeer(this);
    incoming.Faults(); // they are there now, while neither of its nodes runs
}

SlowReceiver::~SlowReceiver()
{
    while (!m_waiting.empty())
    {
        DropPacket(m_pool, m_waiting.pop());
    }
}

void
SlowReceiver::SetRate(Rate rate, Bytes xoff)
{
    m_settings.rate = rate;
    m_settings.xoff = xoff;
}

void
SlowReceiver::Arrive(Packet* packet, uint16_t port, Time now)
{
    if ((set_of(packet->kind) & kDataPackets) == 0)
    {
        m_nic->Arrive(packet, port, now);
        return;
    }
    const Bytes room = m_settings.pauses ? m_settings.xoff + m_settings.headroom : m_settings.xoff;
    if (m_held + packet->wire_bytes > room)
    {
        LinkFaults& faults = m_incoming.Faults();
        faults.CountArriving(FaultEffect::LOST_RECEIVER);
        if (faults.listener != nullptr)
        {
            faults.listener->Lost(*packet, m_incoming.GlobalPort(), FaultEffect::LOST_RECEIVER);
        }
        DropPacket(m_pool, packet);
        return;
    }
    m_port = port;
    m_held += packet->wire_bytes;
    m_peak = std::max(m_peak, m_held);
    const PausedPriorities bit = priority_bit(packet->priority);
    packet->arrival = now;
    m_waiting.push(packet);
    if (m_settings.pauses && m_held >= m_settings.xoff && (m_paused & bit) == 0)
    {
        m_paused |= bit;
        SendPauses(bit, true, now);
    }
    Work();
}

void
SlowReceiver::Work()
{
    if (m_working || m_waiting.empty())
    {
        return;
    }
    m_working = true;
    m_taken.Arm(m_clock, transmit_time(m_waiting.front()->wire_bytes, m_settings.rate));
}

void
SlowReceiver::Taken()
{
    const Time now = m_clock.Now();
    Packet* packet = m_waiting.pop();
    m_working = false;
    m_held -= packet->wire_bytes;
    if (m_paused != 0 && m_held <= m_settings.xoff / 2)
    {
        SendPauses(m_paused, false, now);
        m_paused = 0;
    }
    else if (m_paused != 0 && now - m_pausedAt >= m_settings.refresh)
    {
        SendPauses(m_paused, true, now);
    }
    Work();
    packet->hold(nanoseconds((now - packet->arrival).ps / 1000)); // whole: a NAK takes it off again
    m_nic->Arrive(packet, m_port, now);
}

void
SlowReceiver::SendPauses(PausedPriorities which, bool on, Time now)
{
    for (int priority = 0; priority < kPriorities; ++priority)
    {
        if ((which >> priority & 1) != 0)
        {
            m_outgoing.SendPause(static_cast<Priority>(priority), on, m_settings.pauseBytes, now);
            m_pausesSent += on ? 1 : 0;
        }
    }
    m_pausedAt = now;
}

void
SlowReceiver::TxIdle(uint16_t, Time)
{
}

void
SlowReceiver::PfcArrives(uint16_t port, const PfcFrame& frame, Time now)
{
    m_nic->PfcArrives(port, frame, now); // PFC frames to the NIC are not held up
}

void
SlowReceiver::ForgetPauses(uint16_t port, Time now)
{
    m_nic->ForgetPauses(port, now);
}

} // namespace hpnsim
