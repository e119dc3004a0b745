// SPDX-License-Identifier: GPL-2.0-only
// DeferredActions gives out what nodes have deferred in a window, the earliest first.
#pragma once

#include "event-lanes.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace hpnsim
{

/// Most actions are known when the window's nodes have run: these are sorted, so that their memory
/// can be asked for ahead. What comes up meanwhile is in a heap.
class DeferredActions
{
  public:
    /// Takes in what a lane has deferred; Sort must follow.
    void
    Fill(std::vector<DeferredEvent>& from)
    {
        m_known.insert(m_known.end(), from.begin(), from.end());
        from.clear();
    }

    void
    Sort()
    {
        std::sort(m_known.begin(), m_known.end(), LaterThan);
    }

    /// Takes in what one action has brought with it.
    void
    Add(std::vector<DeferredEvent>& from)
    {
        for (const DeferredEvent& each : from)
        {
            m_more.push_back(each);
            std::push_heap(m_more.begin(), m_more.end(), LaterThan);
        }
        from.clear();
    }

    bool
    Empty() const
    {
        return m_known.empty() && m_more.empty();
    }

    /// Takes out the earliest. There must be one.
    DeferredEvent
    Take()
    {
        std::vector<DeferredEvent>* from = &m_known;
        if (m_known.empty() || (!m_more.empty() && LaterThan(m_known.back(), m_more.front())))
        {
            std::pop_heap(m_more.begin(), m_more.end(), LaterThan);
            from = &m_more;
        }
        const DeferredEvent next = from->back();
        from->pop_back();
        return next;
    }

    /// True if the same event has deferred more than `taken`, which has just been taken out.
    bool
    GoesOn(const DeferredEvent& taken) const
    {
        return IsOfEvent(m_known.empty() ? nullptr : &m_known.back(), taken) ||
               IsOfEvent(m_more.empty() ? nullptr : &m_more.front(), taken);
    }

    /// Returns the action before which `count` others of those that are sorted come; null: there is
    /// none.
    const DeferredEvent*
    Ahead(size_t count) const
    {
        return count < m_known.size() ? &m_known[m_known.size() - 1 - count] : nullptr;
    }

  private:
    static bool
    IsOfEvent(const DeferredEvent* next, const DeferredEvent& taken)
    {
        return next != nullptr && next->event.ts == taken.event.ts &&
               next->event.order == taken.event.order;
    }

    static bool
    LaterThan(const DeferredEvent& a, const DeferredEvent& b)
    {
        if (a.event.ts != b.event.ts)
        {
            return a.event.ts > b.event.ts;
        }
        return a.event.order != b.event.order ? a.event.order > b.event.order : a.turn > b.turn;
    }

    std::vector<DeferredEvent> m_known; // the earliest last
    std::vector<DeferredEvent> m_more;  // a heap, the earliest first
};

} // namespace hpnsim
