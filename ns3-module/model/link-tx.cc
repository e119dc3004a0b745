// SPDX-License-Identifier: GPL-2.0-only
// Sends packets over links without faults. This is the hot path: nothing here allocates.
#include "link-tx.h"

#include "foreign-packet.h"

#include "hpnsim/bad_input.hpp"

#include "ns3/make-event.h"

#include <algorithm>

namespace hpnsim
{

LinkTx::LinkTx(const Clock& clock,
               PacketPool& pool,
               LinkEnd* owner,
               uint16_t port,
               uint32_t globalPort,
               uint32_t peerGlobalPort)
    : m_clock(clock)
    , m_pool(pool)
    , m_owner(owner)
    , m_port(port)
    , m_globalPort(globalPort)
    , m_peerGlobalPort(peerGlobalPort)
    , m_arrival(this, CanonicalOrder(peerGlobalPort, EventType::ARRIVAL))
    , m_done(this, CanonicalOrder(globalPort, EventType::TX_DONE))
{
}

void
LinkTx::Connect(LinkEnd* peer, uint16_t peerPort, const LinkParams& params)
{
    if (params.rate.bps < 1)
    {
        throw BadInput("a link of " + std::to_string(params.rate.bps) +
                       " b/s; a rate is 1 b/s or more");
    }
    m_peer = peer;
    m_peerPort = peerPort;
    m_params = params;
    m_planned = params.rate;
    SetRate(params.rate);
    if (params.separateEvents)
    {
        m_headOnly = false;
        m_special = true;
        m_doneArmed = true; // otherwise nobody has to ask for the end of a transmission
        m_grip = picoseconds(1);
    }
    m_special |= params.wholeNs;
    if (params.loss > 0)
    {
        Impairment loss;
        loss.rate = params.loss;
        Faults().Begin(loss);
    }
}

void
LinkTx::SetRate(Rate rate)
{
    m_params.rate = rate;
    const bool whole = kBytePs % rate.bps == 0 && !m_params.wholeNs;
    m_psPerByte = whole ? kBytePs / rate.bps : 0;
}

Time
LinkTx::SerialisationTime(uint32_t bytes) const
{
    return m_psPerByte != 0 ? Time{bytes * m_psPerByte} : FractionalTime(bytes);
}

/// Computes the time of a transmission at rates that have no whole picoseconds a byte, or are cut
/// to nanoseconds. It is out of line because few links need it.
[[gnu::noinline]] Time
LinkTx::FractionalTime(uint32_t bytes) const
{
    return m_params.wholeNs ? whole_ns_transmit_time(bytes, m_params.rate)
                            : transmit_time(bytes, m_params.rate);
}

void
LinkTx::Send(Packet* packet, Time now)
{
    const Time end = now + SerialisationTime(packet->wire_bytes);
    m_busyUntil = end + m_grip;
    packet->arrival = end + m_params.delay;
    m_sentBytes += packet->wire_bytes;
    ++m_sentPackets;
    if (m_special)
    {
        SendSpecial(packet, end, now);
        return;
    }
    Launch(packet, now);
}

/// Sends over links with faults or separate events, which are few, so that Send stays short for all
/// others.
void
LinkTx::SendSpecial(Packet* packet, Time end, Time now)
{
    m_wholeNsBusy += end - now;
    if (!m_headOnly)
    {
        m_done.Arm(m_clock, end - now);
    }
    if (m_faults != nullptr)
    {
        SendFaulty(packet, now);
        return;
    }
    Launch(packet, now);
}

/// Puts the packet behind those that are on the wire.
void
LinkTx::Launch(Packet* packet, Time now)
{
    m_inFlight.push(packet);
    if (!m_arrivalArmed)
    {
        m_arrivalArmed = m_headOnly;
        m_arrival.Arm(m_clock, packet->arrival - now);
    }
}

void
LinkTx::ArrivalDue()
{
    Packet* packet = m_inFlight.pop();
    const Time now = packet->arrival;
    m_arrivalArmed = m_headOnly && !m_inFlight.empty();
    if (m_arrivalArmed)
    {
        m_arrival.Arm(m_clock, m_inFlight.front()->arrival - now);
    }
    if (m_faults != nullptr && m_faults->voided > 0)
    {
        --m_faults->voided;
        Lose(packet, FaultEffect::LOST_DOWN);
        return;
    }
    m_peer->Arrive(packet, m_peerPort, now);
}

void
LinkTx::WantIdle(Time now)
{
    if (!m_doneArmed)
    {
        m_doneArmed = true;
        m_done.Arm(m_clock, std::max(m_busyUntil, now) - now);
    }
}

void
LinkTx::TxDone()
{
    const Time now = m_clock.Now();
    if (!m_headOnly)
    {
        TransmissionEnds(now);
        return;
    }
    m_doneArmed = false;
    if (now < m_busyUntil) // a PFC frame went in between
    {
        WantIdle(now);
        return;
    }
    m_owner->TxIdle(m_port, now);
}

/// Ends a transmission of a link with separate events (LinkParams::separateEvents).
void
LinkTx::TransmissionEnds(Time now)
{
    if (now < BusyUntil()) // a PFC frame follows directly
    {
        m_done.Arm(m_clock, BusyUntil() - now);
        return;
    }
    m_busyUntil = now;
    m_owner->TxIdle(m_port, now);
}

void
LinkTx::SendPause(Priority priority, bool on, uint32_t wireBytes, Time now)
{
    SendPfc(SinglePfcFrame(priority, on ? kMaxQuanta : 0), ReserveControl(wireBytes, now), now);
}

Time
LinkTx::ReserveControl(uint32_t wireBytes, Time now)
{
    const bool idle = Idle(now);
    const Time time = SerialisationTime(wireBytes);
    const Time end = std::max(BusyUntil(), now) + time;
    m_busyUntil = end + m_grip;
    m_wholeNsBusy += time;
    m_sentBytes += wireBytes;
    ++m_sentPackets;
    if (idle && !m_headOnly)
    {
        m_done.Arm(m_clock, end - now);
    }
    return end;
}

void
LinkTx::SendPfc(const PfcFrame& frame, Time end, Time now)
{
    if (m_faults != nullptr && LosesPfc())
    {
        return;
    }
    m_clock.Schedule(
        CanonicalOrder(m_peerGlobalPort, EventType::PAUSE),
        end + m_params.cable - now,
        ns3::MakeEvent(
            &LinkTx::PfcArrives, this, frame, m_faults != nullptr ? m_faults->epoch : 0));
}

Bytes
LinkTx::SentBytes(Time now) const
{
    const Time left = std::max(BusyUntil() - now, Time{});
    const auto bits = static_cast<__int128>(left.ps) * m_params.rate.bps;
    return m_sentBytes - static_cast<Bytes>((bits + kBytePs - 1) / kBytePs);
}

Time
LinkTx::BusyTime(Time now) const
{
    if (m_params.wholeNs)
    {
        return m_wholeNsBusy - std::max(BusyUntil() - now, Time{});
    }
    if (m_params.rate.bps <= 0)
    {
        return {};
    }
    return m_earlierBusy + transmit_time(SentBytes(now) - m_earlierBytes, m_params.rate);
}

void
LinkTx::DropInFlight()
{
    while (!m_inFlight.empty())
    {
        DropPacket(m_pool, m_inFlight.pop());
    }
    if (m_faults != nullptr)
    {
        for (Packet* packet : m_faults->late)
        {
            DropPacket(m_pool, packet);
        }
        m_faults->late.clear();
    }
}

void
LinkTx::PfcArrives(PfcFrame frame, uint32_t epoch)
{
    if (m_faults != nullptr && m_faults->epoch != epoch)
    {
        m_faults->Count(FaultEffect::LOST_PAUSE);
        return;
    }
    m_peer->PfcArrives(m_peerPort, frame, m_clock.Now());
}

} // namespace hpnsim
