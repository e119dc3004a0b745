// SPDX-License-Identifier: GPL-2.0-only
// PauseState is how a port obeys PFC: it holds pauses that run out by themselves, and the watchdog
// over them.
#pragma once

#include "hot-event.h"
#include "link-tx.h"
#include "pfc/pfc_frame.hpp"
#include "pfc/pfc_settings.hpp"
#include "pfc/watchdog_settings.hpp"

namespace hpnsim
{

/// Is told of pauses that last.
class PauseListener
{
  public:
    virtual ~PauseListener() = default;
    /// The watchdog has found a storm on `port` (true), or its end.
    virtual void Storm(uint16_t port, Priority priority, bool on, Time now) = 0;
    /// A priority of `port` has been paused for WatchdogSettings::deadlock once more.
    virtual void LongPause(uint16_t port, Priority priority, Time now) = 0;
};

/**
 * \brief The pauses of one port. It is made at the first PFC frame that arrives there.
 *
 * The scheduler asks only a byte beside its queues (`paused`); this object keeps it true. One event
 * is pending while anything is paused or stormed: at the earliest of expiry, watchdog and deadlock
 * check. A refreshed pause moves its expiry; the event finds that out when it runs.
 */
class PauseState
{
  public:
    /// `listener` may be null, and then there is no watchdog.
    PauseState(const Clock& clock,
               LinkTx& tx,
               uint16_t port,
               uint32_t globalPort,
               const PfcSettings& pfc,
               const WatchdogSettings& watchdog,
               PausedPriorities& paused,
               PauseListener* listener);

    /// Lets a frame take effect, PfcSettings::reaction after its arrival.
    void Obey(const PfcFrame& frame, Time now);

    /// Counts how often a priority was stopped, without refreshes.
    uint64_t
    Pauses() const
    {
        return m_pauses;
    }

    /// Returns for how long any priority was stopped.
    Time PausedTime(Time now) const;

    /// Returns the priorities that the peer has stopped, whatever the watchdog makes of it.
    PausedPriorities
    Told() const
    {
        return m_told;
    }

    /// Returns the priorities in a storm.
    PausedPriorities
    Stormed() const
    {
        return m_stormed;
    }

  private:
    void Due();
    void Begin(Priority priority, Time now);
    void End(Priority priority, Time now);
    void Look(Priority priority, Time now);
    void Restore(Priority priority, Time now);
    Time NextAlarm() const;
    void Arm(Time now);
    bool Publish();

    const Clock& m_clock;
    LinkTx& m_tx;
    const PfcSettings& m_pfc;
    const WatchdogSettings& m_watchdog;
    Time m_storm;               // a pause this long is one; 0: none is
    PausedPriorities& m_paused; // what the scheduler passes over
    PauseListener* m_listener;
    uint16_t m_port;
    PausedPriorities m_told{0};
    PausedPriorities m_stormed{0};
    std::array<Time, kPriorities> m_until{};   // told: the pause runs out
    std::array<Time, kPriorities> m_since{};   // told: it began; stormed, not told: it ended
    std::array<Time, kPriorities> m_checkAt{}; // told: LongPause is due
    Time m_anySince;
    Time m_total;
    uint64_t m_pauses{0};
    Time m_armedFor{Time::max()};
    HotEvent<PauseState, &PauseState::Due> m_alarm;
};

} // namespace hpnsim
