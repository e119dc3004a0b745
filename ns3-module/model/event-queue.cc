// SPDX-License-Identifier: GPL-2.0-only
// Fills and empties the buckets of EventQueue.
#include "event-queue.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Returns the highest digit of `bits` bits in which two times differ.
int
DigitOf(uint64_t a, uint64_t b, int bits)
{
    return (63 - __builtin_clzll((a ^ b) | 1)) / bits;
}

} // namespace

void
EventQueue::Place(const PendingEvent& event)
{
    const int digit = DigitOf(event.ts, m_base, kDigitBits);
    const int value = static_cast<int>(event.ts >> (digit * kDigitBits)) & (kValues - 1);
    m_later[digit][value].push_back(event);
    m_values[digit] |= uint64_t{1} << value;
    m_digits |= 1U << digit;
}

/// Returns the earliest bucket of a digit that has any events, and notes that it is going to be
/// empty.
int
EventQueue::TakeEarliest(int digit)
{
    uint64_t& values = m_values[digit];
    const int value = __builtin_ctzll(values);
    values &= values - 1;
    m_digits &= values == 0 ? ~(1U << digit) : ~0U;
    return value;
}

/// Inserts an event into the row, behind those that run before it or came before it.
void
EventQueue::PushNow(const PendingEvent& event)
{
    if (m_crowd.empty())
    {
        size_t at = m_row.size();
        const size_t least = at - std::min(at - m_next, kMoves);
        while (at > least && RunsBefore(event, m_row[at - 1]))
        {
            --at;
        }
        if (at > least || least == m_next)
        {
            m_row.insert(m_row.begin() + static_cast<std::ptrdiff_t>(at), event);
            return;
        }
    }
    // Once there is a crowd, later events join it, so that of two alike the one in the row came
    // first.
    m_crowd.push_back({event, m_lateCount++});
    std::push_heap(m_crowd.begin(), m_crowd.end(), LateRunsAfter());
}

PendingEvent
EventQueue::PopCrowd()
{
    std::pop_heap(m_crowd.begin(), m_crowd.end(), LateRunsAfter());
    const PendingEvent next = m_crowd.back().event;
    m_crowd.pop_back();
    return next;
}

/// Makes the nearest bucket the row.
void
EventQueue::Refill()
{
    m_row.clear();
    m_next = 0;
    if (!m_crowd.empty())
    {
        return;
    }
    while (true)
    {
        const int digit = __builtin_ctz(m_digits);
        const int value = TakeEarliest(digit);
        Bucket& bucket = m_later[digit][value];
        const bool small = bucket.size() <= kSmall && (digit <= kNarrow || bucket.size() == 1);
        if (digit == 0 || small)
        {
            TakeWhole(bucket);
            return;
        }
        Spread(bucket);
    }
}

void
EventQueue::TakeWhole(Bucket& bucket)
{
    m_row.assign(bucket.begin(), bucket.end()); // each keeps its memory
    bucket.clear();
    SortRow();
    m_base = m_row.back().ts;
    m_end = m_base + 1;
}

/// Sorts the row, in which equals are in the order of insertion, and stay so.
void
EventQueue::SortRow()
{
    if (m_row.size() > kSmall)
    {
        SortLongRow();
        return;
    }
    for (size_t i = 1; i < m_row.size(); ++i)
    {
        const PendingEvent event = m_row[i];
        size_t at = i;
        for (; at > 0 && RunsBefore(event, m_row[at - 1]); --at)
        {
            m_row[at] = m_row[at - 1];
        }
        m_row[at] = event;
    }
}

