// SPDX-License-Identifier: GPL-2.0-only
// Does for a node's queue what few events need.
#include "node-queue.h"

#include <algorithm>
#include <array>

namespace hpnsim
{

NodeQueue::NodeQueue(uint32_t slots, uint64_t& next)
    : m_leaves(2) // no leaf may be the root
    , m_slotBits(1)
    , m_slots(slots)
    , m_next(next)
{
    while (m_leaves < slots)
    {
        m_leaves *= 2;
        ++m_slotBits;
    }
    m_endOfTree = kNever >> m_slotBits;
    m_first.assign(size_t{2} * m_leaves, kNever);
}

NodeQueue::NodeQueue(uint64_t& next)
    : NodeQueue(0, next)
{
    m_many = std::make_unique<EventQueue>();
}

/// An EventQueue takes nothing that is earlier than what it has given out, as all of it when events
/// begin to run one by one.
void
NodeQueue::Use(bool use)
{
    m_inUse = use;
    if (use && m_many != nullptr)
    {
        *m_many = EventQueue();
    }
}

void
NodeQueue::Bind(uint32_t slot, EventOrder order, uint32_t handler, void* object)
{
    m_slots[slot] = {object, 0, order, handler};
}

bool
NodeQueue::IsOf(uint32_t slot, const PendingEvent& event) const
{
    const Slot& bound = m_slots[slot];
    return bound.object == event.object && bound.handler == event.handler &&
           bound.order == event.order;
}

void
NodeQueue::Push(const PendingEvent& event)
{
    ++m_size;
    Lower(event.ts);
    PutAside(event);
}

void
NodeQueue::PutAside(const PendingEvent& event)
{
    if (m_many != nullptr)
    {
        m_many->Push(event);
        return;
    }
    m_others.push_back({event, m_number++});
    std::push_heap(m_others.begin(), m_others.end(), RunsAfter);
}

void
NodeQueue::Post(const PendingEvent& event)
{
    ++m_size;
    Lower(event.ts);
    m_posted.push_back({event, kNoSlot});
}

void
NodeQueue::TakePosted()
{
    for (const Posted& posted : m_posted)
    {
        if (posted.slot != kNoSlot)
        {
            Put(posted.slot, posted.event.ts);
        }
        else
        {
            PutAside(posted.event);
        }
    }
    m_posted.clear();
}

uint32_t
NodeQueue::CallsUntil(uint64_t ts, Call* calls, uint32_t room)
{
    SettleDown();
    const uint64_t end = ts >= m_endOfTree ? kNever : (ts + 1) << m_slotBits;
    std::array<uint32_t, 32> below; // places to look at: at most one a level, and one more
    uint32_t left = 0;
    below[left++] = 1;
    uint32_t found = 0;
    while (left > 0 && found < room)
    {
        const uint32_t place = below[--left];
        if (m_first[place] >= end)
        {
            continue;
        }
        if (place < m_leaves)
        {
            below[left++] = 2 * place + 1;
            below[left++] = 2 * place;
            continue;
        }
        const Slot& slot = m_slots[place - m_leaves];
        calls[found++] = {slot.handler, slot.object};
    }
    return found;
}

/// Does what PopBefore does if the next event is one without a slot.
bool
NodeQueue::PopOther(uint64_t ts, EventOrder order, PendingEvent& event)
{
    const PendingEvent& next = m_others.front().event;
    if (next.ts > ts || (next.ts == ts && next.order >= order))
    {
        return false;
    }
    event = next;
    std::pop_heap(m_others.begin(), m_others.end(), RunsAfter);
    m_others.pop_back();
    --m_size;
    return true;
}

/// Does what PopBefore does if there are no slots.
bool
NodeQueue::PopMany(uint64_t ts, EventOrder order, PendingEvent& event)
{
    if (m_many->Empty())
    {
        return false;
    }
    const PendingEvent& next = m_many->Front();
    if (next.ts > ts || (next.ts == ts && next.order >= order))
    {
        return false;
    }
    event = m_many->Pop();
    --m_size;
    return true;
}

/// Returns the next event of any slot; of time kNever: there is none.
NodeQueue::Numbered
NodeQueue::FirstOfSlots() const
{
    if (m_first[1] == kNever)
    {
        return {{kNever, EventOrder{0}, 0, nullptr}, 0};
    }
    const Slot& slot = m_slots[SlotOf(m_first[1])];
    return {{TimeOf(m_first[1]), slot.order, slot.handler, slot.object}, slot.number};
}

/// Returns the next event; of time kNever: there is none.
PendingEvent
NodeQueue::First()
{
    SettleDown();
    if (m_many != nullptr && !m_many->Empty())
    {
        return m_many->Peek();
    }
    return !m_others.empty() && OtherIsNext() ? m_others.front().event : FirstOfSlots().event;
}

} // namespace hpnsim
