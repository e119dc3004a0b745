// SPDX-License-Identifier: GPL-2.0-only
// Lists all of hpnsim's kinds of events, in the order in which events of the same time run. The
// order travels as the ns-3 context of an event, which RadixHeapScheduler sorts equal times by.
#pragma once

#include <cstdint>

namespace hpnsim
{

/// What happens at a port, in the order in which simultaneous events of it run.
enum class EventType : uint32_t
{
    ARRIVAL = 0, ///< a packet's last bit arrives
    PAUSE = 1,   ///< a PFC frame leaves or arrives, or a pause changes what the port may do
    TX_DONE = 2, ///< the port has sent a packet and becomes idle
    TIMER = 3,   ///< a deadline of the port's node: QPs' timers, PFC's refresh and watchdog
};

/// The place of an event among those of its time; a lower number runs first, equal ones in the
/// order in which they were scheduled. Events of ns-3's own have its node ids, from 0 on, or
/// 0xffffffff if they belong to no node.
enum class EventOrder : uint32_t
{
    FAULT = 0, ///< faults begin, end and become known: they are in force for all that is sent then
    WORKLOAD =
        1,    ///< timers of the workload: what it sends is there before the packets of that time
    SKIP = 2, ///< a look of whoever skips time, which belongs to neither
    NODES = 0x40000000, ///< NodeOrder's numbers begin here, beyond any ns-3 node id
    PORTS = 0x80000000, ///< CanonicalOrder's numbers begin here
};

/// The order of an event of the workload that concerns one node alone (NodeMap), as a timer of a
/// host.
constexpr EventOrder
NodeOrder(uint32_t node)
{
    return static_cast<EventOrder>(static_cast<uint32_t>(EventOrder::NODES) + node);
}

/// The order of an event of a port, which is numbered in the whole fabric: by port, then by type.
constexpr EventOrder
CanonicalOrder(uint32_t globalPort, EventType type)
{
    return static_cast<EventOrder>(static_cast<uint32_t>(EventOrder::PORTS) | globalPort << 2 |
                                   static_cast<uint32_t>(type));
}

/// What CanonicalOrder was given. `order` >= EventOrder::PORTS.
constexpr uint32_t
PortOf(EventOrder order)
{
    return (static_cast<uint32_t>(order) & ~static_cast<uint32_t>(EventOrder::PORTS)) >> 2;
}

constexpr EventType
TypeOf(EventOrder order)
{
    return static_cast<EventType>(static_cast<uint32_t>(order) & 3);
}

} // namespace hpnsim
