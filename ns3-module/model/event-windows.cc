// SPDX-License-Identifier: GPL-2.0-only
// Runs events window by window, the other way in which EventKernel can go.
#include "event-kernel.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace hpnsim
{

namespace
{

/// So many lookaheads go by before windows are tried, and tried again.
constexpr uint64_t kByEventFor = 4;
/// A window pays if its nodes have so many events each on average: looking at a node costs about as
/// much as two events, and fetching what it needs into the caches more.
constexpr uint64_t kDense = 4;
/// After so many windows in a row with half of that, events run one by one.
constexpr uint32_t kThinWindows = 4;

} // namespace

void
EventKernel::RunByNode(NodeMap map, const WindowGuard& guard, Windows when)
{
    m_nodes = std::make_unique<NodeEvents>(std::move(map));
    m_guard = &guard;
    m_when = when;
    m_byEventUntil = m_now;
    m_markTs = m_now;
    m_markEvents = m_events;
}

/// Tells whether so many events in `span` ps are enough for windows to pay.
bool
EventKernel::IsDense(uint64_t events, uint64_t span) const
{
    const uint64_t windows = span / m_nodes->Lookahead();
    return m_when == Windows::ALWAYS ||
           (windows > 0 && events / windows >= kDense * m_nodes->Nodes());
}

/// Goes over to windows, if it is safe and pays.
void
EventKernel::TryWindows()
{
    if (m_guard->WindowIsSafe() && IsDense(m_events - m_markEvents, m_now - m_markTs))
    {
        SpreadNodes();
        return;
    }
    m_byEventUntil = m_now + kByEventFor * m_nodes->Lookahead();
    m_markTs = m_now;
    m_markEvents = m_events;
}

/// Takes the events of nodes into their own queues.
void
EventKernel::SpreadNodes()
{
    m_byNode = true;
    m_otherKnown = false;
    m_latest = m_now;
    EventQueue rest;
    while (!m_queue.Empty())
    {
        m_queue.Front();
        const PendingEvent event = m_queue.Pop();
        if (m_nodes->Covers(event.order))
        {
            m_nodes->Push(event);
        }
        else
        {
            rest.Push(event);
        }
    }
    m_queue = std::move(rest);
}

/// Puts the events of all nodes into one queue, to run them one by one.
void
EventKernel::GatherNodes()
{
    m_byNode = false;
    m_byEventUntil = m_now + kByEventFor * m_nodes->Lookahead();
    m_markTs = m_now;
    m_markEvents = m_events;
    m_thin = 0;
    for (uint32_t node = 0; node < m_nodes->Nodes(); ++node)
    {
        NodeQueue& queue = m_nodes->Queue(node);
        PendingEvent event;
        while (queue.PopBefore(NodeQueue::kNever, EventOrder{0}, event))
        {
            m_queue.Push(event);
        }
        m_nodes->Ran(node);
    }
}

/// Returns the next of the events that belong to no node. There must be one.
const PendingEvent&
EventKernel::Other()
{
    if (!m_otherKnown)
    {
        m_other = m_queue.Peek();
        m_otherKnown = true;
    }
    return m_other;
}

/// Runs the next event that belongs to no node, if it comes before those of nodes, the first of
/// which is at `first`.
bool
EventKernel::RunSharedBefore(uint64_t first)
{
    const PendingEvent& other = Other();
    if (other.ts > first || (other.ts == first && other.order >= m_nodes->NextOrder(first)))
    {
        return false;
    }
    if (--m_left == 0 || other.ts >= m_lookAt)
    {
        Look(other);
    }
    m_queue.Front();
    const PendingEvent event = m_queue.Pop();
    m_otherKnown = false;
    m_now = m_latest = event.ts;
    m_context = event.order;
    ++m_events;
    m_handlers[event.handler](event.object);
    return true;
}

/// Runs one window that begins at `first`, or one event that belongs to no node. False: events must
/// run one by one for a while.
bool
EventKernel::RunWindow(uint64_t first)
{
    if (!m_queue.Empty() && RunSharedBefore(first))
    {
        return true;
    }
    if (!m_guard->WindowIsSafe())
    {
        return false;
    }
    if (m_left <= 1 || first >= m_lookAt)
    {
        Look({first, m_nodes->NextOrder(first), 0, nullptr});
        if (m_stop || m_left <= 1)
        {
            return false; // the watcher wants to see every event
        }
    }
    m_boundTs = std::min(first + m_nodes->Lookahead(), std::max(m_lookAt, first + 1));
    m_boundOrder = EventOrder{0};
    if (!m_queue.Empty() && Other().ts < m_boundTs)
    {
        m_boundTs = Other().ts;
        m_boundOrder = Other().order;
    }
    const uint64_t before = m_events;
    for (uint32_t node = 0; node < m_nodes->Nodes(); ++node)
    {
        if (m_nodes->NextTs(node) <= m_boundTs)
        {
            RunNode(node);
        }
    }
    RunDeferred();
    m_now = m_latest;
    const uint64_t run = m_events - before;
    m_left -= std::min(m_left - 1, run);
    ++m_windows;
    const bool thin = m_when == Windows::WHEN_DENSE && 2 * run < kDense * m_nodes->Nodes();
    m_thin = thin ? m_thin + 1 : 0;
    return m_thin < kThinWindows;
}

/// Runs the node's events within the window, until one of them defers something.
void
EventKernel::RunNode(uint32_t node)
{
    NodeQueue& queue = m_nodes->Queue(node);
    m_node = node;
    m_held = false;
    PendingEvent event;
    while (!m_held && queue.PopBefore(m_boundTs, m_boundOrder, event))
    {
        m_now = event.ts;
        m_context = event.order;
        ++m_events;
        m_handlers[event.handler](event.object);
    }
    m_node = kNoNode;
    m_latest = std::max(m_latest, m_now);
    m_nodes->Ran(node);
}

bool
EventKernel::DeferOfNode(uint32_t number, void* object)
{
    m_deferred.push_back({{m_now, m_context, number, object}, m_node});
    std::push_heap(m_deferred.begin(), m_deferred.end(), LaterThan);
    m_held = true;
    return true;
}

/// Runs what nodes have deferred, the earliest first. Each node then goes on to the end of the
/// window, and may defer more.
void
EventKernel::RunDeferred()
{
    while (!m_deferred.empty())
    {
        std::pop_heap(m_deferred.begin(), m_deferred.end(), LaterThan);
        const Deferred next = m_deferred.back();
        m_deferred.pop_back();
        m_now = next.event.ts;
        m_context = next.event.order;
        m_actingFor = next.node;
        m_handlers[next.event.handler](next.event.object);
        m_actingFor = kNoNode;
        RunNode(next.node);
    }
}

void
EventKernel::ThrowWrongActor(EventOrder port) const
{
    throw std::logic_error("a workload that was said to act node by node made the node of port " +
                           std::to_string(PortOf(port)) + " act at once for another one");
}

} // namespace hpnsim
