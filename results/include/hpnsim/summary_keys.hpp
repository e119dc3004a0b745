// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of summary.json. It is the one place that says what a key means, how it is written and
// read, and what several seeds make of it; the report and the tables of docs/outputs.md follow it.
#pragma once

#include "hpnsim/columns.hpp"

namespace hpnsim
{

struct SummaryKey : Column<RunRecord, nlohmann::ordered_json> {
    bool per_seed = false;  ///< also in the entry that each seed has in `seeds`
    bool optional = false;  ///< left out when its value is null
    /// Pools the value of one more seed into that of all before. Empty where the value is computed anew, or
    /// is the first seed's, or is in RunRecord::extra.
    std::function<void(RunRecord& all, const RunRecord& one)> join;
};

/// The keys that every run has, in the order of the file.
const std::vector<SummaryKey>& summary_keys();
/// The keys that scenarios and options add: RunRecord::extra. They stand in the order in which they were set.
const std::vector<SummaryKey>& extra_keys();
/// The keys within `host`.
const std::vector<SummaryKey>& host_keys();

/// The key of that name in summary.json, outside of `host`; null when there is none.
const SummaryKey* find_summary_key(const std::string& name);

}  // namespace hpnsim
