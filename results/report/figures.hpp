// SPDX-License-Identifier: GPL-2.0-only
// Graphs that the report has beside those of run_graphs.hpp. Each is empty when the runs have nothing to show
// in it.
#pragma once

#include "hpnsim/graph.hpp"
#include "hpnsim/results.hpp"

namespace hpnsim
{

using Runs = std::vector<RunRecord>;

Graph busbw_bars(const Runs& runs);
Graph training_bars(const Runs& runs);
Graph job_fct_graph(const Runs& runs);
Graph throughput_graph(const Runs& runs);
Graph queue_depth_graph(const Runs& runs);
Graph plane_split_bars(const Runs& runs);
Graph uplink_bars(const Runs& runs);

}  // namespace hpnsim
