// SPDX-License-Identifier: GPL-2.0-only
// Graphs as data that the page draws.
#pragma once

#include "hpnsim/graph.hpp"

#include <nlohmann/json.hpp>

namespace hpnsim
{

/// Numbers have seven digits, and a heat map at most 256 cells in a row: neighbours are merged, and the
/// busiest of them counts.
nlohmann::ordered_json graph_json(const Graph& graph, const std::string& title);

/// Seven significant digits: more than anybody sees.
double rounded(double value);

}  // namespace hpnsim
