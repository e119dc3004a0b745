// SPDX-License-Identifier: GPL-2.0-only
// Translates what the user chose into what NICs and switches do.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/network_rtt.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/runs.hpp"

#include "helper/roce-network.h"

#include <nlohmann/json.hpp>

#include <set>
#include <vector>

namespace hpnsim
{

/// Holds the algorithms of a run; they own the parameters that the NICs point to.
struct ChosenParts {
    Chosen<CcOps> cc;
    Chosen<PathOps> path;
    Chosen<ReceiverOps> receiver;
    std::vector<ChosenParts> functions;  ///< of RunPlan::functions
};

ChosenParts choose_parts(const RunPlan& run);

/// True if any of them comes from a plug-in.
bool any_plugin(const ChosenParts& parts);

/// Returns the rates of all links, in b/s.
std::set<int64_t> link_rates(const FabricPlan& plan);

/// Returns the framing that ideal times count: without INT and whatever else switches and senders tell each
/// other.
const Wire& bare_wire(const Options& options, const RunPlan& run, const Info& cc);

/// Makes everything that the simulation needs to be told. `seed` overrides the options' own.
NetworkConfig network_config(const Options& options, const RunPlan& run, const ChosenParts& parts,
                             const FabricPlan& plan, uint64_t seed);

/// Lists every parameter in force, with its unit; what is chosen automatically as "automatic: " and the
/// figure.
nlohmann::ordered_json describe_run(const Options& options, const RunPlan& run, const ChosenParts& parts,
                                    const FabricPlan& plan);

/// Brings the user's plug-ins into the registry. Throws BadInput.
void load_plugins(const CommonOptions& options);

/// The registry behind resolve_runs, and what the profile sets, if the options name one. Both must outlive
/// it.
Lookup registry_lookup();
Lookup registry_lookup(const Options& options, const FabricPlan& plan);

}  // namespace hpnsim
