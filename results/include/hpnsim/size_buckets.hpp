// SPDX-License-Identifier: GPL-2.0-only
// Completion times by the size of flows, as exact percentiles.
#pragma once

#include "hpnsim/statistics.hpp"

namespace hpnsim
{

/// The flows of one range of sizes. Percentiles are in millionths (of a microsecond, of a slowdown), and
/// nothing where there are too few flows for them.
struct SizeBucket {
    Bytes smallest = 0, largest = 0;
    uint64_t flows = 0;
    std::optional<int64_t> p50, p95, p99;              ///< of slowdowns
    std::optional<int64_t> fct_p50, fct_p95, fct_p99;  ///< of completion times
};

/// Completed flows that are measured, by size in `count` buckets of equal numbers (as the HPCC paper's
/// figures 11 have it); flows of one size stay in one bucket.
std::vector<SizeBucket> size_buckets(const RunRecord& run, size_t count = 20);

}  // namespace hpnsim
