// SPDX-License-Identifier: GPL-2.0-only
// EventKernel is the simulator engine of every run: ns-3's extension point for engines, laid out
// for many short events.
#pragma once

#include "event-queue.h"
#include "event-watcher.h"
#include "node-events.h"

#include "ns3/event-impl.h"
#include "ns3/simulator-impl.h"

#include <list>
#include <memory>

namespace hpnsim
{

/// What an event calls, with the object that it was scheduled for.
using EventHandler = void (*)(void* object);

/// Says whether a run may go window by window.
class WindowGuard
{
  public:
    virtual ~WindowGuard() = default;
    /// True if until the end of the window no event can stop the simulation, nor make another node
    /// act at once.
    virtual bool WindowIsSafe() const = 0;
};

/**
 * \brief An ns3::SimulatorImpl whose events of hpnsim are plain structs: no allocation, reference
 * count, EventId or virtual call stands between a port and its handler.
 *
 * Linking the library makes it the default of the global value SimulatorImplementationType; whoever
 * sets that to another engine gets the other one (Clock works on any). Events of ns-3's own
 * (Simulator::Schedule and the like) share its queue, so that applications, other devices and
 * traces run on it unchanged. Events of equal time run in the order of their contexts, which for
 * hpnsim's own are EventOrders, then of insertion. Schedulers are for other engines: SetScheduler
 * changes nothing here. All calls must come from the thread that runs the simulation.
 */
class EventKernel : public ns3::SimulatorImpl
{
  public:
    static ns3::TypeId GetTypeId();
    EventKernel();

    /// Returns the number of a handler, for Push. Handlers are few, and known before main begins.
    static uint32_t NumberOf(EventHandler handler);
    static EventHandler HandlerOf(uint32_t number);
    /// The number of the handler that invokes an ns3::EventImpl.
    static constexpr uint32_t kEventImpl = 0;

    uint64_t
    NowPs() const
    {
        return m_now;
    }

    /// Schedules handler `number` for `object` in `delay` ps.
    void
    Push(EventOrder order, uint64_t delay, uint32_t number, void* object)
    {
        const auto place = static_cast<EventOrder>(static_cast<uint32_t>(order) & m_orderMask);
        const PendingEvent event{m_now + delay, place, number, object};
        if (m_byNode && m_nodes->Covers(place))
        {
            m_nodes->Push(event);
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
        if (m_node != kNoNode && m_now + delay < m_boundTs)
        {
            Push(order, delay, number, object);
            return;
        }
        const auto place = static_cast<EventOrder>(static_cast<uint32_t>(order) & m_orderMask);
        PushShared({m_now + delay, place, number, object});
    }

    /// Makes events of equal time run in the order in which they were scheduled, as ns-3's own
    /// schedulers do. Contexts are forgotten then. Nothing may be scheduled yet.
    void ForgetOrder();
    /// Asks `watcher` (null: nobody) before the next event, and then as often as it says.
    void Watch(EventWatcher* watcher);
    /// Counts the events that are still to run.
    size_t Pending() const;

    /// When windows are run.
    enum class Windows
    {
        WHEN_DENSE, ///< if nodes have several events each in a window, so that it pays
        ALWAYS,     ///< whenever it is safe
    };

    /// Runs node by node when `guard` calls it safe; it must outlive the runs. Without ForgetOrder.
    void RunByNode(NodeMap map, const WindowGuard& guard, Windows when = Windows::WHEN_DENSE);

    /// Called by an event that is about to act on more than its node. False: it may. True: it must
    /// return, and handler `number` will be called with `object` at this very time, when it may.
    bool
    Defer(uint32_t number, void* object)
    {
        return m_node != kNoNode && DeferOfNode(number, object);
    }

    /// Throws std::logic_error if another node than that of the port acts now: the workload is not
    /// what it claims to be (RunByNode).
    void
    CheckActor(EventOrder port) const
    {
        const uint32_t actor = m_node != kNoNode ? m_node : m_actingFor;
        if (actor != kNoNode && m_nodes->NodeOf(port) != actor)
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
    static constexpr uint64_t kNever = ~uint64_t{0};
    static constexpr uint32_t kNoContext = 0xffffffff;

    /// An action that waits until all nodes have come as far as its event.
    struct Deferred
    {
        PendingEvent event;
        uint32_t node;
    };

    static bool
    LaterThan(const Deferred& a, const Deferred& b)
    {
        return a.event.ts != b.event.ts ? a.event.ts > b.event.ts : a.event.order > b.event.order;
    }

    static constexpr uint32_t kNoNode = ~uint32_t{0};

    void Run(const PendingEvent& event);
    void RunEvents();
    void
    PushShared(const PendingEvent& event)
    {
        m_otherKnown = m_otherKnown && event.ts > m_other.ts;
        m_queue.Push(event);
    }

    bool RunWindow(uint64_t first);
    bool RunSharedBefore(uint64_t first);
    const PendingEvent& Other();
    void RunNode(uint32_t node);
    void RunDeferred();
    bool DeferOfNode(uint32_t number, void* object);
    [[noreturn]] void ThrowWrongActor(EventOrder port) const;
    void GatherNodes();
    void TryWindows();
    bool IsDense(uint64_t events, uint64_t span) const;
    void SpreadNodes();
    void Look(const PendingEvent& next);
    void DropEvents();

    const EventHandler* m_handlers;
    uint64_t m_now{0};
    uint64_t m_lookAt{kNever}; // the watcher is asked before an event of that time or later
    uint64_t m_left{kNever};   // and before that many more events
    uint64_t m_events{0};
    uint32_t m_orderMask{~uint32_t{0}};
    EventOrder m_context{kNoContext};
    bool m_stop{false};
    EventQueue m_queue;
    EventWatcher* m_watcher{nullptr};
    // Window by window:
    bool m_byNode{false}; // events of nodes are in m_nodes
    std::unique_ptr<NodeEvents> m_nodes;
    const WindowGuard* m_guard{nullptr};
    PendingEvent m_other{}; // the next event of m_queue
    bool m_otherKnown{false};
    uint32_t m_actingFor{kNoNode};    // whose deferred action runs now
    uint64_t m_latest{0};             // the time of the last event of this window, of any node
    uint32_t m_node{kNoNode};         // whose events run now
    bool m_held{false};               // the node that runs has deferred something
    uint64_t m_byEventUntil{kNever};  // no windows before that time
    uint64_t m_boundTs{0};            // the window ends before the event of this time
    EventOrder m_boundOrder{};        // and order
    std::vector<Deferred> m_deferred; // a heap, the earliest first
    uint64_t m_windows{0};
    Windows m_when{Windows::WHEN_DENSE};
    uint64_t m_markTs{0}; // since then m_events - m_markEvents have run one by one
    uint64_t m_markEvents{0};
    uint32_t m_thin{0}; // windows in a row that had few events
    uint32_t m_uid{ns3::EventId::UID::VALID};
    std::list<ns3::EventId> m_atDestroy;
};

} // namespace hpnsim
