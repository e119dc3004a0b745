// SPDX-License-Identifier: GPL-2.0-only
// Computes exact order statistics. Everything is counted in whole millionths (a Time's picoseconds are
// millionths of a microsecond; a slowdown is rounded to six decimals), so that no result depends on the order
// of a sum.
#pragma once

#include "hpnsim/results.hpp"

#include <optional>

namespace hpnsim
{

/// Returns the value of rank ceil(n x permille / 1000) of an ascending sample. Nothing when the sample is too
/// small for it: n < 1 / (1 - p).
std::optional<int64_t> percentile(const std::vector<int64_t>& ascending, int permille);

struct Summary {
    uint64_t n = 0;
    std::optional<int64_t> min, mean, p50, p95, p99, p999, max;  ///< millionths; the mean is rounded
};

Summary summarise(std::vector<int64_t> millionths);

/// FCT / ideal of a flow, in millionths, rounded to the nearest. Nothing when the ideal is not known.
std::optional<int64_t> slowdown_millionths(const FlowRow& flow);

/// Lists the FCTs of completed flows that are measured, ascending.
std::vector<int64_t> completed_fcts(const RunRecord& run);
std::vector<int64_t> completed_slowdowns(const RunRecord& run);

Summary fct_summary(const RunRecord& run);       ///< microseconds
Summary slowdown_summary(const RunRecord& run);  ///< 1

/// Flows by how they ended.
struct FlowCounts {
    uint64_t flows = 0, completed = 0, failed = 0, unfinished = 0;
};
FlowCounts count_flows(const RunRecord& run);

/// Makes {"n", "min", "mean", "p50", "p95", "p99", "p999", "max"}; what the sample is too small for is null.
nlohmann::ordered_json to_json(const Summary& summary);

}  // namespace hpnsim
