// SPDX-License-Identifier: GPL-2.0-only
// Sends packets over links without faults. This is the hot path: nothing here allocates.
#include "link-tx.h"

#include "foreign-packet.h"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <cstdint>

namespace hpnsim
{

void
FlightRing::Grow()
{
    const bool any = m_entries != nullptr;
    const uint32_t log = any ? m_log + 1 : 3;
    auto* larger = new InFlight[size_t{1} << log];
    for (uint32_t i = 0; any && i < m_count; ++i)
    {
        larger[i] = (*this)[i];
    }
    delete[] m_entries;
    m_entries = larger;
    m_head = 0;
    m_log = log;
}

LinkTx::LinkTx(const Clock& clock,
               PacketPool& pool,
               LinkEnd* owner,
               uint16_t port,
               uint32_t globalPort,
               uint32_t peerGlobalPort)
    : m_owner(owner)
    , m_port(port)
    , m_clock(clock)
    , m_arrivalOrder(CanonicalOrder(peerGlobalPort, EventType::ARRIVAL))
    , m_doneOrder(CanonicalOrder(globalPort, EventType::TX_DONE))
    , m_globalPort(globalPort)
    , m_pool(pool)
    , m_peerGlobalPort(peerGlobalPort)
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
    m_delay = params.delay;
    m_planned = params.rate;
    SetRate(params.rate);
    if (params.separateEvents)
    {
        m_headOnly = m_peerHeadOnly = false;
        m_grip = picoseconds(1);
        m_endsInTurn = params.asksForEnds && m_clock.Kernel() != nullptr;
        m_doneArmed = !m_endsInTurn; // nobody has to ask for the end of a transmission
    }
    m_special = IsSpecial();
    if (params.loss > 0)
    {
        Impairment loss;
        loss.rate = params.loss;
        Faults().Begin(loss);
    }
}

/// Tells whether Send needs more than a time and a place in the ring.
bool
LinkTx::IsSpecial() const
{
    return m_faults != nullptr || !m_headOnly || m_params.wholeNs || m_crossing;
}

void
LinkTx::CrossLanes(bool crosses)
{
    m_crossing = crosses;
    m_special = IsSpecial();
}

void
LinkTx::SetRate(Rate rate)
{
    m_params.rate = rate;
    m_lastBytes = 0;
    m_lastTime = {};
    const bool whole = kBytePs % rate.bps == 0 && !m_params.wholeNs;
    const int64_t psPerByte = whole ? kBytePs / rate.bps : 0;
    m_psPerByte = psPerByte > INT32_MAX ? 0 : static_cast<int32_t>(psPerByte);
}

Time
LinkTx::SerialisationTime(uint32_t bytes)
{
    return m_psPerByte != 0 ? Time{int64_t{bytes} * m_psPerByte} : FractionalTime(bytes);
}

/// Computes the time of a transmission at rates that have no whole picoseconds a byte, or are cut
/// to nanoseconds. It is out of line because few links need it, and remembers the last one because
/// it divides.
[[gnu::noinline]] Time
LinkTx::FractionalTime(uint32_t bytes)
{
    if (bytes != m_lastBytes)
    {
        m_lastBytes = bytes;
        m_lastTime = m_params.wholeNs ? whole_ns_transmit_time(bytes, m_params.rate)
                                      : transmit_time(bytes, m_params.rate);
    }
    return m_lastTime;
}

void
LinkTx::BindSlots()
{
    if (!m_headOnly)
    {
        return; // it may have several events of a kind
    }
    const EventSlot arrival = Arrival::Bind(m_clock, m_arrivalOrder, this);
    m_arrivalQueue = arrival.queue;
    m_arrivalSlot = arrival.slot;
    const EventSlot done = Done::Bind(m_clock, m_doneOrder, this);
    m_doneQueue = done.queue;
    m_doneSlot = done.slot;
}

