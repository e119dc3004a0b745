// SPDX-License-Identifier: GPL-2.0-only
// NodeEvents keeps the events of each node by themselves, so that a window of time can be run node
// by node.
#pragma once

#include "event-queue.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace hpnsim
{

/// The events of one node that are still to run: a heap of four children, so that a node's few
/// events lie in few cache lines. Events of equal time come in the order of EventOrder, then of
/// insertion.
class NodeQueue
{
  public:
    bool
    Empty() const
    {
        return m_heap.empty();
    }

    size_t
    Size() const
    {
        return m_heap.size();
    }

    uint64_t
    NextTs() const
    {
        return m_heap.empty() ? kNever : m_heap.front().ts;
    }

    EventOrder
    NextOrder() const
    {
        return EventOrder{static_cast<uint32_t>(m_heap.front().rank >> 32)};
    }

    /// Returns what the next event will be called with. The queue must not be empty.
    const void*
    NextObject() const
    {
        return m_heap.front().object;
    }

    void Push(const PendingEvent& event);
    PendingEvent Pop();

    static constexpr uint64_t kNever = ~uint64_t{0};

  private:
    static constexpr uint32_t kHandlerBits = 8;
    static constexpr uint32_t kLastNumber = (uint32_t{1} << (32 - kHandlerBits)) - 1;

    /// An event with all but its time in one word: order, then number of insertion, then handler.
    struct Entry
    {
        uint64_t ts;
        uint64_t rank;
        void* object;
    };

    static bool
    Before(const Entry& a, const Entry& b)
    {
        return a.ts != b.ts ? a.ts < b.ts : a.rank < b.rank;
    }

    void Renumber();

    std::vector<Entry> m_heap;
    uint32_t m_number{0};
};

/// What nodes are, as an engine sees them.
struct NodeMap
{
    std::vector<uint32_t> nodeOfPort; ///< by the port's number in the fabric (CanonicalOrder)
    uint32_t nodes{0};
    /// The least time, in ps, between an event and what it schedules at another node.
    uint64_t lookahead{0};
};

/**
 * \brief The events of all nodes, for running them window by window.
 *
 * Within the lookahead no node can affect another, so that all events of a node within a window can
 * run before those of the next node: its state is fetched into the caches once (after UNISON,
 * EuroSys'24). A node may be held: an event of it has called for an action that others can see, and
 * must wait until every other node has come as far.
 */
class NodeEvents
{
  public:
    explicit NodeEvents(NodeMap map);

    bool
    Covers(EventOrder order) const
    {
        return order >= EventOrder::PORTS && PortOf(order) < m_map.nodeOfPort.size();
    }

    uint32_t
    NodeOf(EventOrder order) const
    {
        return m_map.nodeOfPort[PortOf(order)];
    }

    void
    Push(const PendingEvent& event)
    {
        const uint32_t node = NodeOf(event.order);
        m_queues[node].Push(event);
        if (event.ts < m_next[node])
        {
            m_next[node] = event.ts;
        }
    }

    /// Returns the time of the next event of any node; kNever: there is none.
    uint64_t NextTs() const;
    /// Returns the order of the first of the events at that time.
    EventOrder NextOrder(uint64_t ts) const;
    size_t Size() const;

    uint64_t
    Lookahead() const
    {
        return m_map.lookahead;
    }

    uint32_t
    Nodes() const
    {
        return m_map.nodes;
    }

    uint64_t
    NextTs(uint32_t node) const
    {
        return m_next[node];
    }

    NodeQueue&
    Queue(uint32_t node)
    {
        return m_queues[node];
    }

    /// Notes that events of the node have run.
    void
    Ran(uint32_t node)
    {
        m_next[node] = m_queues[node].NextTs();
    }

  private:
    NodeMap m_map;
    std::vector<uint64_t> m_next; // times of the next events, for a quick look at all nodes
    std::vector<NodeQueue> m_queues;
};

} // namespace hpnsim
