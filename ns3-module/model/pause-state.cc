// SPDX-License-Identifier: GPL-2.0-only
// Counts pauses down, and lets the watchdog act on those that last too long.
#include "pause-state.h"

#include <algorithm>

namespace hpnsim
{

PauseState::PauseState(const Clock& clock,
                       LinkTx& tx,
                       uint16_t port,
                       uint32_t globalPort,
                       const PfcSettings& pfc,
                       const WatchdogSettings& watchdog,
                       PausedPriorities& paused,
                       PauseListener* listener)
    : m_clock(clock)
    , m_tx(tx)
    , m_pfc(pfc)
    , m_watchdog(watchdog)
    , m_storm(watchdog.timeout.value_or(Time{}))
    , m_paused(paused)
    , m_listener(listener)
    , m_port(port)
    , m_alarm(this, CanonicalOrder(globalPort, EventType::TIMER))
{
}

void
PauseState::Obey(const PfcFrame& frame, Time now)
{
    for (Priority p = 0; p < kPriorities; ++p)
    {
        if ((frame.enabled & priority_bit(p)) == 0)
        {
            continue;
        }
        if (frame.quanta[p] == 0)
        {
            End(p, now);
            continue;
        }
        Begin(p, now);
        m_until[p] = m_pfc.timed ? now + QuantaTime(frame.quanta[p], m_tx.LinkRate()) : Time::max();
    }
    if (Publish())
    {
        m_tx.WantIdle(now);
    }
    Arm(now);
}

void
PauseState::Begin(Priority priority, Time now)
{
    if ((m_told & priority_bit(priority)) != 0)
    {
        return;
    }
    if (m_told == 0)
    {
        m_anySince = now;
    }
    m_told |= priority_bit(priority);
    m_since[priority] = now;
    m_checkAt[priority] = now + m_watchdog.deadlock;
    ++m_pauses;
}

void
PauseState::End(Priority priority, Time now)
{
    if ((m_told & priority_bit(priority)) == 0)
    {
        return;
    }
    m_told &= static_cast<PausedPriorities>(~priority_bit(priority));
    m_since[priority] = now;
    if (m_told == 0)
    {
        m_total += now - m_anySince;
    }
}

Time
PauseState::PausedTime(Time now) const
{
    return m_told != 0 ? m_total + (now - m_anySince) : m_total;
}

/// Tells the scheduler which priorities are paused. A dropping watchdog keeps the queue shut until
/// it is restored. Returns whether any may go on.
bool
PauseState::Publish()
{
    const bool shut = m_watchdog.action == WatchdogAction::DROP;
    const PausedPriorities before = m_paused;
    m_paused = static_cast<PausedPriorities>(shut ? m_told | m_stormed : m_told & ~m_stormed);
    return (before & ~m_paused) != 0;
}

void
PauseState::Due()
{
    const Time now = m_clock.Now();
    if (now != m_armedFor)
    {
        return; // overtaken by an earlier arming
    }
    m_armedFor = Time::max();
    for (Priority p = 0; p < kPriorities; ++p)
    {
        if ((m_told & priority_bit(p)) != 0)
        {
            Look(p, now);
        }
        else if ((m_stormed & priority_bit(p)) != 0)
        {
            Restore(p, now);
        }
    }
    if (Publish())
    {
        m_tx.GoOn(now);
    }
    Arm(now);
}

void
PauseState::Look(Priority priority, Time now)
{
    if (m_until[priority] <= now)
    {
        End(priority, now);
        return;
    }
    if (m_listener == nullptr || (m_stormed & priority_bit(priority)) != 0)
    {
        return;
    }
    if (m_storm.ps > 0 && now - m_since[priority] >= m_storm)
    {
        m_stormed |= priority_bit(priority);
        if (Publish())
        {
            m_tx.GoOn(now); // a watchdog that forwards
        }
        m_listener->Storm(m_port, priority, true, now);
    }
    else if (m_watchdog.deadlock.ps > 0 && m_checkAt[priority] <= now)
    {
        m_checkAt[priority] = now + m_watchdog.deadlock;
        m_listener->LongPause(m_port, priority, now);
    }
}

void
PauseState::Restore(Priority priority, Time now)
{
    if (now - m_since[priority] >= m_watchdog.restore)
    {
        m_stormed &= static_cast<PausedPriorities>(~priority_bit(priority));
        m_listener->Storm(m_port, priority, false, now);
    }
}

Time
PauseState::NextAlarm() const
{
    Time next = Time::max();
    for (Priority p = 0; p < kPriorities; ++p)
    {
        const bool stormed = (m_stormed & priority_bit(p)) != 0;
        if ((m_told & priority_bit(p)) == 0)
        {
            next = stormed ? std::min(next, m_since[p] + m_watchdog.restore) : next;
            continue;
        }
        next = std::min(next, m_until[p]);
        if (m_listener == nullptr || stormed)
        {
            continue;
        }
        if (m_storm.ps > 0)
        {
            next = std::min(next, m_since[p] + m_storm);
        }
        if (m_watchdog.deadlock.ps > 0)
        {
            next = std::min(next, m_checkAt[p]);
        }
    }
    return next;
}

void
PauseState::Arm(Time now)
{
    const Time next = NextAlarm();
    if (next < m_armedFor)
    {
        m_armedFor = std::max(next, now);
        // What the listener does about a long pause, it may do with the whole fabric.
        if (m_listener != nullptr)
        {
            m_alarm.ArmShared(m_clock, m_armedFor - now);
        }
        else
        {
            m_alarm.Arm(m_clock, m_armedFor - now);
        }
    }
}

} // namespace hpnsim
