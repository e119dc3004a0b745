// SPDX-License-Identifier: GPL-2.0-only
// Simulates one run: a workload over a fabric under one choice of algorithms, from the empty network to its
// record.
#pragma once

#include "run/ideal_times.hpp"
#include "run/sentences.hpp"

#include "hpnsim/contents.hpp"
#include "hpnsim/footprint.hpp"
#include "hpnsim/results.hpp"
#include "hpnsim/workload.hpp"
#include "hpnsim/writers.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace hpnsim
{

/// Describes a scenario, beyond the common machinery.
struct Scenario {
    Options options;
    FabricPlan plan;
    /// True: each message is a row of flows.csv. False: `finish` makes the rows (collectives: one an
    /// iteration).
    bool rows_are_messages = true;
    std::function<std::unique_ptr<Workload>(uint64_t seed)> make_workload;
    /// Makes the bytes that the workload moves, for --verify; their memory is not allocated yet.
    std::function<std::unique_ptr<Contents>(uint64_t seed)> make_contents;
    /// Adds the scenario's own rows and keys. `messages` are FCTs of completed network messages.
    std::function<void(const Workload&, const RunPlan&, const std::vector<Time>& messages, RunRecord&)>
        finish;
    /// Throws BadInput if a run would need times that cannot be represented; may be null.
    std::function<void(const RunPlan&)> check_times;
    /// Belongs to one seed of one run.
    Footprint footprint = {};
    /// Where `finish` makes the rows, this returns the `at`-th once it is known how it ended, and nothing
    /// before. Rows are logged as they come, so that a run that is killed keeps them. Null: it keeps none.
    std::function<std::optional<FlowRow>(const Workload&, const RunPlan&, uint64_t at)> row_at = {};
};

enum class Ending { complete, unfinished, failed, interrupted };

struct Outcome {
    RunRecord record;
    Ending ending = Ending::complete;
    std::string complaint;        ///< of --verify, one sentence
    std::optional<DeadQp> dead;   ///< the first QP that ran out of retries
    std::string audit;            ///< what `--audit` found, with its history; empty: nothing
    std::string stopped;          ///< why it ended before its work was done, one sentence; empty: it did not
    uint64_t unacknowledged = 0;  ///< messages that arrived, and whose senders were never told
};

/// Simulates one seed of one run. Rows go to `log` as they happen; it may be null.
Outcome simulate(const Scenario& scenario, const RunPlan& run, uint64_t seed, RunRecord record, FlowLog* log);

/// Throws BadInput if `runs` runs, or the bytes of --verify, do not fit into the machine.
void check_memory(const Scenario& scenario, size_t runs);

/// Makes a record with everything that is known before the run, but for warnings.
RunRecord blank_record(const Scenario& scenario, const RunPlan& run);

/// Asks the CC whether its parameters fit the paths of the run, and adds its warning.
void add_warnings(const Scenario& scenario, const RunPlan& run, RunRecord& record);

}  // namespace hpnsim
