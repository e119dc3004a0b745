// SPDX-License-Identifier: GPL-2.0-only
// EventKernel is the simulator engine of every run: ns-3's extension point for engines, laid out
// for many short events.
#pragma once

#include "event-queue.h"
#include "event-watcher.h"

#include "ns3/event-impl.h"
#include "ns3/simulator-impl.h"

#include <list>

namespace hpnsim
{

/// What an event calls, with the object that it was scheduled for.
using EventHandler = void (*)(void* object);

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
        m_queue.Push({m_now + delay, place, number, object});
    }

    /// Makes events of equal time run in the order in which they were scheduled, as ns-3's own
    /// schedulers do. Contexts are forgotten then. Nothing may be scheduled yet.
    void ForgetOrder();
    /// Asks `watcher` (null: nobody) before the next event, and then as often as it says.
    void Watch(EventWatcher* watcher);
    /// Counts the events that are still to run.
    size_t Pending() const;

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

    void Look(const PendingEvent& next);
    void DropEvents();

    uint64_t m_now{0};
    uint64_t m_lookAt{kNever}; // the watcher is asked before an event of that time or later
    uint64_t m_left{kNever};   // and before that many more events
    uint64_t m_events{0};
    uint32_t m_orderMask{~uint32_t{0}};
    EventOrder m_context{kNoContext};
    bool m_stop{false};
    EventQueue m_queue;
    EventWatcher* m_watcher{nullptr};
    uint32_t m_uid{ns3::EventId::UID::VALID};
    std::list<ns3::EventId> m_atDestroy;
};

} // namespace hpnsim
