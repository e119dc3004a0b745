// SPDX-License-Identifier: GPL-2.0-only
// The watchdog over progress: it finds that a run moves nothing any more, and who keeps it busy.
#pragma once

#include "run/network_carrier.hpp"

#include "hpnsim/options.hpp"

#include <map>
#include <string>

namespace hpnsim
{

/// Writes "12.345 us".
std::string in_us(Time t);

/// Says who in the network has unfinished work, and what it waits for: a sentence without its end.
std::string describe_waits(RoceNetwork& network);

/**
 * A run has stalled when nothing was delivered, started, completed or acknowledged
 *  - for a span of simulated time, and nothing that is due will change it by itself: no start of a flow, no
 *    fault of the schedule, no pacing, no retransmission timer of a QP that gives up some day; or
 *  - in a number of events, whatever is due.
 * Then a last thousand events are counted by who has them, and the run ends. Progress is looked for only
 * once the workload has been silent for a while, so that a run that goes well pays next to nothing.
 */
class StallGuard
{
public:
    /// The two bounds are those of the options; both must outlive the guard.
    StallGuard(RoceNetwork& network, const NetworkCarrier& carrier, const CommonOptions& options);

    /// Looks before `event` runs. True: the run has stalled, and `sentence` says so.
    bool look(const ns3::Scheduler::EventKey& event);
    /// Returns when to look again: before an event of that time, or before so many events.
    EventWatcher::Next next() const;
    /// Returns why the run has stalled; empty: it has not. After the last event it also tells of a census
    /// that was cut short.
    std::string sentence() const;

private:
    void mark(Time now, uint64_t events);
    bool moved(Time now);
    bool waits_in_vain(Time now);
    void find_stall(const ns3::Scheduler::EventKey& event, uint64_t events);
    void judge(Time now, uint64_t events);
    bool take_census(const ns3::Scheduler::EventKey& event);
    std::string busiest() const;

    RoceNetwork& network_;
    const NetworkCarrier& carrier_;
    Time span_;           // of simulated time; 0: any
    double most_events_;  // 0: any number
    bool automatic_;      // most_events_ grows with the QPs
    uint64_t steps_ = 0;  // of the carrier, when it last moved
    uint64_t progress_ = 0;
    Time moved_at_;  // when progress was last seen
    uint64_t moved_events_ = 0, scanned_events_ = 0;
    uint32_t census_ = 0;                    // events that are still to be counted
    std::map<EventOrder, uint32_t> counts_;  // of the census: events by their order
    Time stalled_at_;
    uint64_t stalled_events_ = 0;
    uint64_t look_at_ = 0, look_events_ = 0;  // looks again before an event of that time, or after so many
};

}  // namespace hpnsim
