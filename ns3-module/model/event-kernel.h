// SPDX-License-Identifier: GPL-2.0-only
// EventKernel is the simulator engine of every run: ns-3's extension point for engines, laid out
// for many short events.
#pragma once

#include "deferred-actions.h"
#include "event-cursor.h"
#include "event-lanes.h"
#include "event-queue.h"
#include "event-watcher.h"
#include "node-events.h"

#include "ns3/event-impl.h"
#include "ns3/simulator-impl.h"

#include <atomic>
#include <list>
#include <memory>

namespace hpnsim
{

class EventRanks;
class RankedNetwork;
class Ranks;

/// What an event calls, with the object that it was scheduled for.
using EventHandler = void (*)(void* object);
/// What a warmer finds in the caches, because it was asked for before.
enum class WarmRound
{
    OBJECT, ///< the first two cache lines of the object
    REACH,  ///< what it has asked for then
    FAR,    ///< the same once more
    LAST,   ///< and again
};

/// What asks the caches for the memory that a handler will touch, while others still run.
using EventWarmer = void (*)(const void* object, WarmRound round);

/// Says whether a run may go window by window, and is told who runs what.
class WindowGuard
{
  public:
    virtual ~WindowGuard() = default;
    /// True if until the end of the window no event can stop the simulation, nor make another node
    /// act at once.
    virtual bool WindowIsSafe() const = 0;
    /// Nodes have been dealt out among lanes, by a call of RunByNode or later, between two windows.
    virtual void
    Dealt(const EventLanes&)
    {
    }
    /// All nodes have come to the end of a window.
    virtual void
    WindowOver()
    {
    }
};

/**
 * \brief An ns3::SimulatorImpl whose events of hpnsim are plain structs: no allocation, reference
 * count, EventId or virtual call stands between a port and its handler.
 *
 * Linking the library makes it the default of the global value SimulatorImplementationType; whoever
 * sets that to another engine gets the other one (Clock works on any). Events of ns-3's own
 * (Simulator::Schedule and the like) share its queue, so that applications, other devices and
 * traces run on it unchanged. Events of equal time run in the order of their contexts, which for
 * hpnsim's own are EventOrders, then of insertion; or in turn, as they were scheduled
 * (ForgetOrder). Schedulers are for other engines: SetScheduler changes nothing here.
 *
 * All calls must come from the thread that runs the simulation, or from events. Those of nodes may
 * run in several threads (RunByNode): they must not touch other nodes, nor what nodes share, except
 * by Push, Defer and Send. Their own ns3::Events may be cancelled, but not removed.
 */
class EventKernel : public ns3::SimulatorImpl
{
  public:
    static ns3::TypeId GetTypeId();
    EventKernel();

    /// Returns the number of a handler, for Push. Handlers are few, and known before main begins.
    /// `warmer` (null: none) may be called with the object of an event that has run, too.
    static uint32_t NumberOf(EventHandler handler, EventWarmer warmer = nullptr);
    static EventHandler HandlerOf(uint32_t number);
    /// The number of the handler that invokes an ns3::EventImpl.
    static constexpr uint32_t kEventImpl = 0;

    uint64_t
    NowPs() const
    {
        return t_cursor.now;
    }

    /// Schedules handler `number` for `object` in `delay` ps.
    void
    Push(EventOrder order, uint64_t delay, uint32_t number, void* object)
    {
        const PendingEvent event{t_cursor.now + delay, PlaceOf(order), number, object};
        if (m_byNode && m_nodes->Covers(event.order))
        {
            PushOfNode(event);
        }
        else
        {
            PushShared(event);
        }
    }

    /// The same for an event that acts on, or looks at, more than its node: it bounds windows.
    /// Within the window that runs it is too late for that.
    void
    PushShared(EventOrder order, uint64_t delay, uint32_t number, void* object)
    {
        const uint64_t ts = t_cursor.now + delay;
        if ((m_inWindow || t_cursor.node != EventCursor::kNone) && ts < m_boundTs)
        {
            Push(order, delay, number, object);
            return;
        }
        PushShared({ts, PlaceOf(order), number, object});
    }

