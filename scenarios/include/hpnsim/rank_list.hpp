// SPDX-License-Identifier: GPL-2.0-only
// Reads `--timeline-ranks LIST`: which endpoints a timeline shows.
#pragma once

#include "hpnsim/fabric.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

/// Returns the endpoints that a list names, in order and each once: numbers and ranges of them, as in
/// `0-15,64`. An empty list names all. Throws BadInput: one sentence that names the nearest valid number.
std::vector<uint32_t> parse_ranks(const std::string& list, const FabricPlan& plan);

}  // namespace hpnsim
