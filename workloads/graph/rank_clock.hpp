// SPDX-License-Identifier: GPL-2.0-only
// Measures how long a rank computes, communicates, and does nothing but communicate. Internal to the graph
// engine.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

class RankClock
{
public:
    void begin_computing(Time now) { change(now, ++computing_, communicating_); }
    void end_computing(Time now) { change(now, --computing_, communicating_); }
    void begin_communicating(Time now) { change(now, computing_, ++communicating_); }
    void end_communicating(Time now) { change(now, computing_, --communicating_); }

    struct Times {
        Time computing, communicating, exposed;
    };
    /// Returns what has been measured up to `now`.
    Times until(Time now) const
    {
        Times times = times_;
        const Time passed = now - since_;
        if (was_computing_) times.computing += passed;
        if (was_communicating_) times.communicating += passed;
        if (was_communicating_ && !was_computing_) times.exposed += passed;
        return times;
    }

private:
    void change(Time now, uint32_t computing, uint32_t communicating)
    {
        times_ = until(now);
        since_ = now;
        was_computing_ = computing > 0;
        was_communicating_ = communicating > 0;
    }

    uint32_t computing_ = 0, communicating_ = 0;
    bool was_computing_ = false, was_communicating_ = false;
    Time since_;
    Times times_;
};

}  // namespace hpnsim
