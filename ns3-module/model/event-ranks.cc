// SPDX-License-Identifier: GPL-2.0-only
// Runs windows, deferred actions and single events in step with the other ranks.
#include "event-ranks.h"

#include <algorithm>
#include <utility>

namespace hpnsim
{

void
EventKernel::RunByRank(const NodeMap& map, RankedNetwork& network, Ranks& ranks)
{
    m_lanes = std::make_unique<EventLanes>(ranks.Count(), ranks.Rank(), map.tierOfNode);
    m_nodes = std::make_unique<NodeEvents>(map);
    m_latest = t_cursor.now;
    m_byNode = m_apart = true;
    m_nodes->Use(true);
    m_ranked = std::make_shared<EventRanks>(*this, network, ranks);
}

Ranks*
EventKernel::TheRanks() const
{
    return m_ranked != nullptr ? &m_ranked->TheRanks() : nullptr;
}

bool
EventKernel::ActsHere(EventOrder port) const
{
    if (RunsHere(port))
    {
        return true;
    }
    m_ranked->NoteForeign();
    return false;
}

bool
EventKernel::ActsHere(EventOrder order, uint64_t delay) const
{
    if (m_ranked != nullptr)
    {
        m_ranked->NoteTimer(t_cursor.now + delay);
    }
    return ActsHere(order);
}

void
EventKernel::NoteForRanks(const PendingEvent& event) const
{
    m_ranked->NoteApart(event);
}

uint32_t
EventKernel::ActorOverRanks() const
{
    return ActsApart() ? 1 + m_ranked->RankOf(m_lanes->LaneOf(t_cursor.node)) : 0;
}

void
EventKernel::DeferAgain(uint32_t number, void* object)
{
    m_lanes->Mine().deferred.push_back(
        {{t_cursor.now, t_cursor.context, number, object}, m_nodes->NodeOf(t_cursor.context), 0});
}

EventRanks::EventRanks(EventKernel& kernel, RankedNetwork& network, Ranks& ranks)
    : m_kernel(kernel)
    , m_network(network)
    , m_ranks(ranks)
    , m_told(ranks.Count())
    , m_mail(ranks.Count(), std::vector<EventPlace>(ranks.Count()))
    , m_next(ranks.Count())
    , m_acts(ranks.Count())
    , m_out(ranks.Count())
    , m_parcels(ranks.Count())
    , m_reasons(ranks.Count())
    , m_toldNotes(ranks.Count())
{
}

void
EventRanks::Run()
{
    while (true)
    {
        Exchange();
        if (!m_actions.empty())
        {
            Keep([this] { CarryOutActions(); });
            continue;
        }
        Keep([this] { EndWindow(); });
        if (m_failure != nullptr)
        {
            continue;
        }
        if (m_kernel.m_stop || NothingLeft())
        {
            return;
        }
        if (!m_again)
        {
            Keep([this] { Step(); });
        }
    }
}

bool
EventRanks::NothingLeft() const
{
    constexpr uint64_t kNever = NodeQueue::kNever;
    for (uint32_t rank = 0; rank < m_told.size(); ++rank)
    {
        if (m_next[rank].ts != kNever || m_told[rank].shared.ts != kNever)
        {
            return false;
        }
    }
    return true;
}

/// Keeps what `act` throws, for the others must hear of it.
void
EventRanks::Keep(const std::function<void()>& act)
{
    try
    {
        act();
    }
    catch (...)
    {
        m_failure = std::current_exception();
        m_kernel.m_latest = std::max(m_kernel.m_latest, t_cursor.now);
        t_cursor.node = t_cursor.actingFor = EventCursor::kNone;
    }
}

EventPlace
EventRanks::OwnNext() const
{
    const uint64_t ts = m_kernel.m_nodes->NextTs();
    return ts == NodeQueue::kNever ? EventPlace() : EventPlace{ts, m_kernel.m_nodes->NextOrder(ts)};
}

EventPlace
EventRanks::OwnShared()
{
    if (m_kernel.m_queue.Empty())
    {
        return {};
    }
    return {m_kernel.Other().ts, m_kernel.Other().order};
}

// ---- actions ----

/// Notes that an action makes a node of another rank act.
void
EventRanks::NoteForeign()
{
    m_foreign = true;
}

/// Notes when a node may defer something because of an action.
void
EventRanks::NoteTimer(uint64_t ts)
{
    if (t_cursor.node == EventCursor::kNone)
    {
        m_timer = std::min(m_timer, ts);
    }
}

/// Carries out actions in their order, as long as no node can defer anything that comes between.
void
EventRanks::CarryOutActions()
{
    EventPlace until; // before that, nothing new can come
    while (!m_actions.empty() && m_actions.back().at < until)
    {
        const Action action = std::move(m_actions.back());
        m_actions.pop_back();
        m_done = action.at;
        m_timer = NodeQueue::kNever;
        CarryOut(action);
        until = std::min(until, {m_timer, EventOrder{0}});
        if (action.alone)
        {
            return;
        }
        if (action.next.ts <= m_kernel.m_boundTs)
        {
            until = std::min(until, action.next);
        }
    }
}

void
EventRanks::CarryOut(const Action& action)
{
    const size_t before = m_kernel.m_lanes->Mine().deferred.size();
    t_cursor.now = action.at.ts;
    t_cursor.context = action.at.order;
    t_cursor.actingFor = m_window ? action.node : EventCursor::kNone;
    if (action.own)
    {
        m_kernel.m_handlers[action.event.handler](action.event.object);
    }
    else
    {
        MessageReader content(action.content);
        m_network.CarryOut(action.at.order, content);
    }
    t_cursor.actingFor = EventCursor::kNone;
    const bool more = m_kernel.m_lanes->Mine().deferred.size() > before ||
                      (!m_actions.empty() && !(action.at < m_actions.back().at));
    if (m_window && action.own && !more) // by the same event
    {
        GoOn(action.node);
    }
}

/// Runs the rest of the node's window.
void
EventRanks::GoOn(uint32_t node)
{
    EventLane& mine = m_kernel.m_lanes->Mine();
    mine.run = 0;
    mine.latest = m_kernel.m_latest;
    m_kernel.RunNode(node, mine);
    m_run += mine.run;
    m_kernel.m_events += mine.run;
    m_kernel.m_latest = mine.latest;
}

// ---- steps ----

void
EventRanks::Step()
{
    const auto first = std::min_element(m_next.begin(), m_next.end());
    RankedNetwork::Counts all;
    EventPlace shared;
    for (const Told& told : m_told)
    {
        shared = std::min(shared, told.shared);
        all.unsent += told.counts.unsent;
        all.nearEnd += told.counts.nearEnd;
    }
    const bool sharedFirst = shared < *first;
    const EventPlace next = sharedFirst ? shared : *first;
    if (m_kernel.m_left <= 1 || next.ts >= m_kernel.m_lookAt)
    {
        m_kernel.Look({next.ts, next.order, 0, nullptr});
        if (m_kernel.m_stop)
        {
            return;
        }
    }
    const uint64_t span = m_network.SafeFor(all);
    if (sharedFirst)
    {
        RunShared(shared);
    }
    else if (m_kernel.m_left > 1 && span > 0)
    {
        RunWindow(*first, shared, std::min(span, m_kernel.m_nodes->Lookahead()));
    }
    else
    {
        RunApart(*first, shared);
    }
    // Errors may come from any event of a node.
    m_unsafe = !m_window && m_kernel.m_left > 1 && all.nearEnd == 0 && LeastSpan() > 0;
}

/// Runs events where a window is not safe: what an event defers may make any node act at once, or
/// end the run. So the rank that has the first event that may defer anything goes on alone from
/// there, and all others stop before it. Within the time that a new event of that kind takes, no
/// other comes.
void
EventRanks::RunApart(const EventPlace& first, EventPlace until)
{
    std::vector<EventPlace>& acts = m_unsafe ? m_acts : m_next;
    const auto actor = std::min_element(acts.begin(), acts.end());
    EventPlace others; // that may defer anything
    for (auto each = acts.begin(); each != acts.end(); ++each)
    {
        others = each != actor ? std::min(others, *each) : others;
    }
    until = std::min(until, {first.ts + LeastSpan(), EventOrder{0}});
    until = std::min(until, {std::max(m_kernel.m_lookAt, first.ts + 1), EventOrder{0}});
    const bool acting = static_cast<uint32_t>(actor - acts.begin()) == m_ranks.Rank();
    RunEvents(std::min(until, acting ? others : *actor));
}

/// Returns the least time between an event that defers nothing and one that does because of it.
uint64_t
EventRanks::LeastSpan() const
{
    return std::min(m_kernel.m_nodes->Lookahead(), m_network.LeastAnswer() / 2);
}

/// Returns the first own event that may defer something.
EventPlace
EventRanks::OwnAct() const
{
    EventPlace first;
    for (uint32_t node = 0; node < m_kernel.m_nodes->Nodes(); ++node)
    {
        if (m_kernel.m_nodes->NextTs(node) > first.ts ||
            m_kernel.m_nodes->NextTs(node) == NodeQueue::kNever)
        {
            continue;
        }
        m_kernel.m_nodes->Queue(node).ForEach([&](uint64_t ts, EventOrder order) {
            const EventPlace place{ts, order};
            if (place < first && m_network.MayDefer(order))
            {
                first = place;
            }
        });
    }
    return first;
}

/// An event of a port is that of one rank. All others are the same on all ranks, and several of one
/// time come before any of ports.
void
EventRanks::RunShared(const EventPlace& at)
{
    m_window = false;
    m_kernel.m_boundTs = 0;
    if (at.order >= EventOrder::PORTS && m_kernel.m_nodes->Covers(at.order))
    {
        if (m_kernel.RunsHere(at.order))
        {
            RunSharedEvent();
            ++m_run;
        }
        return;
    }
    RunSharedEvent();
    while (!m_kernel.m_stop && OwnShared().ts == at.ts && OwnShared().order < EventOrder::PORTS)
    {
        RunSharedEvent();
    }
}

void
EventRanks::RunSharedEvent()
{
    m_kernel.m_queue.Front();
    const PendingEvent event = m_kernel.m_queue.Pop();
    m_kernel.m_otherKnown = false;
    Call(event);
}

void
EventRanks::Call(const PendingEvent& event)
{
    t_cursor.now = event.ts;
    m_kernel.m_latest = std::max(m_kernel.m_latest, event.ts);
    t_cursor.context = event.order;
    ++m_kernel.m_events;
    m_kernel.m_handlers[event.handler](event.object);
}

void
EventRanks::RunWindow(const EventPlace& first, const EventPlace& shared, uint64_t span)
{
    m_window = m_kernel.m_inWindow = true;
    m_done = {0, EventOrder{0}};
    m_kernel.m_boundTs = std::min(first.ts + span, std::max(m_kernel.m_lookAt, first.ts + 1));
    m_kernel.m_boundOrder = EventOrder{0};
    if (shared.ts < m_kernel.m_boundTs)
    {
        m_kernel.m_boundTs = shared.ts;
        m_kernel.m_boundOrder = shared.order;
    }
    EventLane& mine = m_kernel.m_lanes->Mine();
    m_kernel.RunLane(mine);
    m_run += mine.run;
    m_kernel.m_events += mine.run;
    m_kernel.m_latest = std::max(m_kernel.m_latest, mine.latest);
    m_failure = std::exchange(mine.failure, nullptr);
    ++m_kernel.m_windows;
}

/// All nodes of all ranks have come to the end of the window, if there was one.
void
EventRanks::EndWindow()
{
    if (m_kernel.m_inWindow)
    {
        t_cursor.now = m_kernel.m_latest;
        m_network.WindowOver();
        m_kernel.m_inWindow = false;
    }
}

/// Runs own events one by one.
void
EventRanks::RunEvents(EventPlace until)
{
    m_window = false;
    m_done = {0, EventOrder{0}};
    m_kernel.m_boundTs = 0;
    const uint64_t most = std::max<uint64_t>(m_kernel.m_left - 1, 1);
    for (uint64_t run = 0; run < most && RunEvent(std::min(until, OwnShared())); ++run)
    {
    }
}

/// Runs the next own event, if it comes before `until`. False: no other may follow.
bool
EventRanks::RunEvent(const EventPlace& until)
{
    const EventPlace next = OwnNext();
    if (!(next < until))
    {
        return false;
    }
    const uint32_t node = m_kernel.m_nodes->NodeOf(next.order);
    PendingEvent event{};
    m_kernel.m_nodes->Queue(node).PopBefore(until.ts, until.order, event);
    m_kernel.m_nodes->Ran(node);
    t_cursor.node = node;
    t_cursor.held = false;
    ++m_run;
    Call(event);
    t_cursor.node = EventCursor::kNone;
    m_foreign = false;
    ActAtOnce();
    return !m_foreign && !m_kernel.m_stop;
}

/// Carries out what the last event has deferred, for no other event of any rank comes before it.
void
EventRanks::ActAtOnce()
{
    std::vector<DeferredEvent>& deferred = m_kernel.m_lanes->Mine().deferred;
    while (!deferred.empty())
    {
        Action action{};
        action.event = deferred.back().event;
        action.at = {action.event.ts, action.event.order};
        action.own = true;
        deferred.clear();
        MessageWriter content(action.content);
        m_network.PackAction(action.event, content);
        m_acted.push_back(action);
        CarryOut(action);
    }
}

} // namespace hpnsim
