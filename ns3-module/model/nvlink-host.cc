// SPDX-License-Identifier: GPL-2.0-only
// Cuts transfers into pieces, and moves them from GPU to NVSwitch to GPU.
#include "nvlink-host.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Returns what a piece of `length` out of `longest` bytes has of `part`.
uint32_t
ShareOf(Bytes length, Bytes part, Bytes longest)
{
    return static_cast<uint32_t>(part == longest ? length : length * part / longest);
}

} // namespace

NvlinkHost::NvlinkHost(const Clock& clock,
                       PacketPool& pool,
                       uint32_t gpus,
                       const NvlinkPlan& plan,
                       uint32_t firstGlobalPort,
                       NvlinkListener* listener)
    : m_clock(clock)
    , m_pool(pool)
    , m_listener(listener)
    , m_count(gpus)
    , m_firstGlobalPort(firstGlobalPort)
    , m_least(2 * plan.latency)
{
    LinkParams params;
    params.rate = plan.rate;
    params.delay = plan.latency;
    params.cable = plan.latency;
    m_gpus.reserve(gpus);
    for (uint16_t gpu = 0; gpu < gpus; ++gpu)
    {
        Gpu& added = m_gpus.add(
            clock, pool, this, gpu, static_cast<uint16_t>(gpus), firstGlobalPort + 2 * gpu);
        added.up.Connect(this, static_cast<uint16_t>(gpus + gpu), params);
        added.down.Connect(this, gpu, params);
    }
}

void
NvlinkHost::BindSlots()
{
    for (Gpu& gpu : m_gpus)
    {
        gpu.up.BindSlots();
        gpu.down.BindSlots();
    }
}

void
NvlinkHost::Send(uint32_t srcGpu, uint32_t dstGpu, NvlinkBytes bytes, uint64_t cookie, Time now)
{
    m_clock.CheckActor(CanonicalOrder(m_firstGlobalPort, EventType::TIMER));
    if (!m_clock.ActsHere(CanonicalOrder(m_firstGlobalPort, EventType::TIMER), m_least))
    {
        return;
    }
    Gpu& gpu = m_gpus[srcGpu];
    const bool place = gpu.sending.size() + 1 < m_count || gpu.sending.empty();
    (place ? gpu.sending : gpu.posted).push_back({cookie, dstGpu, bytes});
    SendPiece(srcGpu, now);
}

void
NvlinkHost::SendPiece(uint32_t index, Time now)
{
    Gpu& gpu = m_gpus[index];
    if (gpu.sending.empty())
    {
        return;
    }
    if (gpu.up.Idle(now))
    {
        Transfer transfer = gpu.sending.front();
        gpu.sending.pop_front();
        Packet* piece = m_pool.take();
        piece->kind = PacketKind::nvlink;
        piece->dst = transfer.dst;
        const Bytes longest = std::max(transfer.left.up, transfer.left.down);
        const Bytes length = std::min<Bytes>(longest, kPiece);
        piece->wire_bytes = ShareOf(length, transfer.left.up, longest);
        piece->payload = ShareOf(length, transfer.left.down, longest);
        piece->cookie = transfer.cookie;
        transfer.left.up -= piece->wire_bytes;
        transfer.left.down -= piece->payload;
        piece->last_of_message = length == longest;
        gpu.up.Send(piece, now);
        if (length < longest)
        {
            gpu.sending.push_back(transfer);
        }
        else if (!gpu.posted.empty())
        {
            gpu.sending.push_back(gpu.posted.front());
            gpu.posted.pop_front();
        }
    }
    if (!gpu.sending.empty())
    {
        gpu.up.WantIdle(now);
    }
}

void
NvlinkHost::SendDown(uint32_t index, Time now)
{
    Gpu& gpu = m_gpus[index];
    if (gpu.waiting.empty())
    {
        return;
    }
    if (gpu.down.Idle(now))
    {
        gpu.down.Send(gpu.waiting.pop(), now);
    }
    if (!gpu.waiting.empty())
    {
        gpu.down.WantIdle(now);
    }
}

void
NvlinkHost::Arrive(Packet* packet, uint16_t port, Time now)
{
    if (port >= m_count)
    {
        const uint32_t dst = packet->dst;
        packet->wire_bytes = packet->payload; // what is left of it, or has become of it
        m_gpus[dst].waiting.push(packet);
        SendDown(dst, now);
        return;
    }
    // Both queues are first-in first-out per pair, so the last piece arrives last.
    const bool last = packet->last_of_message;
    const uint64_t cookie = packet->cookie;
    m_pool.give(packet);
    if (!last)
    {
        return;
    }
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
NvlinkHost::WarmArrival(const Packet& packet, WarmRound round) const
{
    if (round == WarmRound::FAR && packet.last_of_message)
    {
        m_listener->WarmTransfer(packet.cookie);
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

void
NvlinkHost::TxIdle(uint16_t port, Time now)
{
    if (port < m_count)
    {
        SendPiece(port, now);
    }
    else
    {
        SendDown(port - m_count, now);
    }
}

void
NvlinkHost::PfcArrives(uint16_t, const PfcFrame&, Time)
{
}

void
NvlinkHost::ForgetPauses(uint16_t, Time)
{
}

uint64_t
NvlinkHost::Hops() const
{
    uint64_t hops = 0;
    for (const Gpu& gpu : m_gpus)
    {
        hops += gpu.up.SentPackets() + gpu.down.SentPackets();
    }
    return hops;
}

} // namespace hpnsim
