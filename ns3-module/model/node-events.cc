// SPDX-License-Identifier: GPL-2.0-only
// Gives nodes their queues, and finds the first of them.
#include "node-events.h"

#include "event-cursor.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint32_t kSlotsOfPort = 2;

/// True of what ports have slots for: arrivals and ends of transmissions.
bool
HasSlot(EventOrder order)
{
    const EventType type = TypeOf(order);
    return order >= EventOrder::PORTS && (type == EventType::ARRIVAL || type == EventType::TX_DONE);
}

} // namespace

NodeEvents::NodeEvents(const NodeMap& map)
    : m_lookahead(map.lookahead)
    , m_soleActor(map.soleActor)
    , m_next(map.tierOfNode.size(), NodeQueue::kNever)
{
    std::vector<uint32_t> slots(map.tierOfNode.size());
    m_places.reserve(map.nodeOfPort.size());
    for (const uint32_t node : map.nodeOfPort)
    {
        m_places.push_back({node, slots[node]});
        slots[node] += kSlotsOfPort;
    }
    m_queues.reserve(slots.size());
    for (uint32_t node = 0; node < slots.size(); ++node)
    {
        if (node == m_soleActor)
        {
            m_queues.emplace_back(m_next[node]);
        }
        else
        {
            m_queues.emplace_back(slots[node], m_next[node]);
        }
    }
}

/// Returns the number of the slot that an event of this order would have.
inline uint32_t
NodeEvents::SlotOf(EventOrder order) const
{
    return m_places[PortOf(order)].slot + (TypeOf(order) == EventType::ARRIVAL ? 0 : 1);
}

EventSlot
NodeEvents::Bind(EventOrder order, uint32_t handler, void* object)
{
    if (!Covers(order) || !HasSlot(order) || NodeOf(order) == m_soleActor)
    {
        return {};
    }
    NodeQueue& queue = m_queues[NodeOf(order)];
    queue.Bind(SlotOf(order), order, handler, object);
    return {&queue, SlotOf(order)};
}

void
NodeEvents::Use(bool use)
{
    for (NodeQueue& queue : m_queues)
    {
        queue.Use(use);
    }
}

void
NodeEvents::Push(const PendingEvent& event)
{
    const uint32_t node = NodeOf(event.order);
    NodeQueue& queue = m_queues[node];
    const bool own = node == t_cursor.node;
    if (node != m_soleActor && HasSlot(event.order) && queue.IsOf(SlotOf(event.order), event))
    {
        own ? queue.Arm(SlotOf(event.order), event.ts)
            : queue.PostArm(SlotOf(event.order), event.ts);
        return;
    }
    own ? queue.Push(event) : queue.Post(event);
}

uint64_t
NodeEvents::NextTs() const
{
    uint64_t next = NodeQueue::kNever;
    for (const uint64_t ts : m_next)
    {
        next = ts < next ? ts : next;
    }
    return next;
}

EventOrder
NodeEvents::NextOrder(uint64_t ts)
{
    auto first = EventOrder{0xffffffff};
    for (uint32_t node = 0; node < Nodes(); ++node)
    {
        if (m_next[node] == ts)
        {
            first = std::min(first, m_queues[node].NextOrder());
        }
    }
    return first;
}

size_t
NodeEvents::Size() const
{
    size_t size = 0;
    for (const NodeQueue& queue : m_queues)
    {
        size += queue.Size();
    }
    return size;
}

} // namespace hpnsim