/// Schedules the next arrival, as the far node.
[[gnu::always_inline]] inline void
LinkTx::ArmArrival(Time arrival, Time now)
{
    if (m_arrivalQueue != nullptr && m_arrivalQueue->InUse())
    {
        m_arrivalQueue->Arm(m_arrivalSlot, static_cast<uint64_t>(arrival.ps));
        return;
    }
    Arrival::Arm(m_clock, m_arrivalOrder, arrival - now, this);
}

/// The same as this node.
[[gnu::always_inline]] inline void
LinkTx::PostArrival(Time arrival, Time now)
{
    if (m_arrivalQueue != nullptr && m_arrivalQueue->InUse())
    {
        m_arrivalQueue->PostArm(m_arrivalSlot, static_cast<uint64_t>(arrival.ps));
        return;
    }
    Arrival::Arm(m_clock, m_arrivalOrder, arrival - now, this);
}

[[gnu::always_inline]] inline void
LinkTx::ArmDone(Time at, Time now)
{
    if (m_doneQueue != nullptr && m_doneQueue->InUse())
    {
        m_doneQueue->Arm(m_doneSlot, static_cast<uint64_t>(at.ps));
        return;
    }
    Done::Arm(m_clock, m_doneOrder, at - now, this);
}

/// Puts the packet behind those that are on the wire, now or when the far node's lane takes it in.
void
LinkTx::Launch(Packet* packet, Time arrival, Time now)
{
    if (m_crossing && m_clock.Kernel()->LanesApart())
    {
        m_clock.Kernel()->Send(m_arrivalOrder,
                               {&LinkTx::Land, this, packet, static_cast<uint64_t>(arrival.ps)});
        return;
    }
    Board(packet, arrival, now);
}

void
LinkTx::Land(void* link, void* packet, uint64_t arrival)
{
    auto* tx = static_cast<LinkTx*>(link);
    tx->Board(static_cast<Packet*>(packet), Time{static_cast<int64_t>(arrival)}, tx->m_clock.Now());
}

void
LinkTx::TakePacket(Packet* packet, Time arrival)
{
    Board(packet, arrival, m_clock.Now());
}

void
LinkTx::Board(Packet* packet, Time arrival, Time now)
{
    m_inFlight.Push(packet, arrival);
    if (!m_arrivalArmed)
    {
        m_arrivalArmed = m_peerHeadOnly;
        PostArrival(arrival, now);
    }
}

void
LinkTx::Send(Packet* packet, Time now)
{
    const uint32_t bytes = packet->wire_bytes;
    const Time end = now + SerialisationTime(bytes);
    const Time arrival = end + m_delay;
    m_busyUntil = end;
    m_sentBytes += bytes;
    ++m_sentPackets;
    if (m_special)
    {
        SendSpecial(packet, end, arrival, now);
        return;
    }
    Board(packet, arrival, now);
}

[[gnu::noinline]] void
LinkTx::ArmEnd(Time end, Time now)
{
    ArmDone(end, now);
}

/// Sends over links that are special (IsSpecial), so that Send stays short for all others.
void
LinkTx::SendSpecial(Packet* packet, Time end, Time arrival, Time now)
{
    m_busyUntil = end + m_grip;
    m_wholeNsBusy += end - now;
    if (!m_headOnly)
    {
        PlanEnd(end, now);
    }
    if (m_faults != nullptr)
    {
        SendFaulty(packet, arrival, now);
        return;
    }
    Launch(packet, arrival, now);
}

void
LinkTx::WarmArrival(const void* link, WarmRound round)
{
    const auto* tx = static_cast<const LinkTx*>(link);
    if (tx->m_inFlight.Empty())
    {
        return;
    }
    const Packet* next = tx->m_inFlight[0].packet;
    if (round == WarmRound::OBJECT)
    {
        __builtin_prefetch(next);
        __builtin_prefetch(tx->m_peer);
        return;
    }
    tx->m_peer->WarmArrival(*next, round);
}

