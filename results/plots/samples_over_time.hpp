// SPDX-License-Identifier: GPL-2.0-only
// Curves over time from samples.
#pragma once

#include "hpnsim/series.hpp"

#include <utility>
#include <vector>

namespace hpnsim
{

using TimePoints = std::vector<std::pair<double, double>>;  ///< us, value

/// Keeps the lowest and the highest point of every few, in their order, so that a figure stays small and
/// loses neither a peak nor its end.
TimePoints thinned(const TimePoints& points);

/// Means of a rate in Gb/s over longer intervals, in each of which 64 KB arrive on average, but at most a
/// twentieth of the time: a sample of a few packets jumps by whole ones. What arrives in all stays the same.
TimePoints averaged(const TimePoints& points);

/// Adds a sample. Idle time has no rows, so the curve is brought to 0 there.
template <class Row> void add_point(TimePoints& points, const Row& row, double y)
{
    const double since = (row.at - row.interval).us();
    if (!points.empty() && points.back().first < since && points.back().second == 0)
        points.emplace_back(since, 0);
    points.emplace_back(row.at.us(), y);
}

}  // namespace hpnsim
