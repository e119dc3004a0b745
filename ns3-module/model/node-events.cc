// SPDX-License-Identifier: GPL-2.0-only
// Implements the calendars of the nodes' events.
#include "node-events.h"

#include <algorithm>

namespace hpnsim
{

NodeQueue::NodeQueue()
{
    m_days.fill(kNone);
}

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
    ++m_size;
    const uint64_t day = event.ts >> kDayBits;
    if (day <= m_today)
    {
        PutIntoRow(entry);
    }
    else if (day - m_today < kDays)
    {
        PutIntoDay(entry);
    }
    else
    {
        m_far.push_back(entry);
        std::push_heap(m_far.begin(), m_far.end(), After);
    }
}

/// Today's events, and those that come before today's, are few.
inline void
NodeQueue::PutIntoRow(const Entry& entry)
{
    if (__builtin_expect(m_rowEnd == m_room, 0))
    {
        GrowRow();
    }
    const Entry* const first = &m_row[m_at];
    Entry* at = &m_row[m_rowEnd++];
    for (; at > first && Before(entry, at[-1]); --at)
    {
        *at = at[-1];
    }
    *at = entry;
}

/// Makes room for more events of today, in the place of those that have run if these are many.
void
NodeQueue::GrowRow()
{
    const uint32_t left = m_rowEnd - m_at;
    const uint32_t room = std::max(kLeastRoom, 2 * left);
    std::unique_ptr<Entry[]> larger;
    if (room > m_room)
    {
        larger = std::make_unique<Entry[]>(room);
        m_room = room;
    }
    Entry* to = larger != nullptr ? larger.get() : m_row.get();
    std::copy(m_row.get() + m_at, m_row.get() + m_rowEnd, to);
    if (larger != nullptr)
    {
        m_row = std::move(larger);
    }
    m_at = 0;
    m_rowEnd = left;
}

void
NodeQueue::PutIntoDay(const Entry& entry)
{
    const auto day = static_cast<uint32_t>(entry.ts >> kDayBits) % kDays;
    uint32_t place = m_free;
    if (place == kNone)
    {
        place = static_cast<uint32_t>(m_listed.size());
        m_listed.emplace_back();
    }
    else
    {
        m_free = m_listed[place].next;
    }
    m_listed[place] = {entry, m_days[day]};
    m_days[day] = place;
    m_busy[day / 64] |= uint64_t{1} << (day % 64);
}

/// Returns the next day that has a list, counted from time 0; kNever: there is none.
uint64_t
NodeQueue::NextListedDay() const
{
    const auto first = static_cast<uint32_t>((m_today + 1) % kDays);
    for (uint32_t i = 0; i <= kDays / 64; ++i)
    {
        const uint32_t word = (first / 64 + i) % (kDays / 64);
        uint64_t busy = m_busy[word];
        if (i == 0)
        {
            busy &= ~uint64_t{0} << (first % 64);
        }
        if (busy != 0)
        {
            const uint32_t day = word * 64 + static_cast<uint32_t>(__builtin_ctzll(busy));
            return m_today + 1 + (day - first + kDays) % kDays;
        }
    }
    return kNever;
}

/// Returns the first event that is not in the row; of time kNever: there is none.
NodeQueue::Entry
NodeQueue::FirstOfLater() const
{
    Entry first{kNever, ~uint64_t{0}, nullptr};
    if (!m_far.empty())
    {
        first = m_far.front();
    }
    const uint64_t day = NextListedDay();
    if (day == kNever || day > first.ts >> kDayBits)
    {
        return first;
    }
    for (uint32_t i = m_days[day % kDays]; i != kNone; i = m_listed[i].next)
    {
        first = Before(m_listed[i].entry, first) ? m_listed[i].entry : first;
    }
    return first;
}

EventOrder
NodeQueue::NextOrder() const
{
    return OrderOf(m_at < m_rowEnd ? m_row[m_at] : FirstOfLater());
}

/// Makes the next day with any events today, unless it begins after `before`. Returns false then.
bool
NodeQueue::TurnPage(uint64_t before)
{
    const uint64_t far = m_far.empty() ? kNever : m_far.front().ts >> kDayBits;
    const uint64_t listed = NextListedDay();
    const uint64_t day = std::min(far, listed);
    if (day == kNever || day << kDayBits > before)
    {
        return false;
    }
    m_at = 0;
    m_rowEnd = 0;
    m_today = day;
    if (listed == day)
    {
        const auto index = static_cast<uint32_t>(day % kDays);
        uint32_t place = m_days[index];
        m_days[index] = kNone;
        m_busy[index / 64] &= ~(uint64_t{1} << (index % 64));
        while (place != kNone)
        {
            const uint32_t next = m_listed[place].next;
            PutIntoRow(m_listed[place].entry);
            m_listed[place].next = m_free;
            m_free = place;
            place = next;
        }
    }
    while (!m_far.empty() && m_far.front().ts >> kDayBits == day)
    {
        PutIntoRow(m_far.front());
        std::pop_heap(m_far.begin(), m_far.end(), After);
        m_far.pop_back();
    }
    return true;
}

/// Numbers the events that wait from 0 on, in the order in which they will run.
void
NodeQueue::Renumber()
{
    std::vector<Entry*> all;
    for (uint32_t i = m_at; i < m_rowEnd; ++i)
    {
        all.push_back(&m_row[i]);
    }
    for (uint32_t day = 0; day < kDays; ++day)
    {
        for (uint32_t i = m_days[day]; i != kNone; i = m_listed[i].next)
        {
            all.push_back(&m_listed[i].entry);
        }
    }
    for (Entry& entry : m_far)
    {
        all.push_back(&entry);
    }
    std::sort(
        all.begin(), all.end(), [](const Entry* a, const Entry* b) { return Before(*a, *b); });
    constexpr uint64_t kOrder = ~uint64_t{0} << 32;
    m_number = 0;
    for (Entry* entry : all)
    {
        entry->rank = (entry->rank & (kOrder | kHandlers)) | uint64_t{m_number++} << kHandlerBits;
    }
}

NodeEvents::NodeEvents(NodeMap map)
    : m_map(std::move(map))
    , m_next(m_map.tierOfNode.size(), NodeQueue::kNever)
    , m_queues(m_map.tierOfNode.size())
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