    /// Gives events of that order, handler and object a slot of their own, where windows are run:
    /// whoever schedules them puts them there while the slot's queue is in use, else here. After
    /// RunByNode or RunByRank; the slot is gone with the events, at the end.
    EventSlot
    Bind(EventOrder order, uint32_t number, void* object)
    {
        return m_nodes == nullptr ? EventSlot() : m_nodes->Bind(order, number, object);
    }

    /// True while lanes run their nodes at the same time: what a node has for one of another lane
    /// must go by Send.
    bool
    LanesApart() const
    {
        return m_apart;
    }

    /// Has the parcel opened in the lane of the port's node, before the next window.
    void
    Send(EventOrder port, const Parcel& parcel)
    {
        m_lanes->Mine().parcels[m_lanes->LaneOf(m_nodes->NodeOf(port))].push_back(parcel);
    }

    /// Makes events of equal time run in the order in which they were scheduled, as ns-3's own
    /// schedulers do. Their contexts are turns in that order then. Nothing may be scheduled yet.
    void ForgetOrder();

    /// Takes a turn in that order for an event that perhaps is scheduled later (PushInTurn): before
    /// 2^29 others have taken theirs.
    EventOrder
    TakeTurn()
    {
        if (__builtin_expect(m_turn == m_lastTurn, 0))
        {
            ForgetOldTurns();
        }
        return EventOrder{m_turn++};
    }

    /// Schedules an event that has its turn for time `ts`.
    void
    PushInTurn(EventOrder turn, uint64_t ts, uint32_t number, void* object)
    {
        m_queue.Push({ts, turn, number, object});
    }

    /// True if an event of this turn that was due now would have run before the one that runs.
    bool
    HasPassed(EventOrder turn) const
    {
        return static_cast<int32_t>(static_cast<uint32_t>(t_cursor.context) -
                                    static_cast<uint32_t>(turn)) > 0;
    }

    /// True if an event of this order that was due now would have run before the one that runs.
    /// After ForgetOrder nobody knows: false.
    bool
    HasRun(EventOrder order) const
    {
        return !m_inTurn && order < t_cursor.context;
    }

    /// Asks `watcher` (null: nobody) before the next event, and then as often as it says.
    void Watch(EventWatcher* watcher);
    /// True if no event is left, on any rank.
    bool NothingLeft() const;
    /// Counts the events that are still to run.
    size_t Pending() const;

    /// Returns when the next event is due that belongs to no port: a timer of the workload, a
    /// fault, an event of ns-3's own. The latest time there is: none is. It looks at every event.
    uint64_t NextOutside() const;
    /// Brings all those events nearer by `by` ps, none of them into the past: the network's own
    /// events stay where they are. Only an event that belongs to no port may call it, and not after
    /// ForgetOrder. What ns3::EventIds say of such events no longer holds.
    void BringOutsideNearer(uint64_t by);

    /// When windows are run.
    enum class Windows
    {
        WHEN_DENSE, ///< if nodes have several events each in a window, so that it pays
        ALWAYS,     ///< whenever it is safe
    };

    /// Runs node by node when `guard` calls it safe; it must outlive the runs. `lanes` threads, 1
    /// to kMaxLanes, run different nodes at the same time. Without ForgetOrder. An event of a node
    /// that schedules one that belongs to none (neither CanonicalOrder nor NodeOrder) for a time
    /// within the lookahead may throw std::logic_error then: others may have gone beyond it.
    void RunByNode(const NodeMap& map,
                   WindowGuard& guard,
                   Windows when = Windows::WHEN_DENSE,
                   uint32_t lanes = 1);

    /// The same with the nodes dealt out among ranks: each runs the events of its own, and carries
    /// out what any has deferred, in one order, and repeats what nodes of the others have done
    /// apart (NoteApart). Everything that belongs to no node must be the same on all. Nothing may
    /// be scheduled yet for nodes.
    void RunByRank(const NodeMap& map, RankedNetwork& network, Ranks& ranks);

    /// True if this process runs the node of the port.
    bool
    RunsHere(EventOrder port) const
    {
        return m_ranked == nullptr || m_lanes->LaneOf(m_nodes->NodeOf(port)) == 0;
    }

    /// The same for whoever makes the node act.
    bool ActsHere(EventOrder port) const;
    /// The same for whoever makes it act in `delay` ps.
    bool ActsHere(EventOrder order, uint64_t delay) const;

