// SPDX-License-Identifier: GPL-2.0-only
// EventCursor is where a lane is in simulated time: what EventKernel tells the event that runs.
#pragma once

#include "event-order.h"

#include "hpnsim/lane.hpp"

#include <cstdint>

namespace hpnsim
{

struct EventCursor
{
    /// No node; as an EventOrder, ns-3's context of events that belong to none.
    static constexpr uint32_t kNone = ~uint32_t{0};

    uint64_t now{0};           ///< ps
    EventOrder context{kNone}; ///< of the event that runs
    uint32_t node{kNone};      ///< whose events run now, within a window
    uint32_t actingFor{kNone}; ///< whose deferred action runs now
    bool held{false};          ///< the node has deferred something
};

/// The cursor of this lane.
[[gnu::tls_model("initial-exec")]] inline thread_local EventCursor t_cursor; // NOLINT: one a thread

} // namespace hpnsim
