// SPDX-License-Identifier: GPL-2.0-only
// How events of a run go.
#pragma once

#include "run/network_carrier.hpp"

#include "hpnsim/results.hpp"
#include "hpnsim/scenario.hpp"

namespace hpnsim
{

/// Says in the user's words why a network's events cannot run by windows; empty: they can.
std::string say(OneByOne why);

/// Does what --engine and --threads say, as far as the run allows it, and notes in the record what became of
/// it. Says on standard error why more threads than one have no effect.
void choose_engine(RoceNetwork& network, const NetworkCarrier& carrier, const Workload& workload,
                   const Scenario& scenario, RunRecord& record);

/// Has the nodes of a run dealt out among ranks. Throws BadInput if it cannot go by windows. `busy`:
/// RoceNetwork::RunByRank.
void go_over_ranks(RoceNetwork& network, const NetworkCarrier& carrier, const std::vector<bool>& busy,
                   Ranks& ranks, RunRecord& record);

/// Returns which endpoints send or receive something when the workload starts. The workload cannot be started
/// again.
std::vector<bool> busy_at_start(Workload& workload, uint32_t endpoints);

}  // namespace hpnsim
