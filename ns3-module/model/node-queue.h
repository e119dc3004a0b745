// SPDX-License-Identifier: GPL-2.0-only
// NodeQueue holds the events of one node that are still to run.
#pragma once

#include "event-queue.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace hpnsim
{

/**
 * \brief The events of one node: a tournament among the few that nearly all of them are.
 *
 * A port has one arrival at most that is due next, and one end of a transmission. So each of these
 * has a slot of its own, which knows what to call. Slots stand in canonical order, and a tree of
 * the least times has the next one at its root: to arm a slot, or to arm anew the one whose event
 * runs, is one walk from its leaf to the root. All other events, as timers, are in a heap.
 *
 * Events of equal time come in the order of EventOrder, then of insertion. What other nodes
 * schedule is only noted, and takes its place when the node runs, so that nobody fetches another
 * node's tree.
 *
 * A node of thousands of ports would have a tree that is as deep as it is large: it has none, but an
 * EventQueue.
 */
class NodeQueue
{
  public:
    static constexpr uint64_t kNever = ~uint64_t{0};

    /// Slots are numbered from 0 in the order of the EventOrders that they are bound to. `next` is
    /// where others look for the time of the next event; it gets less with what comes in, and is
    /// right again after Publish.
    NodeQueue(uint32_t slots, uint64_t& next);
    /// The same with an EventQueue, and no slots.
    explicit NodeQueue(uint64_t& next);

    /// Says what the events of a slot are. None of them may be armed.
    void Bind(uint32_t slot, EventOrder order, uint32_t handler, void* object);
    /// Tells whether the event is one of the slot.
    bool IsOf(uint32_t slot, const PendingEvent& event) const;

    /// Whether the queue is where events of the node are kept: not if all events run one by one.
    bool
    InUse() const
    {
        return m_inUse;
    }

    /// Without events. What comes then may be earlier than all that it has held.
    void Use(bool use);

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

    /// Schedules the event of a slot, which must not be armed.
    void
    Arm(uint32_t slot, uint64_t ts)
    {
        ++m_size;
        Lower(ts);
        Put(slot, ts);
    }

    /// The same, as another node's doing.
    void
    PostArm(uint32_t slot, uint64_t ts)
    {
        ++m_size;
        Lower(ts);
        m_posted.push_back({{ts, EventOrder{0}, 0, nullptr}, slot});
    }

    /// Schedules an event that is not of a slot.
    void Push(const PendingEvent& event);
    /// The same, as another node's doing.
    void Post(const PendingEvent& event);

    /// Takes the next event, if it is before that of time and order `ts` and `order`; else returns
    /// false.
    bool
    PopBefore(uint64_t ts, EventOrder order, PendingEvent& event)
    {
        SettleDown();
        if (__builtin_expect(m_many != nullptr, 0))
        {
            return PopMany(ts, order, event);
        }
        if (__builtin_expect(!m_others.empty(), 0) && OtherIsNext())
        {
            return PopOther(ts, order, event);
        }
        const uint64_t next = TimeOf(m_first[1]);
        if (next > ts)
        {
            return false;
        }
        const uint32_t slot = SlotOf(m_first[1]);
        const Slot& bound = m_slots[slot];
        if (__builtin_expect(next == ts, 0) && (m_first[1] == kNever || bound.order >= order))
        {
            return false;
        }
        event = {next, bound.order, bound.handler, bound.object};
        m_running = slot;
        --m_size;
        return true;
    }

    /// Returns the time of the next event; kNever: there is none.
    uint64_t
    NextTs()
    {
        return First().ts;
    }

    /// There must be an event.
    EventOrder
    NextOrder()
    {
        return First().order;
    }

    /// Makes what others look at the time of the next event.
    void
    Publish()
    {
        m_next = NextTs();
    }

    /// What events of slots call.
    struct Call
    {
        uint32_t handler;
        void* object;
    };

    /// Puts those due until `ts` into `calls`, at most `room`, and returns how many.
    uint32_t CallsUntil(uint64_t ts, Call* calls, uint32_t room);

    /// Ask the caches for the queue's own members, and for what all of its events pass.
    void
    WarmHeader() const
    {
        __builtin_prefetch(this);
        __builtin_prefetch(reinterpret_cast<const char*>(this + 1) - 1);
    }

    void
    WarmTree() const
    {
        __builtin_prefetch(m_first.data());
        __builtin_prefetch(m_others.data());
    }

    /// Calls `visit` with the time and order of every event, in no useful order.
    template <class Visit>
    void
    ForEach(Visit visit)
    {
        SettleDown();
        for (uint32_t slot = 0; slot < m_slots.size(); ++slot)
        {
            if (m_first[m_leaves + slot] != kNever)
            {
                visit(TimeOf(m_first[m_leaves + slot]), m_slots[slot].order);
            }
        }
        for (const Numbered& other : m_others)
        {
            visit(other.event.ts, other.event.order);
        }
        if (m_many != nullptr)
        {
            m_many->ForEach([&visit](const PendingEvent& each) { visit(each.ts, each.order); });
        }
    }

  private:
    static constexpr uint32_t kNoSlot = ~uint32_t{0};

    /// What its events are, and when in the order of insertion the last one came.
    struct Slot
    {
        void* object;
        uint64_t number;
        EventOrder order;
        uint32_t handler;
    };

    struct Numbered
    {
        PendingEvent event;
        uint64_t number; // in the order of insertion
    };

    struct Posted
    {
        PendingEvent event; // of a slot: only its time holds
        uint32_t slot;
    };

    static bool
    RunsBefore(const Numbered& a, const Numbered& b)
    {
        if (a.event.ts != b.event.ts)
        {
            return a.event.ts < b.event.ts;
        }
        return a.event.order != b.event.order ? a.event.order < b.event.order : a.number < b.number;
    }

    static bool
    RunsAfter(const Numbered& a, const Numbered& b)
    {
        return RunsBefore(b, a);
    }

    uint64_t
    TimeOf(uint64_t key) const
    {
        return key == kNever ? kNever : key >> m_slotBits;
    }

    uint32_t
    SlotOf(uint64_t key) const
    {
        return static_cast<uint32_t>(key) & (m_leaves - 1);
    }

    void
    Lower(uint64_t ts)
    {
        if (ts < m_next)
        {
            m_next = ts;
        }
    }

    void
    Put(uint32_t slot, uint64_t ts)
    {
        if (__builtin_expect(ts >= m_endOfTree, 0))
        {
            PutAside({ts, m_slots[slot].order, m_slots[slot].handler, m_slots[slot].object});
            return;
        }
        m_slots[slot].number = m_number++;
        m_running = slot == m_running ? kNoSlot : m_running;
        SetKey(slot, ts << m_slotBits | slot);
    }

    /// Gives the slot another time, and its ancestors the least of those below them.
    void
    SetKey(uint32_t slot, uint64_t key)
    {
        uint64_t* const first = m_first.data();
        uint32_t place = m_leaves + slot;
        first[place] = key;
        do
        {
            const uint64_t rival = first[place ^ 1];
            key = rival < key ? rival : key;
            place /= 2;
            first[place] = key;
        } while (place > 1);
    }

    /// Sees to it that the root of the tree is the next event of any slot.
    void
    SettleDown()
    {
        if (m_running != kNoSlot)
        {
            SetKey(std::exchange(m_running, kNoSlot), kNever);
        }
        if (__builtin_expect(!m_posted.empty(), 0))
        {
            TakePosted();
        }
    }

    /// There are others.
    bool
    OtherIsNext() const
    {
        const uint64_t next = TimeOf(m_first[1]);
        return m_others.front().event.ts < next ||
               (m_others.front().event.ts == next && RunsBefore(m_others.front(), FirstOfSlots()));
    }

    void PutAside(const PendingEvent& event);
    void TakePosted();
    bool PopOther(uint64_t ts, EventOrder order, PendingEvent& event);
    bool PopMany(uint64_t ts, EventOrder order, PendingEvent& event);
    Numbered FirstOfSlots() const;
    PendingEvent First();

    uint32_t m_leaves;
    uint32_t m_slotBits;         // m_leaves is two to the power of this
    uint32_t m_running{kNoSlot}; // still in the tree: perhaps it is armed anew
    bool m_inUse{false};
    std::vector<uint64_t>
        m_first; // a tree of times and slots: 1 is the root, 2 and 3 follow, then leaves
    std::vector<Slot> m_slots;
    std::vector<Posted> m_posted; // in the order of insertion
    uint64_t& m_next;
    size_t m_size{0};
    uint64_t m_number{0};
    uint64_t m_endOfTree;           // times from here on do not fit into it: seconds at the least
    std::vector<Numbered> m_others; // a heap, the next one first
    std::unique_ptr<EventQueue> m_many; // all events, of a node without slots; else null
};

} // namespace hpnsim