    /// Returns null if one process runs all nodes.
    Ranks* TheRanks() const;

    /// Called by a deferred action with more to do that others can see: `handler` is called again
    /// at this time. Only in a run over ranks.
    void DeferAgain(uint32_t number, void* object);

    /// Called by an event that is about to act on more than its node. False: it may. True: it must
    /// return, and handler `number` will be called with `object` at this very time, when it may.
    /// What one event defers is called in that order, and its node goes on then.
    bool
    Defer(uint32_t number, void* object)
    {
        if (!MustWait())
        {
            return false;
        }
        t_cursor.held = true;
        if (m_repeats)
        {
            return true; // the node's own rank defers it
        }
        EventLane& lane = m_lanes->Mine();
        lane.deferred.push_back(
            {{t_cursor.now, t_cursor.context, number, object}, t_cursor.node, lane.turn++});
        return true;
    }

    /// True if other nodes may be behind or ahead of the event that runs, or run at the same time:
    /// it may act on its node alone, and must keep what others are to see until WindowOver.
    bool
    ActsApart() const
    {
        return MustWait() && (m_ranked == nullptr || m_inWindow);
    }

    /// Called by an event that acts apart, before anybody is told of what it brings. Over ranks,
    /// the others are told the same before the window is over, as if handler `number` had been
    /// deferred with `object` (RankedNetwork::PackAction).
    void
    NoteApart(uint32_t number, void* object) const
    {
        if (m_ranked != nullptr)
        {
            NoteForRanks({t_cursor.now, t_cursor.context, number, object});
        }
    }

    /// Numbers who acts, among those that may do so at the same time: the lane. Over ranks all have
    /// the same number: 0, or 1 and the number of its rank for a node that acts apart.
    uint32_t
    Actor() const
    {
        return m_ranked == nullptr ? this_lane : ActorOverRanks();
    }

    /// True if WindowOver will be called after the event that runs.
    bool
    InWindow() const
    {
        return m_inWindow;
    }

    /// Throws std::logic_error if another node than that of the port acts now: the workload is not
    /// what it claims to be (RunByNode).
    void
    CheckActor(EventOrder port) const
    {
        const uint32_t actor =
            t_cursor.node != EventCursor::kNone ? t_cursor.node : t_cursor.actingFor;
        if (actor != EventCursor::kNone && m_nodes->NodeOf(port) != actor)
        {
            ThrowWrongActor(port);
        }
    }

    /// Counts the windows that have been run.
    uint64_t
    WindowCount() const
    {
        return m_windows;
    }

    // As ns3::SimulatorImpl:
    void Destroy() override;
    bool IsFinished() const override;
    void Stop() override;
    void Stop(const ns3::Time& delay) override;
    ns3::EventId Schedule(const ns3::Time& delay, ns3::EventImpl* event) override;
    void ScheduleWithContext(uint32_t context,
                             const ns3::Time& delay,
                             ns3::EventImpl* event) override;
    ns3::EventId ScheduleNow(ns3::EventImpl* event) override;
    ns3::EventId ScheduleDestroy(ns3::EventImpl* event) override;
    void Remove(const ns3::EventId& id) override;
    void Cancel(const ns3::EventId& id) override;
    bool IsExpired(const ns3::EventId& id) const override;
    void Run() override;
    ns3::Time Now() const override;
    ns3::Time GetDelayLeft(const ns3::EventId& id) const override;
    ns3::Time GetMaximumSimulationTime() const override;
    void SetScheduler(ns3::ObjectFactory schedulerFactory) override;
    uint32_t GetSystemId() const override;
    uint32_t GetContext() const override;
    uint64_t GetEventCount() const override;

  protected:
    void DoDispose() override;

  private:
    friend class EventRanks;

    static constexpr uint64_t kNever = ~uint64_t{0};
    static constexpr uint32_t kNoContext = EventCursor::kNone;
    /// After so many turns those of events that have waited for twice as many are renewed, because
    /// turns begin again at 0 some time.
    static constexpr uint32_t kTurns = uint32_t{1} << 29;
    static constexpr uint32_t kFirstTurn = 7 * kTurns; // so that they do early

    EventOrder
    PlaceOf(EventOrder order)
    {
        return __builtin_expect(m_inTurn, 0) ? TakeTurn() : order;
    }

