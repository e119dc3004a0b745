// SPDX-License-Identifier: GPL-2.0-only
// EventWatcher is how observers look at a simulation between its events, without events of their
// own.
#pragma once

#include "ns3/scheduler.h"

#include <cstdint>

namespace hpnsim
{

/// Looks at a simulation between two of its events. It may stop it, and must not schedule anything.
class EventWatcher
{
  public:
    /// Says when the watcher is to be asked again: before the first event of a time `at` or later,
    /// and in any case before the `events`-th from now (>= 1).
    struct Next
    {
        uint64_t at;
        uint64_t events;
    };

    virtual ~EventWatcher() = default;
    /// `event` is the next one to run; simulated time is still that of the one before.
    virtual Next Look(const ns3::Scheduler::EventKey& event) = 0;
};

} // namespace hpnsim
