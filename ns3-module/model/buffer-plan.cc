// SPDX-License-Identifier: GPL-2.0-only
// The sums behind BufferPlan.
#include "buffer-plan.h"

#include "pfc-control.h"

#include "hpnsim/registry.hpp"

namespace hpnsim
{

BufferPlan::BufferPlan(const FabricSettings& settings,
                       const FabricPlan& plan,
                       const FabricIndex& adjacency,
                       uint32_t sw)
    : m_settings(settings)
    , m_lossless(settings.mode == FabricMode::LOSSLESS ? settings.lossless : PausedPriorities{0})
    // The opcode with the longest headers among those that fill a packet with payload.
    , m_fullFrame(opcode_wire_bytes(*settings.wire,
                                    Opcode::write_only_imm,
                                    static_cast<uint32_t>(settings.mtu),
                                    settings.telemetry))
{
    const uint32_t node = plan.endpoints + sw;
    const int classes = __builtin_popcount(m_lossless);
    m_headroom.assign(adjacency.ports(node), 0);
    for (uint16_t port = 0; classes > 0 && port < m_headroom.size(); ++port)
    {
        const FabricIndex::End& end = adjacency.end(node, port);
        if (!end.wired)
        {
            continue;
        }
        m_headroom[port] = HeadroomOf(plan.links[end.link], plan.switches[sw].latency);
        m_reserved +=
            (settings.rules.perPort ? 1 : classes) * (m_headroom[port] + settings.reserve);
    }
    const bool chosen = settings.buffer > 0 || plan.buffer_given;
    Check(settings.buffer > 0 ? settings.buffer : plan.switches[sw].buffer,
          plan.switch_name(sw),
          chosen);
}

void
BufferPlan::Check(Bytes usual, const std::string& name, bool chosen)
{
    m_total = chosen ? usual : std::max(usual, m_reserved + usual / 2);
    if (m_reserved >= m_total && m_settings.rules.mayOverbook)
    {
        m_reserved -= Bytes{1} << 32;
    }
    if (m_reserved >= m_total)
    {
        throw BadInput("--fabric: the PFC headroom and reserve of " + name + " take " +
                       std::to_string(m_reserved) + " bytes, its buffer has " +
                       std::to_string(m_total) + "; raise buffer-mb or set headroom");
    }
}

Bytes
BufferPlan::HeadroomOf(const LinkPlan& link, Time pipeline) const
{
    const FabricSettings& s = m_settings;
    if (s.headroom >= 0)
    {
        return s.headroom;
    }
    return s.rules.headroom
               ? s.rules.headroom(link.rate, link.delay)
               : PfcControl::Headroom(
                     link.rate, link.delay, pipeline, m_fullFrame, s.wire->pfc, s.pfc.reaction);
}

PausedPriorities
BufferPlan::Lossless() const
{
    return m_lossless;
}

Bytes
BufferPlan::Total() const
{
    return m_total;
}

Bytes
BufferPlan::Reserved() const
{
    return m_reserved;
}

Bytes
BufferPlan::Shared() const
{
    return m_total - m_reserved;
}

Bytes
BufferPlan::Headroom(uint16_t port) const
{
    return m_headroom[port];
}

double
BufferPlan::Alpha(Rate rate) const
{
    return m_settings.rules.alpha ? m_settings.rules.alpha(rate) : m_settings.alpha;
}

Bytes
BufferPlan::FullFrame() const
{
    return m_fullFrame;
}

} // namespace hpnsim
