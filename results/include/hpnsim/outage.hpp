// SPDX-License-Identifier: GPL-2.0-only
// Reads from a curve of goodput what a failure cost: how long nothing came through, how much less arrived,
// and when it was as before. docs/scenarios.md (failover) has the definitions in words.
#pragma once

#include "hpnsim/results.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace hpnsim
{

/// What receivers had got by any time. Inside a bin, bytes are spread evenly.
class ReceivedBytes
{
public:
    explicit ReceivedBytes(const Throughput& throughput);
    double by(Time time) const;
    /// Mean goodput from `from` to `to`, in Gb/s; `to` > `from`.
    double gbps(Time from, Time to) const;

private:
    Time bin_;
    std::vector<double> sums_;  ///< at the edges of the bins
};

/// When what happened, and what there was to do.
struct OutageStory {
    Time failure;  ///< the first
    /// The last one: of a link that flaps, when it went down for the last time. Before it nothing counts as
    /// recovered.
    Time last;
    std::optional<Time> repair;  ///< of everything; none: some of it stays
    Time end;                    ///< of the run
    double permitted = 1;        ///< share of the steady goodput that is possible until the repair
    std::vector<std::pair<Time, Time>> iterations;  ///< start and end of those that ended, in order
};

/// What it cost; empty where the run does not tell.
struct Outage {
    static constexpr double kInterrupted = 0.1, kRecovered = 0.95;  ///< of the steady goodput

    std::optional<double> steady_gbps, during_gbps, after_gbps;
    std::optional<Time> usual_pause, interruption;
    std::optional<double> lost_bytes;
    std::optional<Time> recovery;                                             ///< since the failure
    std::optional<Time> repair_recovery;                                      ///< since the repair
    std::optional<Time> iteration_before, iteration_during, iteration_after;  ///< means
};

/// Without an iteration that ended before the failure nothing is known, and everything is empty.
Outage judge_outage(const Throughput& throughput, const OutageStory& story);

}  // namespace hpnsim
