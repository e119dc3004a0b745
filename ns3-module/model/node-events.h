// SPDX-License-Identifier: GPL-2.0-only
// NodeEvents keeps the events of each node by themselves, so that a window of time can be run node
// by node.
#pragma once

#include "event-queue.h"

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace hpnsim
{

/**
 * \brief The events of one node that are still to run: a calendar whose current day is a sorted
 * row.
 *
 * A day is 8 ns long, and the calendar has 256 of them, which is more than a packet takes to the
 * next node; what comes later, as timers do, is in a heap. So most events are put into a list, and
 * sorted among the few of their day when it comes. Events of equal time come in the order of
 * EventOrder, then of insertion.
 */
class NodeQueue
{
  public:
    NodeQueue();

    bool
    Empty() const
    {
        return m_size == 0;
    }

    size_t
    Size() const
    {
        return m_size;
    }

    /// Returns the time of the next event; kNever: there is none.
    uint64_t
    NextTs() const
    {
        return m_at < m_rowEnd ? m_row[m_at].ts : FirstOfLater().ts;
    }

    EventOrder NextOrder() const;
    void Push(const PendingEvent& event);

    /// Takes the next event, if it is before that of time and order `ts` and `order`; else returns
    /// false.
    bool
    PopBefore(uint64_t ts, EventOrder order, PendingEvent& event)
    {
        if (m_at == m_rowEnd && !TurnPage(ts))
        {
            return false;
        }
        const Entry& next = m_row[m_at];
        if (next.ts >= ts && (next.ts > ts || OrderOf(next) >= order))
        {
            return false;
        }
        event = {next.ts, OrderOf(next), static_cast<uint32_t>(next.rank & kHandlers), next.object};
        ++m_at;
        --m_size;
        if (m_at < m_rowEnd)
        {
            __builtin_prefetch(m_row[m_at].object);
            __builtin_prefetch(static_cast<const char*>(m_row[m_at].object) + 64);
        }
        return true;
    }

    /// Calls `visit(handler, object)` for what waits, and perhaps for some that has run.
    template <class Visit>
    void
    ForEachListed(Visit visit) const
    {
        for (const Listed& listed : m_listed)
        {
            visit(static_cast<uint32_t>(listed.entry.rank & kHandlers), listed.entry.object);
        }
    }

    static constexpr uint64_t kNever = ~uint64_t{0};

    /// Calls `visit` with the time and order of every event, in no useful order.
    template <class Visit>
    void
    ForEach(Visit visit) const
    {
        for (uint32_t i = m_at; i < m_rowEnd; ++i)
        {
            visit(m_row[i].ts, OrderOf(m_row[i]));
        }
        for (uint32_t day = 0; day < kDays; ++day)
        {
            for (uint32_t i = m_days[day]; i != kNone; i = m_listed[i].next)
            {
                visit(m_listed[i].entry.ts, OrderOf(m_listed[i].entry));
            }
        }
        for (const Entry& entry : m_far)
        {
            visit(entry.ts, OrderOf(entry));
        }
    }

  private:
    static constexpr int kDayBits = 13; // ps
    static constexpr uint32_t kDays = 256;
    static constexpr uint32_t kHandlerBits = 8;
    static constexpr uint64_t kHandlers = (uint64_t{1} << kHandlerBits) - 1;
    static constexpr uint32_t kLastNumber = (uint32_t{1} << (32 - kHandlerBits)) - 1;
    static constexpr uint32_t kNone = ~uint32_t{0};
    static constexpr uint32_t kLeastRoom = 16;

    /// An event with all but its time in one word: order, then number of insertion, then handler.
    struct Entry
    {
        uint64_t ts;
        uint64_t rank;
        void* object;
    };

    /// An entry in the list of its day.
    struct Listed
    {
        Entry entry;
        uint32_t next;
    };

    /// Time and rank as one number, which compares without a branch.
    static unsigned __int128
    KeyOf(const Entry& entry)
    {
        return static_cast<unsigned __int128>(entry.ts) << 64 | entry.rank;
    }

    static bool
    Before(const Entry& a, const Entry& b)
    {
        return KeyOf(a) < KeyOf(b);
    }

    static bool
    After(const Entry& a, const Entry& b)
    {
        return Before(b, a);
    }

    static EventOrder
    OrderOf(const Entry& entry)
    {
        return EventOrder{static_cast<uint32_t>(entry.rank >> 32)};
    }

    void PutIntoRow(const Entry& entry);
    void GrowRow();
    void PutIntoDay(const Entry& entry);
    uint64_t NextListedDay() const;
    Entry FirstOfLater() const;
    bool TurnPage(uint64_t before);
    void Renumber();

    std::unique_ptr<Entry[]> m_row; // of today, sorted
    uint32_t m_at{0};               // those before this one have run
    uint32_t m_rowEnd{0};
    uint32_t m_room{0};  // of m_row
    uint64_t m_today{0}; // counted from time 0
    size_t m_size{0};
    uint32_t m_number{0};
    uint32_t m_free{kNone};                    // a list in m_listed
    std::array<uint64_t, kDays / 64> m_busy{}; // which days have a list
    std::array<uint32_t, kDays> m_days;        // the first of each list, by day modulo kDays
    std::vector<Listed> m_listed;
    std::vector<Entry> m_far; // a heap, the next one first
};

/// What nodes are, as an engine sees them.
struct NodeMap
{
    std::vector<uint32_t> nodeOfPort; ///< by the port's number in the fabric (CanonicalOrder)
    std::vector<uint32_t>
        tierOfNode; ///< nodes of a tier are alike; those that follow each other, near
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
        Push(event, NodeOf(event.order));
    }

    void
    Push(const PendingEvent& event, uint32_t node)
    {
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
        m_next[node] = m_queues[node].NextTs();
    }

  private:
    NodeMap m_map;
    std::vector<uint64_t> m_next; // times of the next events, for a quick look at all nodes
    std::vector<NodeQueue> m_queues;
};

} // namespace hpnsim
