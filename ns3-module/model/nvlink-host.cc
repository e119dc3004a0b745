// SPDX-License-Identifier: GPL-2.0-only
// Looks after the senders and receivers of a host, and tells of transfers that have arrived.
#include "nvlink-host.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// A look at least whenever a sender may have sent so many pieces: they wait in memory until then.
constexpr Bytes kMostPieces = 64;

NvlinkPlan
Possible(NvlinkPlan plan)
{
    plan.latency = std::max(plan.latency, picoseconds(1));
    return plan;
}

} // namespace

NvlinkHost::Gpu::Gpu(
    NvlinkHost* owner, const NvlinkPlan& plan, uint16_t gpu, uint32_t gpus, uint32_t port)
    : host(owner)
    , arrivalOrder(CanonicalOrder(port, EventType::ARRIVAL))
    , sentOrder(CanonicalOrder(port, EventType::TX_DONE))
    , up(gpu, gpus, plan.rate, plan.latency)
    , down(plan.rate, plan.latency)
{
}

NvlinkHost::NvlinkHost(const Clock& clock,
                       uint32_t gpus,
                       const NvlinkPlan& plan,
                       uint32_t firstGlobalPort,
                       NvlinkListener* listener)
    : m_clock(clock)
    , m_listener(listener)
    , m_order(CanonicalOrder(firstGlobalPort, EventType::TIMER))
    , m_latency(Possible(plan).latency)
    , m_longest(transmit_time(kMostPieces * NvlinkSender::kPiece, plan.rate) + m_latency)
{
    m_gpus.reserve(gpus);
    for (uint16_t gpu = 0; gpu < gpus; ++gpu)
    {
        m_gpus.add(this, Possible(plan), gpu, gpus, firstGlobalPort + 2 * gpu);
    }
}

void
NvlinkHost::BindSlots()
{
    for (Gpu& gpu : m_gpus)
    {
        gpu.slot = Gpu::Arrival::Bind(m_clock, gpu.arrivalOrder, &gpu);
    }
}

void
NvlinkHost::Send(uint32_t srcGpu, uint32_t dstGpu, NvlinkBytes bytes, uint64_t cookie, Time now)
{
    m_clock.CheckActor(m_order);
    if (!m_clock.ActsHere(m_order, 2 * m_latency))
    {
        return;
    }
    Gpu& gpu = m_gpus[srcGpu];
    const auto leaves = [this, now](uint32_t dst, const NvlinkPiece& piece) {
        m_gpus[dst].down.Take(piece);
        if (piece.last)
        {
            LookBy(piece.arrival, now);
        }
    };
    // A piece that ends now makes room for the next one before or after this, by the order of
    // events.
    gpu.up.Advance(m_clock.HasRun(gpu.sentOrder) ? now + picoseconds(1) : now, leaves);
    gpu.up.Post(cookie, dstGpu, bytes, now, leaves);
    LookForNext(gpu.up, now);
}

/// Sees to it that there is a look at that time, or before.
void
NvlinkHost::LookBy(Time at, Time now)
{
    if (at < m_nextLook)
    {
        m_nextLook = at;
        LookDue::Arm(m_clock, m_order, at - now, this);
    }
}

void
NvlinkHost::LookForNext(const NvlinkSender& sender, Time now)
{
    if (const Time whole = sender.NextWhole(); whole < Time::max())
    {
        LookBy(std::min(whole, now + m_longest), now);
    }
}

/// What senders still have leaves now or later, and arrives at the NVSwitch no sooner than after
/// its link's latency: until then the receivers' queues are known.
void
NvlinkHost::Look()
{
    const Time now = m_clock.Now();
    if (now != m_nextLook)
    {
        return; // another one was wanted before it
    }
    m_nextLook = Time::max();
    for (Gpu& gpu : m_gpus)
    {
        gpu.up.Advance(
            now, [this](uint32_t dst, const NvlinkPiece& piece) { m_gpus[dst].down.Take(piece); });
    }
    for (Gpu& gpu : m_gpus)
    {
        const bool armed = !gpu.ended.empty();
        gpu.down.Advance(now + m_latency, [&gpu](uint64_t cookie, Time at) {
            gpu.ended.push_back({at, cookie});
        });
        if (!armed && !gpu.ended.empty())
        {
            gpu.Arm(now);
        }
        if (const Time whole = gpu.down.NextWhole(); whole < Time::max())
        {
            LookBy(whole, now);
        }
        LookForNext(gpu.up, now);
    }
}

void
NvlinkHost::Gpu::Arm(Time now)
{
    if (slot.queue != nullptr && slot.queue->InUse())
    {
        slot.queue->Arm(slot.slot, static_cast<uint64_t>(ended.front().at.ps));
        return;
    }
    Arrival::Arm(host->m_clock, arrivalOrder, ended.front().at - now, this);
}

void
NvlinkHost::Gpu::ArrivalDue()
{
    const Ended first = ended.front();
    ended.pop_front();
    if (!ended.empty())
    {
        Arm(first.at);
    }
    host->Tell(first.cookie, first.at);
}

void
NvlinkHost::Gpu::Warm(const void* gpu, WarmRound round)
{
    const auto* its = static_cast<const Gpu*>(gpu);
    if (round == WarmRound::FAR && !its->ended.empty())
    {
        its->host->m_listener->WarmTransfer(its->ended[0].cookie);
    }
}

void
NvlinkHost::Tell(uint64_t cookie, Time now)
{
    m_arrived = cookie;
    const bool apart = m_clock.ActsApart() && m_listener->MayActApart(cookie);
    if (apart)
    {
        Report::NoteApart(m_clock, this);
    }
    if (apart || !Report::Defer(m_clock, this))
    {
        m_listener->TransferArrived(cookie, now);
    }
}

void
NvlinkHost::ReportArrived()
{
    m_listener->TransferArrived(m_arrived, m_clock.Now());
}

void
NvlinkHost::ReportForOther(uint64_t cookie)
{
    m_listener->TransferArrived(cookie, m_clock.Now());
}

uint64_t
NvlinkHost::Hops() const
{
    uint64_t hops = 0;
    for (const Gpu& gpu : m_gpus)
    {
        hops += gpu.up.Pieces() + gpu.down.Pieces();
    }
    return hops;
}

} // namespace hpnsim
