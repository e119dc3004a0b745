// SPDX-License-Identifier: GPL-2.0-only
// HotEvent is an event that needs no allocation: an EventImpl that lives inside its port or timer
// and is armed again and again. All its armings carry the same fixed number, which is its place in
// the canonical order of simultaneous events.
#pragma once

#include "event-order.h"

#include "hpnsim/units.hpp"

#include "ns3/event-impl.h"
#include "ns3/nstime.h"
#include "ns3/simulator-impl.h"
#include "ns3/simulator.h"

namespace hpnsim
{

/// The running simulator, asked once and kept: ns3::Simulator's own accessors cost more than an
/// event.
class Clock
{
  public:
    Clock()
        : m_impl(ns3::PeekPointer(ns3::Simulator::GetImplementation()))
    {
    }

    Time
    Now() const
    {
        return {m_impl->Now().GetTimeStep()};
    }

    void
    Schedule(EventOrder order, Time delay, ns3::EventImpl* event) const
    {
        m_impl->ScheduleWithContext(static_cast<uint32_t>(order), ns3::TimeStep(delay.ps), event);
    }

  private:
    ns3::SimulatorImpl* m_impl;
};

/// Calls `Owner::*Handler(Time)` at the time for which it was armed.
template <class Owner, void (Owner::*Handler)()>
class HotEvent : public ns3::EventImpl
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
        Ref(); // the simulator drops one reference after every run
        clock.Schedule(m_order, delay, this);
    }

  private:
    void
    Notify() override
    {
        (m_owner->*Handler)();
    }

    Owner* m_owner;
    EventOrder m_order;
};

} // namespace hpnsim
