// SPDX-License-Identifier: GPL-2.0-only
// Sums up what the turns of a job have come to, beside others in one network.
#pragma once

#include "hpnsim/composite_workload.hpp"
#include "hpnsim/results.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

/// Collects the keys that a job's scenario has added to the record of each of its turns, and makes what
/// summary.json says of the job.
class JobResults
{
public:
    /// `extra` of the record of a turn.
    void add(const nlohmann::ordered_json& extra);
    /// What came of the job's messages over the network.
    struct Messages {
        Bytes delivered;            ///< payload, also of those that are not complete
        std::vector<int64_t> fcts;  ///< ps, of those that are
    };
    /// `flows` are all rows of the run.
    nlohmann::ordered_json summary(uint32_t job, const JobState& state, bool over, Time now,
                                   const std::vector<FlowRow>& flows, Messages messages) const;

private:
    nlohmann::ordered_json first_;
    std::vector<std::pair<std::string, double>> sums_;  // of numbers that have a mean
    std::vector<std::string> missing_;                  // null in some turn
    uint64_t turns_ = 0;
};

}  // namespace hpnsim
