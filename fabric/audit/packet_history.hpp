// SPDX-License-Identifier: GPL-2.0-only
// PacketHistory keeps the last events of a run, so that the audit can tell what became of a packet.
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hpnsim
{

/// Something that happened to a packet.
struct PacketEvent {
    enum class What : uint8_t {
        SENT,     ///< begins to leave a port
        ARRIVED,  ///< came in by a port
        TRIMMED,  ///< cut to its headers
        DROPPED,  ///< by a switch
        LOST,     ///< by a fault of the link behind the port
    };

    Time at;
    What what{What::SENT};
    PacketKind kind{PacketKind::data};
    bool again{false};  ///< a retransmission
    uint16_t port{0};
    uint32_t node{0};  ///< endpoints, then switches
    uint32_t src{0};
    uint32_t dst{0};
    uint32_t qp{0};  ///< at `dst`
    uint32_t psn{0};

    static PacketEvent Of(const Packet& packet, What what, uint32_t node, uint16_t port, Time at);
};

/// A ring of events, in which the oldest make room for new ones.
class PacketHistory
{
public:
    explicit PacketHistory(size_t size);

    void Add(const PacketEvent& event);

    using Filter = std::function<bool(const PacketEvent&)>;
    using Names = std::function<std::string(uint32_t node)>;
    /// Writes the last `most` events that pass the filter, oldest first, a line each.
    std::string Tell(const Filter& filter, size_t most, const Names& names) const;

private:
    std::vector<PacketEvent> m_events;
    size_t m_next{0};
    bool m_full{false};
};

}  // namespace hpnsim
