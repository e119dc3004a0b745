// SPDX-License-Identifier: GPL-2.0-only
// Simulates one run: a workload over a fabric under one choice of algorithms, from the empty network to its
// record.
#pragma once

#include "run/ideal_terms.hpp"
#include "run/sentences.hpp"

#include "hpnsim/scenario.hpp"
#include "hpnsim/writers.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace hpnsim
{

class Ranks;

enum class Ending { complete, unfinished, failed, interrupted };

/// What a run has cost. Processor time is that of the process, of the kernel on its behalf too.
struct Costs {
    double setup_cpu_s = 0, run_cpu_s = 0;
    double setup_mb = 0;  ///< the most memory until the workload began
};

struct Outcome {
    RunRecord record;
    Ending ending = Ending::complete;
    std::string complaint;        ///< of --verify, one sentence
    std::optional<DeadQp> dead;   ///< the first QP that ran out of retries
    std::string audit;            ///< what `--audit` found, with its history; empty: nothing
    std::string stopped;          ///< why it ended before its work was done, one sentence; empty: it did not
    uint64_t unacknowledged = 0;  ///< messages that arrived, and whose senders were never told
    Costs costs;
};

/// Simulates one seed of one run. Rows go to `log` as they happen; it may be null. Captures and traces are
/// written below `out`, the timeline of the first seed into `timeline_file` unless that is empty. `ranks` run
/// different nodes; null: this process runs all.
Outcome simulate(Scenario& scenario, const RunPlan& run, uint64_t seed, RunRecord record, FlowLog* log,
                 const std::filesystem::path& out, const std::filesystem::path& timeline_file = {},
                 Ranks* ranks = nullptr);

/// Throws BadInput if `runs` runs, or the bytes of --verify, do not fit into the machine.
void check_memory(const Scenario& scenario, size_t runs);

/// Makes a record with everything that is known before the run, but for warnings.
RunRecord blank_record(const Scenario& scenario, const RunPlan& run);

/// Asks the CC whether its parameters fit the paths of the run, and adds its warning.
void add_warnings(const Scenario& scenario, const RunPlan& run, RunRecord& record);

}  // namespace hpnsim
