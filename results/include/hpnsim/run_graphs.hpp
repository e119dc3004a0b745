// SPDX-License-Identifier: GPL-2.0-only
// Graphs of runs, from what their folders hold. A label may stand for several runs that differ by their seed
// alone. Each graph is empty if the runs have nothing to show in it, and says in its notes what was done with
// the seeds.
#pragma once

#include "hpnsim/graph.hpp"
#include "hpnsim/results.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

struct RunSample {
    std::string label;
    std::vector<RunRecord> seeds;  ///< at least one
};

/// The runs of a record that pools several seeds, one each.
RunSample sample_of(RunRecord record);

Graph fct_cdf_graph(const std::vector<RunSample>& samples);
Graph fct_ccdf_graph(const std::vector<RunSample>& samples);
Graph tail_latency_graph(const std::vector<RunSample>& samples);
Graph slowdown_graph(const std::vector<RunSample>& samples);
Graph busbw_graph(const std::vector<RunSample>& samples);
Graph heat_map_graph(const std::vector<RunSample>& samples);

/// What a time series may be of: "rate", "queue", "window", "goodput", "pauses".
const std::vector<std::string>& time_series();
/// `only` are names of QPs or ports; none: those that matter most. Throws BadInput on a name that is not
/// there.
Graph time_graph(const std::vector<RunSample>& samples, const std::string& of,
                 const std::vector<std::string>& only);

}  // namespace hpnsim
