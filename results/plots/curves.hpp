// SPDX-License-Identifier: GPL-2.0-only
// Computes the numbers behind the curves. No gnuplot is needed for them, so that tests can check them.
#pragma once

#include "hpnsim/results.hpp"

#include <optional>

namespace hpnsim
{

struct Point {
    double x = 0, y = 0;
};
using Curve = std::vector<Point>;

/// Returns the cumulative distribution of an ascending sample as steps, x = value / `unit`, in about `most`
/// points at most, with the tail kept dense.
Curve cdf(const std::vector<int64_t>& ascending, double unit, size_t most = 600);

/// Share of port-time with a queue deeper than x KB (1,000 B), as steps: it falls at the upper bound of each
/// bin. Both axes are logarithmic, so that depth 0 and share 0 have no place: the curve begins at half of the
/// first bin above 0, with the share of time that anything waits, and ends at the deepest bin, with that
/// bin's share.
Curve queue_ccdf(const QueueHistogram& histogram);

/// Payload rate in Gb/s over time in us, as steps: what receivers got in each bin.
Curve throughput_curve(const Throughput& throughput);

/// The same as means over `window`, half of it before and half after; none where that would reach beyond the
/// ends.
Curve moving_mean(const Throughput& throughput, Time window);

/// How unevenly the uplinks of one tier of switches were used.
struct Imbalance {
    double ratio = 0;    ///< utilisation of the busiest over the mean of all uplinks, idle ones too
    double busiest = 0;  ///< utilisation, 0-1
};
/// Returns nothing when no uplink of the tier carried anything. Of several seeds it is the mean ratio, and
/// the busiest of all.
std::optional<Imbalance> uplink_imbalance_of(const RunRecord& run, const std::string& tier);

/// The ideal in us when there is one for all: the scenario's own (`ideal_us` of extra) or that of equal
/// flows.
std::optional<double> shared_ideal_us(const std::vector<RunRecord>& runs);

}  // namespace hpnsim
