// SPDX-License-Identifier: GPL-2.0-only
// Says in words why a run went as it did, from what its folder holds. Each rule looks at one thing, and says
// something only if it stands out. Where that begins is a threshold; none has a source in the literature, so
// each is an assumption, and is written down beside its rule.
#pragma once

#include "hpnsim/results.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

/// A run, and what several rules need of it.
struct RunFacts {
    RunFacts(const RunRecord& one_seed, const RunRecord& all_seeds);

    const RunRecord& run;        ///< of the first seed: what depends on time
    const RunRecord& all;        ///< what is counted
    Time first_start, last_end;  ///< of the flows of `run`; equal: none ended
    // Of `all`:
    uint64_t seeds = 1;
    uint64_t flows = 0, completed = 0, failed = 0, unfinished = 0;
    Bytes payload = 0;  ///< of completed flows
    Time busy() const { return last_end - first_start; }
    /// Share of the time from the first start to the last end in which a port was sending; at most 1.
    double share_busy(Rate rate, Bytes bytes) const;
};

struct ExplainRule {
    const char* name;
    double threshold;
    const char* meaning;  ///< what the threshold is of
    std::vector<std::string> (*say)(const RunFacts& facts, double threshold);
};

const std::vector<ExplainRule>& explain_rules();

/// What all rules say of a run, in their order. Of several seeds, counts are of all, and what depends on time
/// is of the first. Never empty: a run in which nothing stands out is told so.
std::vector<std::string> explain(const RunRecord& run);

}  // namespace hpnsim
