// SPDX-License-Identifier: GPL-2.0-only
// Implements the heaps of the nodes' events.
#include "node-events.h"

#include <algorithm>

namespace hpnsim
{

void
NodeQueue::Push(const PendingEvent& event)
{
    if (m_number == kLastNumber)
    {
        Renumber();
    }
    const uint64_t rank = static_cast<uint64_t>(event.order) << 32 |
                          static_cast<uint64_t>(m_number++) << kHandlerBits | event.handler;
    const Entry entry{event.ts, rank, event.object};
    m_heap.push_back(entry);
    size_t at = m_heap.size() - 1;
    while (at > 0)
    {
        const size_t parent = (at - 1) / 4;
        if (!Before(entry, m_heap[parent]))
        {
            break;
        }
        m_heap[at] = m_heap[parent];
        at = parent;
    }
    m_heap[at] = entry;
}

PendingEvent
NodeQueue::Pop()
{
    const Entry first = m_heap.front();
    const Entry last = m_heap.back();
    m_heap.pop_back();
    const size_t size = m_heap.size();
    size_t at = 0;
    for (size_t child = 1; child < size; child = 4 * at + 1)
    {
        size_t least = child;
        const size_t end = std::min(child + 4, size);
        for (size_t other = child + 1; other < end; ++other)
        {
            least = Before(m_heap[other], m_heap[least]) ? other : least;
        }
        if (!Before(m_heap[least], last))
        {
            break;
        }
        m_heap[at] = m_heap[least];
        at = least;
    }
    if (size > 0)
    {
        m_heap[at] = last;
    }
    const auto handler = static_cast<uint32_t>(first.rank & ((1U << kHandlerBits) - 1));
    return {first.ts, EventOrder{static_cast<uint32_t>(first.rank >> 32)}, handler, first.object};
}

/// Numbers the events that wait from 0 on, in the order in which they will run.
void
NodeQueue::Renumber()
{
    std::sort(m_heap.begin(), m_heap.end(), Before);
    constexpr uint64_t kOrder = ~uint64_t{0} << 32;
    constexpr uint64_t kHandler = (uint64_t{1} << kHandlerBits) - 1;
    m_number = 0;
    for (Entry& entry : m_heap)
    {
        entry.rank = (entry.rank & (kOrder | kHandler)) | uint64_t{m_number++} << kHandlerBits;
    }
}

NodeEvents::NodeEvents(NodeMap map)
    : m_map(std::move(map))
    , m_next(m_map.nodes, NodeQueue::kNever)
    , m_queues(m_map.nodes)
{
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
NodeEvents::NextOrder(uint64_t ts) const
{
    auto first = EventOrder{0xffffffff};
    for (uint32_t node = 0; node < m_map.nodes; ++node)
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
