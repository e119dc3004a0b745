// SPDX-License-Identifier: GPL-2.0-only
// Clock is simulated time as hpnsim's parts see it, and HotEvent is an event of theirs that needs
// no allocation. All armings of a HotEvent carry the same fixed number, which is its place in the
// canonical order of simultaneous events.
#pragma once

#include "event-kernel.h"
#include "event-order.h"

#include "hpnsim/units.hpp"

#include "ns3/event-impl.h"
#include "ns3/make-event.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"

namespace hpnsim
{

/// The running simulator, asked once and kept. It works on any engine of ns-3, and best on
/// EventKernel.
class Clock
{
  public:
    Clock()
        : m_impl(ns3::PeekPointer(ns3::Simulator::GetImplementation()))
        , m_kernel(dynamic_cast<EventKernel*>(m_impl))
    {
    }

    Time
    Now() const
    {
        return {m_kernel != nullptr ? static_cast<int64_t>(m_kernel->NowPs())
                                    : m_impl->Now().GetTimeStep()};
    }

    /// For events that are rare: `event` is dropped when it has run.
    void
    Schedule(EventOrder order, Time delay, ns3::EventImpl* event) const
    {
        m_impl->ScheduleWithContext(static_cast<uint32_t>(order), ns3::TimeStep(delay.ps), event);
    }

    /// Calls a handler of EventKernel's table with `object`.
    void
    Schedule(EventOrder order, Time delay, uint32_t handler, void* object) const
    {
        if (__builtin_expect(m_kernel != nullptr, 1))
        {
            m_kernel->Push(order, static_cast<uint64_t>(delay.ps), handler, object);
            return;
        }
        Schedule(order, delay, ns3::MakeEvent(EventKernel::HandlerOf(handler), object));
    }

    /// The same for an event that acts on, or looks at, more than the node of its port.
    void
    ScheduleShared(EventOrder order, Time delay, uint32_t handler, void* object) const
    {
        if (m_kernel != nullptr)
        {
            m_kernel->PushShared(order, static_cast<uint64_t>(delay.ps), handler, object);
            return;
        }
        Schedule(order, delay, handler, object);
    }

    /// Called by an event that is about to act on more than its node. True: it must return, and
    /// `handler` will be called with `object` at this very time, when it may (EventKernel::Defer).
    bool
    Defer(uint32_t handler, void* object) const
    {
        return m_kernel != nullptr && m_kernel->Defer(handler, object);
    }

    /// True if the event that runs may act on its node alone, at once (EventKernel::ActsApart).
    bool
    ActsApart() const
    {
        return m_kernel != nullptr && m_kernel->ActsApart();
    }

    /// Throws std::logic_error if another node acts now (EventKernel::CheckActor).
    void
    CheckActor(EventOrder port) const
    {
        if (m_kernel != nullptr)
        {
            m_kernel->CheckActor(port);
        }
    }

    /// True if this process runs the node of the port (EventKernel::RunsHere).
    bool
    RunsHere(EventOrder port) const
    {
        return m_kernel == nullptr || m_kernel->RunsHere(port);
    }

    bool
    ActsHere(EventOrder port) const
    {
        return m_kernel == nullptr || m_kernel->ActsHere(port);
    }

    bool
    ActsHere(EventOrder order, Time delay) const
    {
        return m_kernel == nullptr || m_kernel->ActsHere(order, static_cast<uint64_t>(delay.ps));
    }

    /// True if an event of this order that was due now would have run before the one that runs.
    bool
    HasRun(EventOrder order) const
    {
        return m_kernel != nullptr && m_kernel->HasRun(order);
    }

    /// Numbers who acts, among those that may do so at the same time (EventKernel::Actor).
    uint32_t
    Actor() const
    {
        return m_kernel == nullptr ? this_lane : m_kernel->Actor();
    }

    /// Returns null if another engine runs.
    EventKernel*
    Kernel() const
    {
        return m_kernel;
    }

  private:
    ns3::SimulatorImpl* m_impl;
    EventKernel* m_kernel;
};

/// Calls `Owner::*Handler()` at the time for which it was armed.
template <class Owner, void (Owner::*Handler)(), EventWarmer Warm = nullptr>
class HotEvent
{
  public:
    HotEvent(Owner* owner, EventOrder order)
        : m_owner(owner)
        , m_order(order)
    {
    }

    HotEvent(const HotEvent&) = delete;
    HotEvent& operator=(const HotEvent&) = delete;

    void
    Arm(const Clock& clock, Time delay)
    {
        Arm(clock, m_order, delay, m_owner);
    }

    /// The same for an event that acts on, or looks at, more than the node of its port.
    void
    ArmShared(const Clock& clock, Time delay)
    {
        clock.ScheduleShared(m_order, delay, kNumber, m_owner);
    }

    /// Postpones the handler, if the event that runs must not act on more than its node
    /// (Clock::Defer).
    static bool
    Defer(const Clock& clock, Owner* owner)
    {
        return clock.Defer(kNumber, owner);
    }

    /// The same as Arm for an owner that keeps no HotEvent, but knows the order.
    static void
    Arm(const Clock& clock, EventOrder order, Time delay, Owner* owner)
    {
        clock.Schedule(order, delay, kNumber, owner);
    }

    /// The same for an event that has its turn (EventKernel::TakeTurn), at time `at`.
    static void
    ArmInTurn(const Clock& clock, EventOrder turn, Time at, Owner* owner)
    {
        clock.Kernel()->PushInTurn(turn, static_cast<uint64_t>(at.ps), kNumber, owner);
    }

    /// Returns the event's slot in its node's queue; none, if there is no such queue
    /// (EventKernel::Bind).
    static EventSlot
    Bind(const Clock& clock, EventOrder order, Owner* owner)
    {
        return clock.Kernel() == nullptr ? EventSlot()
                                         : clock.Kernel()->Bind(order, kNumber, owner);
    }

    /// Has the handler called again at this time, by an action in a run over ranks
    /// (EventKernel::DeferAgain).
    static void
    DeferAgain(const Clock& clock, Owner* owner)
    {
        clock.Kernel()->DeferAgain(kNumber, owner);
    }

    /// Notes for other ranks what the handler would do for an event that acts apart
    /// (EventKernel::NoteApart).
    static void
    NoteApart(const Clock& clock, Owner* owner)
    {
        if (clock.Kernel() != nullptr)
        {
            clock.Kernel()->NoteApart(kNumber, owner);
        }
    }

    /// True if the event calls this handler.
    static bool
    Is(const PendingEvent& event)
    {
        return event.handler == kNumber;
    }

  private:
    static void
    Run(void* owner)
    {
        (static_cast<Owner*>(owner)->*Handler)();
    }

    static inline const uint32_t kNumber = EventKernel::NumberOf(&HotEvent::Run, Warm);

    Owner* m_owner;
    EventOrder m_order;
};

} // namespace hpnsim
