// SPDX-License-Identifier: GPL-2.0-only
// Packs and reads what ranks tell each other before a step.
#include "event-ranks.h"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/tool_main.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace hpnsim
{

void
EventRanks::Exchange()
{
    const uint32_t own = m_ranks.Rank();
    PackParcels();
    m_told[own] = {m_run,
                   m_kernel.m_latest,
                   OwnNext(),
                   m_unsafe ? OwnAct() : EventPlace(),
                   OwnShared(),
                   m_network.OwnCounts(),
                   m_kernel.m_stop,
                   m_failure != nullptr,
                   !m_acted.empty()};
    m_reasons[own].clear();
    m_run = 0;
    RankMessage common;
    MessageWriter out(common);
    out.Put(m_told[own]);
    out.Put(m_mail[own]);
    PackActions(out);
    out.Put(m_notes);
    m_notes.clear();
    if (m_failure != nullptr)
    {
        try
        {
            std::rethrow_exception(m_failure);
        }
        catch (const std::exception& error)
        {
            m_reasons[own] = plain_reason(error);
        }
        out.Put(m_reasons[own]);
    }
    for (uint32_t rank = 0; rank < m_out.size(); ++rank)
    {
        m_out[rank] = common;
        m_out[rank].insert(m_out[rank].end(), m_parcels[rank].begin(), m_parcels[rank].end());
    }
    m_ranks.Exchange(Ranks::About::STEP, m_out, m_in);
    for (uint32_t rank = 0; rank < m_in.size(); ++rank)
    {
        if (rank != own)
        {
            MessageReader in(m_in[rank]);
            Read(rank, in);
        }
    }
    std::sort(m_actions.begin(), m_actions.end(), [](const Action& a, const Action& b) {
        return b.at < a.at || (!(a.at < b.at) && b.turn < a.turn);
    });
    CountEvents();
    Keep([this] { RepeatNotes(); });
    Keep([this] { Repeat(); });
    ThrowFailure();
}

void
EventRanks::PackParcels()
{
    EventLane& mine = m_kernel.m_lanes->Mine();
    for (uint32_t lane = 1; lane < m_ranks.Count(); ++lane)
    {
        if (!mine.events[lane].empty())
        {
            throw std::logic_error("a node scheduled an event at a node of another rank");
        }
        const uint32_t rank = RankOf(lane);
        EventPlace& first = m_mail[m_ranks.Rank()][rank] = EventPlace();
        m_parcels[rank].clear();
        MessageWriter out(m_parcels[rank]);
        out.Put(static_cast<uint64_t>(mine.parcels[lane].size()));
        for (const Parcel& parcel : mine.parcels[lane])
        {
            first = std::min(first, m_network.Pack(parcel, out));
        }
        mine.parcels[lane].clear();
    }
}

void
EventRanks::PackActions(MessageWriter& out)
{
    std::vector<DeferredEvent>& deferred = m_kernel.m_lanes->Mine().deferred;
    out.Put(static_cast<uint64_t>(deferred.size()));
    for (const DeferredEvent& each : deferred)
    {
        Action action{};
        action.at = {each.event.ts, each.event.order};
        action.node = each.node;
        action.turn = each.turn;
        action.own = true;
        action.event = each.event;
        NodeQueue& queue = m_kernel.m_nodes->Queue(each.node);
        if (!queue.Empty())
        {
            action.next = {queue.NextTs(), queue.NextOrder()};
        }
        MessageWriter content(action.content);
        action.alone = m_network.PackAction(each.event, content);
        out.Put(action.at);
        out.Put(action.next);
        out.Put(action.node);
        out.Put(action.turn);
        out.Put(action.alone);
        out.Put(action.content);
        AddAction(std::move(action));
    }
    deferred.clear();
    out.Put(static_cast<uint64_t>(m_acted.size()));
    for (const Action& each : m_acted)
    {
        out.Put(each.at);
        out.Put(each.content);
    }
    m_acted.clear();
}

/// Notes what an event that acts apart is about to do.
void
EventRanks::NoteApart(const PendingEvent& event)
{
    MessageWriter out(m_notes);
    out.Put(EventPlace{event.ts, event.order});
    out.Put(t_cursor.node);
    m_network.PackAction(event, out);
}

/// Does what nodes of other ranks have done apart, those of each rank in its order: all of it
/// concerns these nodes alone, until the window is over.
void
EventRanks::RepeatNotes()
{
    m_kernel.m_repeats = true;
    try
    {
        for (RankMessage& notes : m_toldNotes)
        {
            for (MessageReader in(notes); !in.AtEnd();)
            {
                const auto at = in.Get<EventPlace>();
                t_cursor.now = at.ts;
                t_cursor.context = at.order;
                t_cursor.node = in.Get<uint32_t>();
                m_network.CarryOut(at.order, in);
            }
            notes.clear();
        }
    }
    catch (...)
    {
        m_kernel.m_repeats = false;
        throw;
    }
    m_kernel.m_repeats = false;
    t_cursor.node = EventCursor::kNone;
    t_cursor.now = m_kernel.m_latest;
}

/// Does what the events of another rank have done at once, each when the own nodes have come as
/// far.
void
EventRanks::Repeat()
{
    for (const Action& each : m_repeat)
    {
        RunEvents(each.at);
        CarryOut(each);
    }
    m_repeat.clear();
    t_cursor.now = m_kernel.m_latest;
}

void
EventRanks::Read(uint32_t from, MessageReader& in)
{
    m_told[from] = in.Get<Told>();
    m_mail[from] = in.Values<EventPlace>();
    ReadActions(in);
    m_toldNotes[from] = in.Values<char>();
    m_reasons[from] = m_told[from].failed ? in.Text() : "";
    const Told& told = m_told[from];
    m_kernel.m_events += told.run;
    m_kernel.m_latest = std::max(m_kernel.m_latest, told.latest);
    m_kernel.m_stop = m_kernel.m_stop || told.stop;
    t_cursor.now = m_kernel.m_latest;
    for (auto parcels = in.Get<uint64_t>(); parcels > 0; --parcels)
    {
        m_network.Open(in);
    }
}

void
EventRanks::ReadActions(MessageReader& in)
{
    for (auto actions = in.Get<uint64_t>(); actions > 0; --actions)
    {
        Action action{};
        action.at = in.Get<EventPlace>();
        action.next = in.Get<EventPlace>();
        action.node = in.Get<uint32_t>();
        action.turn = in.Get<uint32_t>();
        action.own = false;
        action.alone = in.Get<bool>();
        action.content = in.Values<char>();
        AddAction(std::move(action));
    }
    for (auto acted = in.Get<uint64_t>(); acted > 0; --acted)
    {
        Action action{};
        action.at = in.Get<EventPlace>();
        action.content = in.Values<char>();
        m_repeat.push_back(std::move(action));
    }
}

void
EventRanks::AddAction(Action action)
{
    if (action.at < m_done)
    {
        throw std::logic_error("an event of a node completed something before what had been "
                               "carried out already");
    }
    m_actions.push_back(std::move(action));
}

/// Notes how many events all have run, and when the next ones of each rank are.
void
EventRanks::CountEvents()
{
    const uint64_t run = m_kernel.m_events - m_counted;
    m_counted = m_kernel.m_events;
    m_kernel.m_left -= std::min(m_kernel.m_left - 1, run);
    t_cursor.now = m_kernel.m_latest;
    m_again = false;
    for (uint32_t rank = 0; rank < m_next.size(); ++rank)
    {
        m_again |= m_told[rank].again;
        m_next[rank] = m_told[rank].next;
        m_acts[rank] = m_told[rank].act;
        for (const auto& mail : m_mail)
        {
            m_next[rank] = std::min(m_next[rank], mail[rank]);
            m_acts[rank] = std::min(m_acts[rank], mail[rank]);
        }
    }
}

/// Throws the first of what ranks have thrown, on all of them.
void
EventRanks::ThrowFailure()
{
    const Told* first = nullptr;
    for (const Told& told : m_told)
    {
        if (told.failed && (first == nullptr || told.latest < first->latest))
        {
            first = &told;
        }
    }
    if (first == nullptr)
    {
        return;
    }
    t_cursor.now = first->latest;
    const auto rank = static_cast<uint32_t>(first - m_told.data());
    const std::exception_ptr own = std::exchange(m_failure, nullptr);
    if (rank == m_ranks.Rank())
    {
        std::rethrow_exception(own);
    }
    throw PlainFailure(m_reasons[rank]);
}

} // namespace hpnsim
