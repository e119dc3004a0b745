// SPDX-License-Identifier: GPL-2.0-only
// Does the sums behind BufferPlan.
#include "buffer/buffer_plan.hpp"

#include "pfc/pfc_control.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

// Headers get one part in so many of the usual buffer of a trimming switch (assumption).
constexpr Bytes kHeaderShare = 16;

bool Trims(const FabricSettings& settings)
{
    return settings.mode == FabricMode::TRIMMING && settings.trims && settings.trim;
}

}  // namespace

BufferPlan::BufferPlan(const FabricSettings& settings, const FabricPlan& plan, const FabricIndex& adjacency,
                       uint32_t sw)
    : m_settings(settings),
      m_lossless(settings.mode == FabricMode::LOSSLESS ? settings.pfc.lossless : PausedPriorities{0})
      // The opcode with the longest headers among those that fill a packet with payload.
      ,
      m_fullFrame(opcode_wire_bytes(*settings.wire, Opcode::write_only_imm,
                                    static_cast<uint32_t>(settings.mtu), settings.telemetry))
{
    Reserve(plan, adjacency, sw);
    Check(plan, adjacency, sw);
}

void BufferPlan::Reserve(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t sw)
{
    const uint32_t node = plan.endpoints + sw;
    const int classes = __builtin_popcount(m_lossless);
    m_reserved = 0;
    m_headroom.assign(adjacency.ports(node), 0);
    for (uint16_t port = 0; classes > 0 && port < m_headroom.size(); ++port) {
        const FabricIndex::End& end = adjacency.end(node, port);
        if (!end.wired) {
            continue;
        }
        m_headroom[port] = HeadroomOf(plan.links[end.link], plan.switches[sw].latency);
        m_reserved +=
            (m_settings.buffer.rules.perPort ? 1 : classes) * (m_headroom[port] + m_settings.buffer.reserve);
    }
}

/// Returns the longest limit of the queues of a trimming switch; 0 on other fabrics.
Bytes BufferPlan::LongestLimit(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t sw) const
{
    const uint32_t node = plan.endpoints + sw;
    Bytes longest = 0;
    for (uint16_t port = 0; Trims(m_settings) && port < adjacency.ports(node); ++port) {
        const FabricIndex::End& end = adjacency.end(node, port);
        if (end.wired) {
            const LinkPlan& link = plan.links[end.link];
            const Bytes limit = m_settings.trim(link.rate, end.peer < plan.endpoints);
            longest = std::max(longest, static_cast<Bytes>(link.share * static_cast<double>(limit)));
        }
    }
    return longest;
}

void BufferPlan::Check(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t sw)
{
    const bool chosen = m_settings.buffer.size || plan.buffer_given;
    const Bytes usual = m_settings.buffer.size.value_or(plan.switches[sw].buffer);
    const Bytes least = m_reserved + LongestLimit(plan, adjacency, sw);
    m_total = chosen ? usual : std::max(usual, least + usual / 2);
    m_headerRoom = Trims(m_settings) ? usual / kHeaderShare : 0;
    if (m_reserved >= m_total && m_settings.buffer.rules.mayOverbook) {
        m_overbooked = m_reserved - m_total;
        m_reserved -= Bytes{1} << 32;
    }
    if (m_reserved >= m_total) {
        Refuse(plan, adjacency, sw);
    }
}

/// Throws BadInput. The size that it names is enough for every switch of the plan, with a buffer left to
/// share.
void BufferPlan::Refuse(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t sw) const
{
    Bytes most = 0;
    BufferPlan each = *this;
    for (uint32_t i = 0; i < plan.switches.size(); ++i) {
        each.Reserve(plan, adjacency, i);
        most = std::max(most, each.m_reserved + plan.switches[i].buffer);
    }
    const auto megabytes = [](Bytes bytes) { return std::to_string((bytes + (Bytes{1} << 20) - 1) >> 20); };
    throw BadInput("fabric: " + plan.switch_name(sw) + " needs " + megabytes(m_reserved) +
                   " MB for the PFC headroom of its ports, which grows with the length and rate of "
                   "cables, and has a buffer of " +
                   megabytes(m_total) + " MB; use buffer-mb=" + megabytes(most) +
                   ", shorter cables, or set headroom");
}

Bytes BufferPlan::HeadroomOf(const LinkPlan& link, Time pipeline) const
{
    const FabricSettings& s = m_settings;
    if (s.buffer.headroom) {
        return *s.buffer.headroom;
    }
    return s.buffer.rules.headroom ? s.buffer.rules.headroom(link.rate, link.delay)
                                   : PfcControl::Headroom(link.rate, link.delay, pipeline, m_fullFrame,
                                                          s.wire->pfc, s.pfc.reaction);
}

PausedPriorities BufferPlan::Lossless() const
{
    return m_lossless;
}

Bytes BufferPlan::Total() const
{
    return m_total;
}

Bytes BufferPlan::Reserved() const
{
    return m_reserved;
}

Bytes BufferPlan::Overbooked() const
{
    return m_overbooked;
}

Bytes BufferPlan::Shared() const
{
    return m_total - m_reserved;
}

Bytes BufferPlan::HeaderRoom() const
{
    return m_headerRoom;
}

Bytes BufferPlan::Headroom(uint16_t port) const
{
    return m_headroom[port];
}

double BufferPlan::Alpha(Rate rate) const
{
    return m_settings.buffer.rules.alpha ? m_settings.buffer.rules.alpha(rate) : m_settings.buffer.alpha;
}

Bytes BufferPlan::FullFrame() const
{
    return m_fullFrame;
}

}  // namespace hpnsim
