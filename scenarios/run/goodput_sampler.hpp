// SPDX-License-Identifier: GPL-2.0-only
// GoodputSampler asks at equal intervals how much payload each job's receivers have got (`--series-us` of
// `jobs`). It has no events of its own: whoever watches the simulation tells it how far time has come.
#pragma once

#include "run/network_carrier.hpp"

#include "hpnsim/options.hpp"
#include "hpnsim/results.hpp"

#include <vector>

namespace hpnsim
{

class GoodputSampler
{
public:
    /// Samples if the options ask for it and there are any jobs, in the first seed of a run.
    GoodputSampler(const NetworkCarrier& carrier, const CommonOptions& options, uint64_t seed, size_t jobs);

    /// Returns the moment of the next sample, which is taken after all that happens then; max: there is none.
    Time due() const { return due_; }
    /// Takes the samples that lie before `next`, when the next event runs: until then nothing changes.
    void catch_up(Time next);
    /// Takes what is left until `now`, also after as many rows as --series-rows allows, and hands all over.
    std::vector<JobGoodputRow> finish(Time now);

private:
    bool sample(Time now);

    const NetworkCarrier& carrier_;
    Time period_;
    Time last_, due_ = Time::max();
    uint64_t most_rows_;
    std::vector<Bytes> known_;  // per job, delivered until the last sample
    std::vector<size_t> open_;  // per job, which row goes on while nothing comes; kNoRow: none
    std::vector<JobGoodputRow> rows_;
};

}  // namespace hpnsim
