// SPDX-License-Identifier: GPL-2.0-only
// How evenly flows share the network, and how soon they do.
#pragma once

#include "hpnsim/results.hpp"

#include <optional>

namespace hpnsim
{

/// Jain's index (Jain, Chiu, Hawe, 1984) of non-negative values: 1 if all are equal, 1/n if one has
/// everything. Nothing where there are fewer than two, or all are 0.
std::optional<double> jain_index(const std::vector<double>& values);

/// The index of what each completed flow that is measured got of what it would have had alone: ideal FCT /
/// FCT, which for flows of one size is their throughput.
std::optional<double> jain_index(const RunRecord& run);

/// From this index on, shares count as equal.
inline constexpr double kFair = 0.95;
/// Goodput is taken over so many samples, because a sample may hold a packet more or less.
inline constexpr size_t kFairSamples = 5;

/// The time from the last start to when the goodputs of all pairs of endpoints, from series.csv, have an
/// index of at least kFair, which they keep until the first flow ends. Nothing without samples, or if they
/// never do.
std::optional<Time> convergence_time(const RunRecord& run);

}  // namespace hpnsim
