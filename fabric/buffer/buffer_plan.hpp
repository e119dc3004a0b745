// SPDX-License-Identifier: GPL-2.0-only
// A BufferPlan divides a switch's packet buffer before a run begins: so much is set aside for PFC, and the
// queues share the rest.
#pragma once

#include "fabric_settings.hpp"

#include "hpnsim/fabric.hpp"

#include <vector>

namespace hpnsim
{

class BufferPlan
{
public:
    /// Plans the buffer of switch `sw`. If headroom and reserve leave nothing to share, it throws BadInput
    /// where somebody chose the size of the buffer. A buffer that nobody chose grows instead, as deep buffers
    /// do for long cables, until at least half of its usual size is shared. On a trimming fabric it grows
    /// until it holds the longest queue limit of its ports and half of its usual size.
    BufferPlan(const FabricSettings& settings, const FabricPlan& plan, const FabricIndex& adjacency,
               uint32_t sw);

    /// Returns the lossless priorities that PFC guards at this switch, as a bit set.
    PausedPriorities Lossless() const;
    /// Returns the whole buffer, in bytes.
    Bytes Total() const;
    /// Returns what headroom and reserve of all ports take of it.
    Bytes Reserved() const;
    /// Returns by how many bytes a profile lets headroom and reserve exceed the buffer; 0: by none.
    Bytes Overbooked() const;
    /// Returns what the queues share.
    Bytes Shared() const;
    /// Returns what trimmed headers alone may take of the shared space: a full buffer must still be able to
    /// tell what it trims.
    Bytes HeaderRoom() const;
    /// Returns the PFC headroom of a port for each lossless priority.
    Bytes Headroom(uint16_t port) const;
    /// Returns the share of the free space that one queue may take, at a port of that rate.
    double Alpha(Rate rate) const;
    /// Returns the wire bytes of the longest packet with a full payload.
    Bytes FullFrame() const;

private:
    Bytes HeadroomOf(const LinkPlan& link, Time pipeline) const;
    void Reserve(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t sw);
    Bytes LongestLimit(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t sw) const;
    void Check(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t sw);
    [[noreturn]] void Refuse(const FabricPlan& plan, const FabricIndex& adjacency, uint32_t sw) const;

    const FabricSettings& m_settings;
    PausedPriorities m_lossless{0};
    std::vector<Bytes> m_headroom;  // by port; 0: not wired
    Bytes m_fullFrame{0};
    Bytes m_total{0};
    Bytes m_reserved{0};
    Bytes m_overbooked{0};
    Bytes m_headerRoom{0};
};

}  // namespace hpnsim
