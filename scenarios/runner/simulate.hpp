// SPDX-License-Identifier: GPL-2.0-only
// One run: a workload over a fabric under one choice of algorithms, from the empty network to its record.
#pragma once

#include "profiles.hpp"

#include "hpnsim/contents.hpp"
#include "hpnsim/results.hpp"
#include "hpnsim/workload.hpp"
#include "hpnsim/writers.hpp"

#include <functional>
#include <memory>

namespace hpnsim
{

/// What a scenario is, beyond the common machinery.
struct Scenario {
    Options options;
    FabricPlan plan;
    /// Each message a row of flows.csv; else `finish` makes the rows (collectives: one an iteration).
    bool rows_are_messages = true;
    std::function<std::unique_ptr<Workload>(uint64_t seed)> make_workload;
    /// The bytes that the workload moves, for --verify; its memory is not allocated yet.
    std::function<std::unique_ptr<Contents>(uint64_t seed)> make_contents;
    /// Adds the scenario's own rows and keys. `messages`: FCTs of completed network messages.
    std::function<void(const Workload&, const RunPlan&, const std::vector<Time>& messages, RunRecord&)>
        finish;
};

enum class Ending { complete, unfinished, failed, interrupted };

struct Outcome {
    RunRecord record;
    Ending ending = Ending::complete;
    std::string complaint;  ///< of --verify or about the fabric, one sentence
    std::string audit;      ///< what `--audit` found, with its history; empty: nothing
};

/// Simulates one seed of one run. `log`: where rows go as they happen; may be null.
Outcome simulate(const Scenario& scenario, const RunPlan& run, uint64_t seed, RunRecord record, FlowLog* log);

/// Throws BadInput if the bytes of --verify do not fit into the machine.
void check_memory(const Scenario& scenario);

/// A record with everything that is known before the run.
RunRecord blank_record(const Scenario& scenario, const RunPlan& run);

/// Ideal FCT of a message between two endpoints, remembered.
class IdealTimes
{
public:
    IdealTimes(const FabricPlan& plan, Bytes mtu, const Wire& wire, IdealRule rule = {});
    Time of(uint32_t src, uint32_t dst, Bytes bytes);
    const IdealRule& rule() const { return rule_; }

private:
    const FabricPlan& plan_;
    FabricIndex adjacency_;
    Bytes mtu_;
    const Wire& wire_;
    IdealRule rule_;
    std::vector<std::pair<uint64_t, Time>>
        last_;  // per source: the latest (destination and size), and its ideal
};

}  // namespace hpnsim
