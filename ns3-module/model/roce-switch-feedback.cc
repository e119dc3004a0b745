// SPDX-License-Identifier: GPL-2.0-only
// Writes what a RoceSwitch tells senders: INT records and digests in their packets, and notices of
// its own.
#include "roce-switch-port.h"
#include "telemetry/int_stamper.hpp"

#include "hpnsim/random_streams.hpp"

namespace hpnsim
{

void
RoceSwitch::ConfigureFeedback(const FabricPlan& plan, const FabricIndex& adjacency)
{
    const bool digest = m_settings.digest != nullptr;
    m_telemetry = m_settings.telemetry && !digest;
    if (m_settings.notices)
    {
        m_notices = std::make_unique<NoticeSender>(*this, *m_pool, m_settings);
    }
    const uint32_t node = plan.endpoints + m_index;
    for (Port& port : m_ports)
    {
        const FabricIndex::End& end = adjacency.end(node, port.number);
        const Rate rate = end.wired ? plan.links[end.link].rate : Rate{};
        if (m_notices != nullptr)
        {
            m_notices->AddPort(rate);
        }
        if (digest && end.wired)
        {
            port.digest = std::make_unique<DigestStamper>(
                m_settings.digest,
                rate,
                m_settings.digestPeriod,
                stream_of(m_settings.seed, StreamKind::digest, port.global));
        }
    }
}

LinkEnd&
RoceSwitch::Front()
{
    return m_notices != nullptr ? static_cast<LinkEnd&>(*m_notices) : *this;
}

uint64_t
RoceSwitch::Notices() const
{
    return m_notices != nullptr ? m_notices->Sent() : 0;
}

void
RoceSwitch::StampDigest(Port& out, Packet& packet, Time now)
{
    const Bytes sent = out.tx.SentBytes();
    const Bytes queued = out.queues.QueuedTotal();
    if (m_settings.telemetry)
    {
        StampTelemetry(packet,
                       *m_pool,
                       {out.global, now, sent, queued, out.tx.LinkRate()},
                       m_settings.intFormat);
    }
    if (out.digest != nullptr && !packet.trimmed)
    {
        packet.feedback = out.digest->Stamp(packet.feedback, now, sent, queued);
    }
}

} // namespace hpnsim