/// A link begins the port that owns it, and what the port needs to send follows.
void
LinkTx::WarmDone(const void* link, WarmRound round)
{
    if (round != WarmRound::OBJECT)
    {
        const auto* tx = static_cast<const LinkTx*>(link);
        if (round == WarmRound::REACH)
        {
            tx->m_owner->WarmHead(tx->m_port);
        }
        return;
    }
    constexpr size_t kLine = 64;
    constexpr size_t kLines = 4;
    const auto* behind = static_cast<const char*>(link) + sizeof(LinkTx);
    for (size_t line = 0; line < kLines; ++line)
    {
        __builtin_prefetch(behind + line * kLine);
    }
}

/// Takes the next packet off the wire, and has the one behind it come.
[[gnu::always_inline]] inline InFlight
LinkTx::PopHead()
{
    const InFlight front = m_inFlight.Pop();
    m_arrivalArmed = m_peerHeadOnly && !m_inFlight.Empty();
    if (!m_inFlight.Empty())
    {
        __builtin_prefetch(
            m_inFlight[0].packet);          // its turn comes soon, and no cache holds it any more
        __builtin_prefetch(&m_inFlight[4]); // in the next cache line of the ring
    }
    if (m_arrivalArmed)
    {
        ArmArrival(m_inFlight[0].arrival, front.arrival);
    }
    return front;
}

void
LinkTx::ArrivalDue()
{
    if (__builtin_expect(m_faults != nullptr, 0))
    {
        FaultyArrivalDue();
        return;
    }
    const InFlight front = PopHead();
    m_peer->Arrive(front.packet, m_peerPort, front.arrival);
}

[[gnu::noinline]] void
LinkTx::TakeHead()
{
    const InFlight front = PopHead();
    if (m_faults->voided > 0)
    {
        --m_faults->voided;
        LoseArriving(front.packet, FaultEffect::LOST_DOWN);
        return;
    }
    m_peer->Arrive(front.packet, m_peerPort, front.arrival);
}

void
LinkTx::WantIdle(Time now)
{
    if (m_endsInTurn)
    {
        if (!Idle(now))
        {
            ArmPlannedEnd();
        }
    }
    else if (!m_doneArmed)
    {
        m_doneArmed = true;
        ArmDone(std::max(m_busyUntil, now), now);
    }
}

void
LinkTx::GoOn(Time now)
{
    if (!m_headOnly && Idle(now))
    {
        m_owner->TxIdle(m_port, now);
        return;
    }
    WantIdle(now);
}

void
LinkTx::TxDone()
{
    const bool bound = m_doneQueue != nullptr && m_doneQueue->InUse();
    const Time now = bound ? Time{static_cast<int64_t>(t_cursor.now)} : m_clock.Now();
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

/// Makes an event of the end that has been planned.
void
LinkTx::ArmPlannedEnd()
{
    if (!m_doneArmed)
    {
        m_doneArmed = true;
        Done::ArmInTurn(m_clock, m_endTurn, BusyUntil(), this);
    }
}

/// Tells of a transmission that may end now whether it has. If it has an event, that says so.
[[gnu::noinline]] bool
LinkTx::EndedBefore(Time now) const
{
    return BusyUntil() == now && !m_doneArmed && m_clock.Kernel()->HasPassed(m_endTurn);
}

/// Ends a transmission of a link with separate events.
void
LinkTx::TransmissionEnds(Time now)
{
    if (now < BusyUntil()) // a PFC frame follows directly
    {
        ArmDone(BusyUntil(), now);
        return;
    }
    m_busyUntil = now;
    m_owner->TxIdle(m_port, now);
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
    while (!m_inFlight.Empty())
    {
        DropPacket(m_pool, m_inFlight.Pop().packet);
    }
    if (m_faults != nullptr)
    {
        for (const LinkFaults::Late& late : m_faults->late)
        {
            DropPacket(m_pool, late.packet);
        }
        m_faults->late.clear();
    }
}

} // namespace hpnsim
