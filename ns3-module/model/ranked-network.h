// SPDX-License-Identifier: GPL-2.0-only
// RankedNetwork is what EventRanks must be told of a network whose nodes different processes run.
#pragma once

#include "event-lanes.h"
#include "rank-message.h"

#include <cstdint>

namespace hpnsim
{

/// When an event comes among all that are still to run.
struct EventPlace
{
    uint64_t ts{~uint64_t{0}};    ///< ps; the largest: never
    EventOrder order{0xffffffff}; ///< among events of that time

    bool
    operator<(const EventPlace& other) const
    {
        return ts != other.ts ? ts < other.ts : order < other.order;
    }
};

/// Packs what one rank has for others, and knows which windows are safe.
class RankedNetwork
{
  public:
    /// QPs that have something before them (OpenQps).
    struct Counts
    {
        int64_t unsent{0};
        int64_t nearEnd{0};
    };

    virtual ~RankedNetwork() = default;
    /// Packs a parcel for the rank of its receiver, and gives back what it holds. Returns when it
    /// will be an event there at the earliest.
    virtual EventPlace Pack(const Parcel& parcel, MessageWriter& out) = 0;
    /// Opens a parcel that another rank has packed.
    virtual void Open(MessageReader& in) = 0;
    /// Packs what an event has deferred, or has done apart (EventKernel::NoteApart), so that others
    /// can do the same in its place. True: it may defer more at once, so that no other action may
    /// be carried out before that is known.
    virtual bool PackAction(const PendingEvent& event, MessageWriter& out) = 0;
    /// False if an event of that order never defers anything, unless a QP can be in error soon.
    virtual bool MayDefer(EventOrder order) const = 0;
    /// Does what an event of another rank has deferred, or has done apart.
    virtual void CarryOut(EventOrder order, MessageReader& in) = 0;
    /// Returns the least time, in ps, between an action and what its node defers because of it,
    /// timers apart.
    virtual uint64_t LeastAnswer() const = 0;
    virtual Counts OwnCounts() const = 0;
    /// Returns for how many ps from the next event on a window is safe as for WindowGuard, up to
    /// the lookahead; 0: it is not. `all` are the counts of all ranks.
    virtual uint64_t SafeFor(const Counts& all) const = 0;
    /// As for WindowGuard; on all ranks alike.
    virtual void WindowOver() = 0;
};

/// Whoever has hosts defer actions of its own (Clock::Defer), or note what they do apart.
class HostActions
{
  public:
    virtual ~HostActions() = default;
    /// Packs an action for other ranks. False: it is none of its own.
    virtual bool PackOwn(const PendingEvent& action, MessageWriter& out) = 0;
    /// Does what a host of another rank has done.
    virtual void CarryOutOwn(MessageReader& in) = 0;
};

} // namespace hpnsim