    /// True if a node runs that is not the only one to act on what nodes share.
    bool
    MustWait() const
    {
        return t_cursor.node != EventCursor::kNone && t_cursor.node != m_soleActor;
    }

    void ForgetOldTurns();
    void Run(const PendingEvent& event);
    void RunEvents();
    void
    PushShared(const PendingEvent& event)
    {
        if (__builtin_expect(m_inWindow, 0) && event.ts < m_boundTs)
        {
            ThrowTooLate(event.ts);
        }
        if (__builtin_expect(m_apart, 0))
        {
            PushApart(event);
            return;
        }
        m_otherKnown = m_otherKnown && event.ts > m_other.ts;
        m_queue.Push(event);
    }

    void
    PushOfNode(const PendingEvent& event)
    {
        if (__builtin_expect(m_apart, 0) && m_nodes->NodeOf(event.order) != t_cursor.node)
        {
            const uint32_t lane = m_lanes->LaneOf(m_nodes->NodeOf(event.order));
            if (lane != this_lane)
            {
                m_lanes->Mine().events[lane].push_back(event);
                return;
            }
        }
        m_nodes->Push(event);
    }

    void PushApart(const PendingEvent& event);
    void NoteForRanks(const PendingEvent& event) const;
    uint32_t ActorOverRanks() const;
    bool RunWindow(uint64_t first);
    bool RunSharedBefore(uint64_t first);
    const PendingEvent& Other();
    void RunNodes();
    void RunLane(EventLane& lane);
    void RunNode(uint32_t node, EventLane& lane);
    void Warm(NodeQueue& queue) const;
    void OpenMail(uint32_t lane);
    void CollectFromLanes();
    void RunDeferred();
    void WarmActions();
    void Warm(const DeferredEvent* action, WarmRound round) const;
    void BalanceLanes();
    [[noreturn]] void ThrowWrongActor(EventOrder port) const;
    [[noreturn]] void ThrowTooLate(uint64_t ts) const;
    void GatherNodes();
    void TryWindows();
    bool IsDense(uint64_t events, uint64_t span) const;
    void SpreadNodes();
    void Look(const PendingEvent& next);
    void DropEvents();

    const EventHandler* m_handlers;
    const EventWarmer* m_warmers;
    uint64_t m_lookAt{kNever}; // the watcher is asked before an event of that time or later
    uint64_t m_left{kNever};   // and before that many more events
    uint64_t m_events{0};
    bool m_inTurn{false}; // order is forgotten
    uint32_t m_turn{kFirstTurn};
    uint32_t m_lastTurn{kFirstTurn + kTurns}; // before old ones must be forgotten
    std::atomic<bool> m_stop{false};
    EventQueue m_queue;
    EventWatcher* m_watcher{nullptr};
    // Window by window:
    bool m_byNode{false}; // events of nodes are in m_nodes
    bool m_apart{false};  // lanes run their nodes at the same time
    std::unique_ptr<NodeEvents> m_nodes;
    std::unique_ptr<EventLanes> m_lanes; // null: events always run one by one
    WindowGuard* m_guard{nullptr};
    uint32_t m_soleActor{EventCursor::kNone}; // of NodeMap
    PendingEvent m_other{}; // the next event of m_queue
    bool m_otherKnown{false};
    uint64_t m_latest{0};            // the time of the last event of this window, of any node
    uint64_t m_byEventUntil{kNever}; // no windows before that time
    uint64_t m_boundTs{0};           // the window ends before the event of this time
    EventOrder m_boundOrder{};       // and order
    DeferredActions m_deferred;
    uint64_t m_windows{0};
    bool m_inWindow{false};
    bool m_repeats{false};      // what a node of another rank has done apart
    bool m_worthCalling{false}; // of lanes, by the last window
    Windows m_when{Windows::WHEN_DENSE};
    uint64_t m_markTs{0}; // since then m_events - m_markEvents have run one by one
    uint64_t m_markEvents{0};
    uint32_t m_thin{0};                   // windows in a row that had few events
    std::shared_ptr<EventRanks> m_ranked; // null: one process runs all nodes

    std::atomic<uint32_t> m_uid{ns3::EventId::UID::VALID};
    std::list<ns3::EventId> m_atDestroy;
};

} // namespace hpnsim
