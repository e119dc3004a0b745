// SPDX-License-Identifier: GPL-2.0-only
// Sends packets over links with faults. This is the slow path of LinkTx, which other links never
// enter.
#include "foreign-packet.h"
#include "link-tx.h"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

LinkFaults&
LinkTx::Faults()
{
    if (m_faults == nullptr)
    {
        m_faults = std::make_unique<LinkFaults>(m_params.seed, m_globalPort);
        m_special = IsSpecial();
    }
    return *m_faults;
}

/// What is being sent keeps its time.
void
LinkTx::Degrade(double share, Time now)
{
    m_earlierBusy = BusyTime(now);
    m_earlierBytes = SentBytes(now);
    const auto kept = std::llround(static_cast<double>(m_planned.bps) * share);
    SetRate({std::max<int64_t>(kept, 1)});
}

void
LinkTx::SetPeer(LinkEnd* peer)
{
    m_peer = peer;
}

LinkEnd*
LinkTx::Peer() const
{
    return m_peer;
}

uint64_t
LinkTx::LostPackets() const
{
    if (m_faults == nullptr)
    {
        return 0;
    }
    const FaultCounts counts = m_faults->Counts();
    uint64_t lost = 0;
    for (const FaultEffect effect : {FaultEffect::LOST_RANDOM,
                                     FaultEffect::LOST_BURST,
                                     FaultEffect::LOST_PERIODIC,
                                     FaultEffect::LOST_DOWN})
    {
        lost += counts[static_cast<int>(effect)];
    }
    return lost;
}

void
LinkTx::SetUp(bool up, Time now)
{
    LinkFaults& faults = Faults();
    if (faults.up == up)
    {
        return;
    }
    faults.up = up;
    if (!up)
    {
        ++faults.epoch;
        faults.voided = m_inFlight.Size();
        m_owner->ForgetPauses(m_port, now);
    }
    else
    {
        m_owner->RepeatPauses(m_port, now);
    }
}

void
LinkTx::SendFaulty(Packet* packet, Time arrival, Time now)
{
    m_faults->sent = m_faults->twin = nullptr;
    if (!m_faults->up)
    {
        Lose(packet, FaultEffect::LOST_DOWN);
        return;
    }
    const LinkFaults::Verdict verdict = m_faults->Judge(*packet);
    if (verdict.silent)
    {
        return;
    }
    if (verdict.lost)
    {
        Lose(packet, verdict.why);
        return;
    }
    Packet* twin = verdict.twice ? Twin(*packet) : nullptr;
    m_faults->sent = packet;
    m_faults->twin = twin;
    Deliver(packet, arrival, verdict, now);
    if (twin != nullptr)
    {
        m_faults->Count(FaultEffect::DUPLICATED);
        Deliver(twin, arrival, verdict, now);
    }
}

void
LinkTx::Deliver(Packet* packet, Time arrival, const LinkFaults::Verdict& verdict, Time now)
{
    arrival += verdict.late;
    if (verdict.overtaken)
    {
        LaunchLate(packet, arrival, now);
        return;
    }
    arrival = std::max(arrival, m_faults->lastArrival);
    m_faults->lastArrival = arrival;
    Launch(packet, arrival, now);
}

/// Sends a packet that others overtake, now or when the far node's lane takes it in.
void
LinkTx::LaunchLate(Packet* packet, Time arrival, Time now)
{
    if (m_crossing && m_clock.Kernel()->LanesApart())
    {
        m_clock.Kernel()->Send(
            m_arrivalOrder, {&LinkTx::LandLate, this, packet, static_cast<uint64_t>(arrival.ps)});
        return;
    }
    BoardLate(packet, arrival, now);
}

void
LinkTx::LandLate(void* link, void* packet, uint64_t arrival)
{
    auto* tx = static_cast<LinkTx*>(link);
    tx->BoardLate(
        static_cast<Packet*>(packet), Time{static_cast<int64_t>(arrival)}, tx->m_clock.Now());
}

void
LinkTx::BoardLate(Packet* packet, Time arrival, Time now)
{
    m_faults->late.push_back({packet, arrival, m_faults->epoch});
    Late::Arm(m_clock, m_arrivalOrder, arrival - now, this);
}

/// Every arrival has an event, and each event brings one packet, so that its node can wait behind
/// it. Which of those of one time comes first must not depend on which event does: nodes that run
/// in windows schedule them in another order.
void
LinkTx::FaultyArrivalDue()
{
    if (!TakeLate(m_inFlight[0].arrival))
    {
        TakeHead();
    }
}

/// The packet may have come by the event of the ring's head, which is still to come then.
void
LinkTx::LateDue()
{
    if (!TakeLate(m_clock.Now()))
    {
        TakeHead();
    }
}

/// Takes the first of the packets out of order that arrive now; false: there is none.
bool
LinkTx::TakeLate(Time now)
{
    std::vector<LinkFaults::Late>& late = m_faults->late;
    const auto due = std::find_if(
        late.begin(), late.end(), [now](const auto& each) { return each.arrival == now; });
    if (due == late.end())
    {
        return false;
    }
    const LinkFaults::Late taken = *due;
    late.erase(due);
    if (taken.epoch != m_faults->epoch)
    {
        LoseArriving(taken.packet, FaultEffect::LOST_DOWN);
    }
    else
    {
        m_peer->Arrive(taken.packet, m_peerPort, now);
    }
    return true;
}

void
LinkTx::Lose(Packet* packet, FaultEffect why)
{
    m_faults->Count(why);
    TellLost(packet, why);
}

/// The same at the far end of the link.
void
LinkTx::LoseArriving(Packet* packet, FaultEffect why)
{
    m_faults->CountArriving(why);
    TellLost(packet, why);
}

void
LinkTx::TellLost(Packet* packet, FaultEffect why)
{
    if (m_faults->listener != nullptr)
    {
        m_faults->listener->Lost(*packet, m_globalPort, why);
    }
    DropPacket(m_pool, packet);
}

Packet*
LinkTx::Twin(const Packet& packet)
{
    Packet* twin = m_pool.copy(packet);
    if (packet.kind == PacketKind::foreign)
    {
        const auto* payload = reinterpret_cast<const ns3::Packet*>(packet.cookie);
        HoldForeign(*twin, payload->Copy());
    }
    return twin;
}

/// Tells whether a PFC frame that is being sent is lost.
bool
LinkTx::LosesPfc()
{
    const bool lost = !m_faults->up || m_faults->LosesPause();
    if (lost)
    {
        m_faults->Count(FaultEffect::LOST_PAUSE);
    }
    return lost;
}

} // namespace hpnsim
