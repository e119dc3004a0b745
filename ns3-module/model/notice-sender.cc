// SPDX-License-Identifier: GPL-2.0-only
// Decides for each arriving packet whether its sender is told of congestion, and sends the notice.
#include "notice-sender.h"

#include "roce-switch.h"

namespace hpnsim
{

NoticeSender::NoticeSender(RoceSwitch& sw, PacketPool& pool, const FabricSettings& settings)
    : m_switch(sw)
    , m_pool(pool)
    , m_frame(data_wire_bytes(*settings.wire, static_cast<uint32_t>(settings.mtu), false, false))
    , m_wireBytes(settings.wire->cnp)
    , m_priority(settings.control)
{
    m_threshold = static_cast<Bytes>(settings.feedback.noticeFrames * static_cast<double>(m_frame));
}

void
NoticeSender::AddPort(Rate rate)
{
    m_ports.emplace_back().Configure(rate, m_threshold, m_frame);
}

void
NoticeSender::Arrive(Packet* packet, uint16_t port, Time now)
{
    m_switch.ArriveJudged(packet, port, now);
}

void
NoticeSender::Judge(Packet& packet, uint16_t egress, Time now)
{
    GrowthTokens& tokens = m_ports[egress];
    tokens.Count(packet.wire_bytes, now);
    if (packet.kind != PacketKind::data || packet.trimmed)
    {
        return;
    }
    const Bytes queued = m_switch.Queues(egress).Queued(packet.priority);
    const GrowthTokens::Verdict verdict = tokens.Judge(packet.feedback, queued);
    packet.feedback = verdict.flags;
    if (verdict.notify)
    {
        Notify(packet, queued, m_switch.Tx(egress).LinkRate(), now);
    }
}

void
NoticeSender::Notify(const Packet& data, Bytes queued, Rate rate, Time now)
{
    Packet* packet = m_pool.take();
    packet->kind = PacketKind::cnp;
    packet->opcode = Opcode::cnp;
    packet->priority = m_priority;
    packet->dscp = static_cast<uint8_t>(m_priority * 8);
    packet->src = data.dst;
    packet->dst = data.src;
    packet->dst_qp = data.echo_psn;
    packet->source_port = data.source_port;
    packet->plane = data.plane;
    packet->sent = data.sent;
    packet->cookie = notice::pack(queued, rate);
    packet->wire_bytes = m_wireBytes;
    ++m_sent;
    m_switch.Send(packet, data.in_port, now);
}

void
NoticeSender::TxIdle(uint16_t port, Time now)
{
    m_switch.TxIdle(port, now);
}

void
NoticeSender::PfcArrives(uint16_t port, const PfcFrame& frame, Time now)
{
    m_switch.PfcArrives(port, frame, now);
}

void
NoticeSender::ForgetPauses(uint16_t port, Time now)
{
    m_switch.ForgetPauses(port, now);
}

} // namespace hpnsim
