// SPDX-License-Identifier: GPL-2.0-only
// Makes the sentences that a run tells its user: of parameters that do not fit the path, of flows that ran
// out of retries, and of options where a room without a command line complains.
#pragma once

#include "run/settings.hpp"

#include "hpnsim/results.hpp"

#include <string>

namespace hpnsim
{

/// Says why the CC cannot do well on the longest path from endpoint 0; empty: it can, or does not say.
std::string unfit_sentence(const Options& options, const RunPlan& run, const ChosenParts& parts,
                           const FabricPlan& plan);

/// The first QP that ran out of retries.
struct DeadQp {
    Timeouts timeouts;
    Time base_rtt;
    int retries = 0;
};

/// Tells of the flows of `record` that ended so; empty: none did.
std::string retries_sentence(const RunRecord& record, const DeadQp& first);

/// Names the option in a sentence of the rooms that a network is built of, which know none: "fabric: ..."
/// becomes "--fabric: ...".
std::string by_option(const std::string& sentence);

}  // namespace hpnsim
