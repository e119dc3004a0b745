// SPDX-License-Identifier: GPL-2.0-only
// Runs events window by window, the other way in which EventKernel can go.
#include "event-kernel.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace hpnsim
{

namespace
{

/// So many lookaheads go by before windows are tried, and tried again.
constexpr uint64_t kByEventFor = 4;
/// A window pays if its nodes have so many events each on average: an incast of 8 under HPCC on 40
/// hosts, with 0.08, takes 1,684 instructions a hop by windows and 1,222 one by one. The number
/// itself has not been tuned.
constexpr uint64_t kDense = 4;
/// A window whose predecessor had fewer events, before its actions, runs in one thread, because
/// calling the others has its price. The number has not been tuned.
constexpr uint64_t kWorthCalling = 256;
/// The same if these were not so many times those that ran after actions, which one thread runs: it
/// would wait for all that the others have touched.
constexpr uint64_t kMoreApart = 2;
/// So many events of a node have their memory asked for before its window: more would push out what
/// came first. The number has not been tuned.
constexpr uint32_t kWarmed = 512;
/// Deferred actions are asked for in steps, each so many actions after the one before.
constexpr size_t kActionsApart = 2;
/// So many cache lines of an action's object are asked for.
constexpr size_t kActionLines = 4;
constexpr size_t kCacheLine = 64;
/// After so many windows in a row with half of that, events run one by one.
constexpr uint32_t kThinWindows = 4;

} // namespace

void
EventKernel::RunByNode(const NodeMap& map, WindowGuard& guard, Windows when, uint32_t lanes)
{
    m_lanes = std::make_unique<EventLanes>(lanes, map.tierOfNode);
    m_nodes = std::make_unique<NodeEvents>(map);
    m_guard = &guard;
    m_soleActor = map.soleActor;
    m_when = when;
    m_byEventUntil = t_cursor.now + (when == Windows::ALWAYS ? 0 : m_nodes->Lookahead());
    m_markTs = t_cursor.now;
    m_markEvents = m_events;
    m_guard->Dealt(*m_lanes);
}

/// Tells whether so many events in `span` ps are enough for windows to pay.
bool
EventKernel::IsDense(uint64_t events, uint64_t span) const
{
    const uint64_t windows = span / m_nodes->Lookahead();
    return m_when == Windows::ALWAYS ||
           (windows > 0 && events / windows >= kDense * m_nodes->Nodes());
}

/// Goes over to windows, if it is safe and pays.
void
EventKernel::TryWindows()
{
    if (m_guard->WindowIsSafe() && IsDense(m_events - m_markEvents, t_cursor.now - m_markTs))
    {
        SpreadNodes();
        return;
    }
    m_byEventUntil = t_cursor.now + kByEventFor * m_nodes->Lookahead();
    m_markTs = t_cursor.now;
    m_markEvents = m_events;
}

/// Takes the events of nodes into their own queues.
void
EventKernel::SpreadNodes()
{
    m_byNode = true;
    m_nodes->Use(true);
    m_otherKnown = false;
    m_latest = t_cursor.now;
    EventQueue rest;
    while (!m_queue.Empty())
    {
        m_queue.Front();
        const PendingEvent event = m_queue.Pop();
        if (m_nodes->Covers(event.order))
        {
            m_nodes->Push(event);
        }
        else
        {
            rest.Push(event);
        }
    }
    m_queue = std::move(rest);
}

/// Puts the events of all nodes into one queue, to run them one by one.
void
EventKernel::GatherNodes()
{
    m_byNode = false;
    m_nodes->Use(false);
    m_byEventUntil = t_cursor.now + kByEventFor * m_nodes->Lookahead();
    m_markTs = t_cursor.now;
    m_markEvents = m_events;
    m_thin = 0;
    for (uint32_t node = 0; node < m_nodes->Nodes(); ++node)
    {
        NodeQueue& queue = m_nodes->Queue(node);
        PendingEvent event;
        while (queue.PopBefore(NodeQueue::kNever, EventOrder{0}, event))
        {
            m_queue.Push(event);
        }
        m_nodes->Ran(node);
    }
}

/// Returns the next of the events that belong to no node. There must be one.
const PendingEvent&
EventKernel::Other()
{
    if (!m_otherKnown)
    {
        m_other = m_queue.Peek();
        m_otherKnown = true;
    }
    return m_other;
}

/// Runs the next event that belongs to no node, if it comes before those of nodes, the first of
/// which is at `first`.
bool
EventKernel::RunSharedBefore(uint64_t first)
{
    const PendingEvent& other = Other();
    if (other.ts > first || (other.ts == first && other.order >= m_nodes->NextOrder(first)))
    {
        return false;
    }
    if (--m_left == 0 || other.ts >= m_lookAt)
    {
        Look(other);
    }
    m_queue.Front();
    const PendingEvent event = m_queue.Pop();
    m_otherKnown = false;
    t_cursor.now = m_latest = event.ts;
    t_cursor.context = event.order;
    ++m_events;
    m_handlers[event.handler](event.object);
    return true;
}

/// Runs one window that begins at `first`, or one event that belongs to no node. False: events must
/// run one by one for a while.
bool
EventKernel::RunWindow(uint64_t first)
{
    if (!m_queue.Empty() && RunSharedBefore(first))
    {
        return true;
    }
    if (!m_guard->WindowIsSafe())
    {
        return false;
    }
    if (m_left <= 1 || first >= m_lookAt)
    {
        Look({first, m_nodes->NextOrder(first), 0, nullptr});
        if (m_stop || m_left <= 1)
        {
            return false; // the watcher wants to see every event
        }
    }
    m_boundTs = std::min(first + m_nodes->Lookahead(), std::max(m_lookAt, first + 1));
    m_boundOrder = EventOrder{0};
    if (!m_queue.Empty() && Other().ts < m_boundTs)
    {
        m_boundTs = Other().ts;
        m_boundOrder = Other().order;
    }
    const uint64_t before = m_events;
    m_inWindow = true;
    RunNodes();
    const uint64_t apart = m_events - before;
    RunDeferred();
    t_cursor.now = m_latest;
    m_guard->WindowOver();
    m_inWindow = false;
    const uint64_t run = m_events - before;
    m_worthCalling = apart >= kWorthCalling && apart >= kMoreApart * (run - apart);
    m_left -= std::min(m_left - 1, run);
    ++m_windows;
    BalanceLanes();
    const bool thin = m_when == Windows::WHEN_DENSE && 2 * run < kDense * m_nodes->Nodes();
    m_thin = thin ? m_thin + 1 : 0;
    return m_thin < kThinWindows;
}

/// Runs the window in all lanes, and hands over what they have for each other.
void
EventKernel::RunNodes()
{
    if (m_lanes->Count() == 1 || (m_when != Windows::ALWAYS && !m_worthCalling))
    {
        for (uint32_t lane = 0; lane < m_lanes->Count(); ++lane)
        {
            RunLane(m_lanes->Lane(lane));
        }
    }
    else
    {
        m_apart = true;
        m_lanes->RunTogether([this](uint32_t lane) { RunLane(m_lanes->Lane(lane)); });
        m_apart = false;
        m_lanes->RunTogether([this](uint32_t lane) { OpenMail(lane); });
    }
    CollectFromLanes();
}

/// Runs the events of the lane's nodes. What one throws is kept.
void
EventKernel::RunLane(EventLane& lane)
{
    lane.run = 0;
    lane.latest = m_latest;
    try
    {
        for (const uint32_t node : lane.nodes)
        {
            if (m_nodes->NextTs(node) <= m_boundTs)
            {
                Warm(m_nodes->Queue(node));
                RunNode(node, lane);
            }
        }
    }
    catch (...)
    {
        lane.failure = std::current_exception();
        lane.latest = t_cursor.now;
        t_cursor.node = EventCursor::kNone;
    }
}

/// Asks for the memory of what is to run, all of it at once: one by one each would be waited for.
void
EventKernel::Warm(NodeQueue& queue) const
{
    std::array<NodeQueue::Call, kWarmed> calls;
    const uint32_t count = queue.CallsUntil(m_boundTs, calls.data(), kWarmed);
    for (uint32_t i = 0; i < count; ++i)
    {
        __builtin_prefetch(calls[i].object);
        __builtin_prefetch(static_cast<const char*>(calls[i].object) + 64);
    }
    for (const WarmRound round :
         {WarmRound::OBJECT, WarmRound::REACH, WarmRound::FAR, WarmRound::LAST})
    {
        for (uint32_t i = 0; i < count; ++i)
        {
            if (m_warmers[calls[i].handler] != nullptr)
            {
                m_warmers[calls[i].handler](calls[i].object, round);
            }
        }
    }
}

/// Runs the node's events within the window, until one of them defers something.
void
EventKernel::RunNode(uint32_t node, EventLane& lane)
{
    NodeQueue& queue = m_nodes->Queue(node);
    EventCursor& here = t_cursor;
    here.node = node;
    here.held = false;
    uint64_t run = 0;
    PendingEvent event;
    while (!here.held && queue.PopBefore(m_boundTs, m_boundOrder, event))
    {
        here.now = event.ts;
        here.context = event.order;
        ++run;
        m_handlers[event.handler](event.object);
    }
    here.node = EventCursor::kNone;
    lane.run += run;
    lane.latest = std::max(lane.latest, here.now);
    m_lanes->Worked(node, run);
    m_nodes->Ran(node);
}

/// Takes in what nodes of other lanes have sent to nodes of this one.
void
EventKernel::OpenMail(uint32_t lane)
{
    for (uint32_t from = 0; from < m_lanes->Count(); ++from)
    {
        std::vector<PendingEvent>& events = m_lanes->Lane(from).events[lane];
        for (const PendingEvent& event : events)
        {
            m_nodes->Push(event);
        }
        events.clear();
        std::vector<Parcel>& parcels = m_lanes->Lane(from).parcels[lane];
        for (const Parcel& parcel : parcels)
        {
            parcel.open(parcel.receiver, parcel.load, parcel.ts);
        }
        parcels.clear();
    }
}

/// Keeps an event that belongs to no node, while lanes run at the same time.
void
EventKernel::PushApart(const PendingEvent& event)
{
    if (m_ranked == nullptr)
    {
        m_lanes->Mine().shared.push_back(event);
        return;
    }
    m_otherKnown = m_otherKnown && event.ts > m_other.ts;
    m_queue.Push(event);
}

/// Throws the first of what events have thrown.
void
EventKernel::CollectFromLanes()
{
    const EventLane* failed = nullptr;
    for (uint32_t i = 0; i < m_lanes->Count(); ++i)
    {
        EventLane& lane = m_lanes->Lane(i);
        m_events += lane.run;
        m_latest = std::max(m_latest, lane.latest);
        for (const PendingEvent& event : lane.shared)
        {
            PushShared(event);
        }
        lane.shared.clear();
        m_deferred.Fill(lane.deferred);
        if (lane.failure != nullptr && (failed == nullptr || lane.latest < failed->latest))
        {
            failed = &lane;
        }
    }
    if (failed != nullptr)
    {
        t_cursor.now = failed->latest;
        std::rethrow_exception(failed->failure);
    }
    m_deferred.Sort();
}

/// Runs what nodes have deferred, the earliest first. Each node that waited then goes on to the end
/// of the window, and may defer more.
void
EventKernel::RunDeferred()
{
    EventLane& mine = m_lanes->Mine();
    while (!m_deferred.Empty())
    {
        WarmActions();
        const DeferredEvent next = m_deferred.Take();
        t_cursor.now = next.event.ts;
        t_cursor.context = next.event.order;
        t_cursor.actingFor = next.node;
        m_handlers[next.event.handler](next.event.object);
        t_cursor.actingFor = EventCursor::kNone;
        if (m_deferred.GoesOn(next))
        {
            continue;
        }
        mine.run = 0;
        RunNode(next.node, mine);
        m_events += mine.run;
        m_latest = std::max(m_latest, mine.latest);
        m_deferred.Add(mine.deferred);
    }
}

/// Asks for the memory of the actions that come next. Hosts take turns here, and each has been out
/// of the caches for long; so this goes a step further with every action that runs.
void
EventKernel::WarmActions()
{
    if (const DeferredEvent* action = m_deferred.Ahead(4 * kActionsApart))
    {
        const auto* object = static_cast<const char*>(action->event.object);
        for (size_t line = 0; line < kActionLines; ++line)
        {
            __builtin_prefetch(object + line * kCacheLine);
        }
        m_nodes->Queue(action->node).WarmHeader();
    }
    Warm(m_deferred.Ahead(3 * kActionsApart), WarmRound::OBJECT);
    Warm(m_deferred.Ahead(2 * kActionsApart), WarmRound::REACH);
    Warm(m_deferred.Ahead(kActionsApart), WarmRound::FAR);
}

void
EventKernel::Warm(const DeferredEvent* action, WarmRound round) const
{
    if (action == nullptr)
    {
        return;
    }
    if (round == WarmRound::OBJECT)
    {
        m_nodes->Queue(action->node).WarmTree();
    }
    if (const EventWarmer warmer = m_warmers[action->event.handler])
    {
        warmer(action->event.object, round);
    }
}

/// Sees to it, now and then, that lanes have equal work: early, because nobody knows at first which
/// nodes will have much.
void
EventKernel::BalanceLanes()
{
    constexpr uint64_t kEvery = 256; // windows
    const bool due = m_windows % kEvery == 0 || m_windows == kEvery / 64 || m_windows == kEvery / 8;
    if (m_lanes->Count() > 1 && due && m_lanes->Balance())
    {
        m_guard->Dealt(*m_lanes);
    }
}

void
EventKernel::ThrowWrongActor(EventOrder port) const
{
    throw std::logic_error("a workload that was said to act node by node made the node of port " +
                           std::to_string(PortOf(port)) + " act at once for another one");
}

void
EventKernel::ThrowTooLate(uint64_t ts) const
{
    throw std::logic_error("a node has scheduled an event that belongs to none for " +
                           std::to_string(ts) + " ps, and others have gone beyond that");
}

} // namespace hpnsim
