// SPDX-License-Identifier: GPL-2.0-only
// Tells events of nodes from those of the world outside, and brings the latter nearer: what a run
// needs that skips time in which the network only repeats itself.
#include "event-kernel.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace hpnsim
{

namespace
{

/// Events of ports are the network's. All others but looks are the workload's, faults, or ns-3's
/// own.
bool
IsOutside(const PendingEvent& event)
{
    return (event.order < EventOrder::PORTS && event.order != EventOrder::SKIP) ||
           event.order == EventOrder{EventCursor::kNone};
}

} // namespace

uint64_t
EventKernel::NextOutside() const
{
    uint64_t next = kNever;
    m_queue.ForEach([&next](const PendingEvent& event) {
        if (IsOutside(event))
        {
            next = std::min(next, event.ts);
        }
    });
    return next;
}

void
EventKernel::BringOutsideNearer(uint64_t by)
{
    if (m_inTurn || t_cursor.node != EventCursor::kNone || m_apart ||
        NextOutside() < t_cursor.now + by)
    {
        throw std::logic_error("events of the world outside would lie in the past, or a node's "
                               "event has asked for them");
    }
    EventQueue moved;
    while (!m_queue.Empty())
    {
        m_queue.Front();
        PendingEvent event = m_queue.Pop();
        event.ts -= IsOutside(event) ? by : 0;
        moved.Push(event);
    }
    m_queue = std::move(moved);
    m_otherKnown = false;
}

} // namespace hpnsim