/// A long row comes from a bucket of digit 0, so that its span fits beside the order.
void
EventQueue::SortLongRow()
{
    m_unsorted.swap(m_row);
    const uint64_t base = m_unsorted.front().ts & ~uint64_t{kValues - 1};
    m_keys.clear();
    for (const PendingEvent& event : m_unsorted)
    {
        m_keys.push_back(
            {(event.ts - base) << 32 | PlaceOf(event), static_cast<uint32_t>(m_keys.size())});
    }
    std::sort(m_keys.begin(), m_keys.end(), [](const Key& a, const Key& b) {
        return a.when != b.when ? a.when < b.when : a.index < b.index;
    });
    m_row.clear();
    for (const Key& key : m_keys)
    {
        m_row.push_back(m_unsorted[key.index]);
    }
    m_unsorted.clear();
}

/// Sorts a bucket into nearer ones, counted from the earliest of its events.
void
EventQueue::Spread(Bucket& bucket)
{
    m_base =
        std::min_element(bucket.begin(),
                         bucket.end(),
                         [](const PendingEvent& a, const PendingEvent& b) { return a.ts < b.ts; })
            ->ts;
    for (const PendingEvent& event : bucket)
    {
        Place(event);
    }
    bucket.clear();
}

const PendingEvent&
EventQueue::Peek() const
{
    if (m_next < m_row.size() || !m_crowd.empty())
    {
        return CrowdIsNext() ? m_crowd.front().event : m_row[m_next];
    }
    const int digit = __builtin_ctz(m_digits);
    const Bucket& bucket = m_later[digit][__builtin_ctzll(m_values[digit])];
    return *std::min_element(
        bucket.begin(), bucket.end(), [this](const PendingEvent& a, const PendingEvent& b) {
            return RunsBefore(a, b);
        });
}

void
EventQueue::SetOldest(EventOrder oldest)
{
    const uint32_t first = static_cast<uint32_t>(oldest) - m_oldest;
    std::vector<PendingEvent*> old;
    ForEach([&](const PendingEvent& event) {
        if (PlaceOf(event) < first)
        {
            old.push_back(const_cast<PendingEvent*>(&event)); // NOLINT: it is one of our own
        }
    });
    std::stable_sort(old.begin(), old.end(), [this](const PendingEvent* a, const PendingEvent* b) {
        return PlaceOf(*a) < PlaceOf(*b);
    });
    m_oldest = static_cast<uint32_t>(oldest) - static_cast<uint32_t>(old.size());
    for (size_t i = 0; i < old.size(); ++i)
    {
        old[i]->order = EventOrder{m_oldest + static_cast<uint32_t>(i)};
    }
}

bool
EventQueue::TakeOut(Bucket& bucket, size_t from, uint64_t ts, const void* object)
{
    for (size_t i = from; i < bucket.size(); ++i)
    {
        if (bucket[i].ts == ts && bucket[i].object == object)
        {
            bucket.erase(bucket.begin() + static_cast<std::ptrdiff_t>(i));
            return true;
        }
    }
    return false;
}

bool
EventQueue::Remove(uint64_t ts, const void* object)
{
    if (ts < m_end)
    {
        if (TakeOut(m_row, m_next, ts, object))
        {
            return true;
        }
        const auto late = std::find_if(m_crowd.begin(), m_crowd.end(), [&](const Late& other) {
            return other.event.ts == ts && other.event.object == object;
        });
        if (late == m_crowd.end())
        {
            return false;
        }
        m_crowd.erase(late);
        std::make_heap(m_crowd.begin(), m_crowd.end(), LateRunsAfter());
        return true;
    }
    const int digit = DigitOf(ts, m_base, kDigitBits);
    const int value = static_cast<int>(ts >> (digit * kDigitBits)) & (kValues - 1);
    Bucket& bucket = m_later[digit][value];
    const bool found = TakeOut(bucket, 0, ts, object);
    if (found && bucket.empty())
    {
        m_values[digit] &= ~(uint64_t{1} << value);
        m_digits &= m_values[digit] == 0 ? ~(1U << digit) : ~0U;
    }
    return found;
}

size_t
EventQueue::Size() const
{
    size_t size = 0;
    ForEach([&size](const PendingEvent&) { ++size; });
    return size;
}

} // namespace hpnsim
