// SPDX-License-Identifier: GPL-2.0-only
// EventQueue holds the events of a simulation that are still to run, and gives them out in
// canonical order.
#pragma once

#include "event-order.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hpnsim
{

/// An event that is still to run: when, its place among those of its time, and what to call.
struct PendingEvent
{
    uint64_t ts;      ///< ps
    EventOrder order; ///< among events of the same time
    uint32_t handler; ///< in the table of handlers (event-kernel.h)
    void* object;     ///< what the handler is called with
};

/**
 * \brief A monotone radix heap whose nearest bucket is a sorted row: the queue that packet
 * simulations want.
 *
 * Events live in buckets by the highest 6-bit digit in which their time differs from the end of the
 * row, and by the value of that digit (after Ahuja, Mehlhorn, Orlin, Tarjan, JACM 1990). When the
 * row is used up, the nearest bucket becomes the next one: a crowded or wide bucket is first spread
 * over lower digits, a small one is sorted as it is, as the bottom of a ladder queue (Tang, Goh,
 * Thng, TOMACS 2005).
 *
 * Events of equal time come in the order of EventOrder, then of insertion. No number says which was
 * inserted first: buckets are filled and emptied from the front, and sorting is stable.
 *
 * Orders may be turns, which are counted on and on and begin again at 0: SetOldest then says which
 * of them is the first.
 */
class EventQueue
{
  public:
    /// `event` must not be earlier than the last one that Pop returned.
    void
    Push(const PendingEvent& event)
    {
        if (event.ts < m_end)
        {
            PushNow(event);
        }
        else
        {
            Place(event);
        }
    }

    bool
    Empty() const
    {
        return m_next == m_row.size() && m_digits == 0 && m_crowd.empty();
    }

    /// Returns the next event. The queue must not be empty.
    const PendingEvent&
    Front()
    {
        if (m_next == m_row.size())
        {
            Refill();
        }
        return CrowdIsNext() ? m_crowd.front().event : m_row[m_next];
    }

    /// Takes the next event, which Front has returned.
    PendingEvent
    Pop()
    {
        if (__builtin_expect(!m_crowd.empty(), 0) && CrowdIsNext())
        {
            return PopCrowd();
        }
        return m_row[m_next++];
    }

    /// Returns the next event without preparing to take it, so that earlier ones may still come at
    /// no cost. It looks through the nearest bucket. The queue must not be empty.
    const PendingEvent& Peek() const;

    /// Makes `oldest` the first of all orders, which go round from there. Events whose orders come
    /// before it get new ones, just before it, and it moves back by so many.
    void SetOldest(EventOrder oldest);

    /// Takes out the event of that time whose handler gets `object`. False if there is none.
    bool Remove(uint64_t ts, const void* object);
    /// Counts the events, one bucket after another.
    size_t Size() const;
    /// Calls `visit` with every event, in no useful order.
    template <class Visit>
    void
    ForEach(Visit visit) const
    {
        for (size_t i = m_next; i < m_row.size(); ++i)
        {
            visit(m_row[i]);
        }
        for (const Late& late : m_crowd)
        {
            visit(late.event);
        }
        for (const auto& digit : m_later)
        {
            for (const Bucket& bucket : digit)
            {
                for (const PendingEvent& event : bucket)
                {
                    visit(event);
                }
            }
        }
    }

  private:
    static constexpr int kDigitBits = 6;
    static constexpr int kDigits = (64 + kDigitBits - 1) / kDigitBits;
    static constexpr int kValues = 1 << kDigitBits;
    /// A bucket of up to so many events is sorted as it is, because spreading so few costs more.
    static constexpr size_t kSmall = 64;
    /// Buckets of higher digits are spread however few their events are: others may come between
    /// these.
    static constexpr int kNarrow = 3;
    /// An event for the row goes into the crowd if more than so many of the row would have to move.
    static constexpr size_t kMoves = 128;
    using Bucket = std::vector<PendingEvent>;

    /// An event of the row's span that came when the row was long already.
    struct Late
    {
        PendingEvent event;
        uint64_t number; // in the order of insertion
    };

    void Place(const PendingEvent& event);
    int TakeEarliest(int digit);
    void PushNow(const PendingEvent& event);
    void Refill();
    void Spread(Bucket& bucket);
    void TakeWhole(Bucket& bucket);
    void SortRow();
    void SortLongRow();
    bool TakeOut(Bucket& bucket, size_t from, uint64_t ts, const void* object);
    PendingEvent PopCrowd();

    bool
    CrowdIsNext() const
    {
        return !m_crowd.empty() &&
               (m_next == m_row.size() || RunsBefore(m_crowd.front().event, m_row[m_next]));
    }

    /// Returns the event's place among those of its time.
    uint32_t
    PlaceOf(const PendingEvent& event) const
    {
        return static_cast<uint32_t>(event.order) - m_oldest;
    }

    bool
    RunsBefore(const PendingEvent& a, const PendingEvent& b) const
    {
        return a.ts != b.ts ? a.ts < b.ts : PlaceOf(a) < PlaceOf(b);
    }

    /// Tells which of two late events runs after the other.
    auto
    LateRunsAfter() const
    {
        return [this](const Late& a, const Late& b) {
            return RunsBefore(b.event, a.event) ||
                   (!RunsBefore(a.event, b.event) && a.number > b.number);
        };
    }

    /// What an event of a long row is sorted by: its time in the row and its order, then insertion.
    struct Key
    {
        uint64_t when;
        uint32_t index;
    };

    Bucket m_row; // sorted; those before m_next have run
    size_t m_next{0};
    uint64_t m_base{0};        // the digits of later events are compared with this time's
    uint64_t m_end{1};         // events before this time belong into the row
    Bucket m_unsorted;         // scratch of SortRow
    std::vector<Key> m_keys;   // scratch of SortRow
    std::vector<Late> m_crowd; // a heap, the next one first
    uint64_t m_lateCount{0};
    uint32_t m_oldest{0};                     // the first of all orders
    uint32_t m_digits{0};                     // which digits have any events
    std::array<uint64_t, kDigits> m_values{}; // per digit: which of its buckets have any
    std::array<std::array<Bucket, kValues>, kDigits> m_later;
};

} // namespace hpnsim
