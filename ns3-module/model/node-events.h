// SPDX-License-Identifier: GPL-2.0-only
// NodeEvents keeps the events of each node by themselves, so that a window of time can be run node
// by node.
#pragma once

#include "event-cursor.h"
#include "node-queue.h"

#include <cstdint>
#include <vector>

namespace hpnsim
{

/// What nodes are, as an engine sees them.
struct NodeMap
{
    std::vector<uint32_t> nodeOfPort; ///< by the port's number in the fabric (CanonicalOrder)
    std::vector<uint32_t>
        tierOfNode; ///< nodes of a tier are alike; those that follow each other, near
    /// The least time, in ps, between an event and what it schedules at another node.
    uint64_t lookahead{0};
    /// The node to which all belongs that acts on what nodes share: it need not wait for the others
    /// (EventKernel::Defer). kNone: any node may act so, and waits.
    uint32_t soleActor{EventCursor::kNone};
};

/// Where a node keeps an event that it has at most once, as the arrival that is next at a port.
struct EventSlot
{
    NodeQueue* queue{nullptr}; ///< null: there is no slot
    uint32_t slot{0};
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
    explicit NodeEvents(const NodeMap& map);

    bool
    Covers(EventOrder order) const
    {
        return order >= EventOrder::PORTS
                   ? PortOf(order) < m_places.size()
                   : order >= EventOrder::NODES &&
                         order < NodeOrder(static_cast<uint32_t>(m_queues.size()));
    }

    uint32_t
    NodeOf(EventOrder order) const
    {
        return __builtin_expect(order >= EventOrder::PORTS, 1)
                   ? m_places[PortOf(order)].node
                   : static_cast<uint32_t>(order) - static_cast<uint32_t>(EventOrder::NODES);
    }

    void Push(const PendingEvent& event);
    /// Gives the event of a port a slot of its own, if its type has one: of an order bound, no two
    /// events may wait at the same time.
    EventSlot Bind(EventOrder order, uint32_t handler, void* object);
    /// Says whether events are kept here.
    void Use(bool use);

    /// Returns the time of the next event of any node; kNever: there is none.
    uint64_t NextTs() const;
    /// Returns the order of the first of the events at that time.
    EventOrder NextOrder(uint64_t ts);
    size_t Size() const;

    uint64_t
    Lookahead() const
    {
        return m_lookahead;
    }

    uint32_t
    Nodes() const
    {
        return static_cast<uint32_t>(m_queues.size());
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
        m_queues[node].Publish();
    }

  private:
    /// Whose a port is, and the first of its two slots.
    struct Place
    {
        uint32_t node;
        uint32_t slot;
    };

    uint32_t SlotOf(EventOrder order) const;

    uint64_t m_lookahead;
    uint32_t m_soleActor; // it has no slots: it is too many hosts
    std::vector<Place> m_places;  // by the port's number in the fabric
    std::vector<uint64_t> m_next; // times of the next events, for a quick look at all nodes
    std::vector<NodeQueue> m_queues;
};

} // namespace hpnsim
