// SPDX-License-Identifier: GPL-2.0-only
// Writes events of packets as the lines that an audit's report shows.
#include "audit/packet_history.hpp"

#include <cstdio>

namespace hpnsim
{

namespace
{

const char* NameOf(PacketEvent::What what)
{
    static const char* const names[] = {"sent", "arrived", "trimmed", "dropped", "lost"};
    return names[static_cast<int>(what)];
}

const char* NameOf(PacketKind kind)
{
    static const char* const names[] = {"data",   "ack", "nak",    "response", "cnp",
                                        "credit", "rts", "nvlink", "foreign"};
    return names[static_cast<int>(kind)];
}

}  // namespace

PacketEvent PacketEvent::Of(const Packet& packet, What what, uint32_t node, uint16_t port, Time at)
{
    PacketEvent event;
    event.at = at;
    event.what = what;
    event.kind = packet.kind;
    event.again = packet.retransmitted;
    event.port = port;
    event.node = node;
    event.src = packet.src;
    event.dst = packet.dst;
    event.qp = packet.dst_qp;
    event.psn = packet.psn;
    return event;
}

PacketHistory::PacketHistory(size_t size) : m_events(size) {}

void PacketHistory::Add(const PacketEvent& event)
{
    m_events[m_next] = event;
    m_next = (m_next + 1) % m_events.size();
    m_full |= m_next == 0;
}

std::string PacketHistory::Tell(const Filter& filter, size_t most, const Names& names) const
{
    std::vector<const PacketEvent*> found;
    const size_t known = m_full ? m_events.size() : m_next;
    for (size_t back = 1; back <= known && found.size() < most; ++back) {
        const PacketEvent& event = m_events[(m_next + m_events.size() - back) % m_events.size()];
        if (filter(event)) {
            found.push_back(&event);
        }
    }
    std::string lines;
    for (auto it = found.rbegin(); it != found.rend(); ++it) {
        const PacketEvent& event = **it;
        char line[200];
        std::snprintf(line, sizeof line, "  %14.6f us  %-20s port %-3u %-8s %s %u -> %u qp %u psn %u%s\n",
                      event.at.us(), names(event.node).c_str(), event.port, NameOf(event.what),
                      NameOf(event.kind), event.src, event.dst, event.qp, event.psn,
                      event.again ? " (again)" : "");
        lines += line;
    }
    return lines;
}

}  // namespace hpnsim
