// SPDX-License-Identifier: GPL-2.0-only
// Sends PFC frames over links: behind the packet that is on the wire.
#include "link-tx.h"

#include "ns3/make-event.h"

#include <algorithm>
#include <memory>

namespace hpnsim
{

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
    if (m_endsInTurn && !idle)
    {
        ArmPlannedEnd(); // the frame's own end takes its turn then
    }
    const Time end = std::max(BusyUntil(), now) + time;
    m_busyUntil = end + m_grip;
    m_wholeNsBusy += time;
    m_sentBytes += wireBytes;
    ++m_sentPackets;
    if (idle && !m_headOnly)
    {
        PlanEnd(end, now);
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
    const Time arrival = end + m_params.cable;
    if (m_crossing && m_clock.Kernel()->TheRanks() != nullptr)
    {
        m_clock.Kernel()->Send(
            m_arrivalOrder,
            {&LinkTx::LandPfc, this, new PfcFrame(frame), static_cast<uint64_t>(arrival.ps)});
        return;
    }
    TakePfc(frame, arrival, now);
}

void
LinkTx::TakePfc(const PfcFrame& frame, Time arrival, Time now)
{
    m_clock.Schedule(
        CanonicalOrder(m_peerGlobalPort, EventType::PAUSE),
        arrival - now,
        ns3::MakeEvent(
            &LinkTx::PfcArrives, this, frame, m_faults != nullptr ? m_faults->epoch : 0));
}

void
LinkTx::PfcArrives(PfcFrame frame, uint32_t epoch)
{
    if (m_faults != nullptr && m_faults->epoch != epoch)
    {
        m_faults->CountArriving(FaultEffect::LOST_PAUSE);
        return;
    }
    m_peer->PfcArrives(m_peerPort, frame, m_clock.Now());
}

void
LinkTx::LandPfc(void* link, void* frame, uint64_t arrival)
{
    const std::unique_ptr<PfcFrame> owned(static_cast<PfcFrame*>(frame));
    auto* tx = static_cast<LinkTx*>(link);
    tx->TakePfc(*owned, Time{static_cast<int64_t>(arrival)}, tx->m_clock.Now());
}

} // namespace hpnsim
