// SPDX-License-Identifier: GPL-2.0-only
// Counts what ports carried, for the figures of gnuplot and those of the report.
#pragma once

#include "hpnsim/results.hpp"

#include <map>
#include <set>

namespace hpnsim
{

using PlaneBytes = std::map<int, double>;

/// Returns the bytes per plane that NICs sent, or else that their switches sent down to them.
PlaneBytes plane_bytes(const RunRecord& run, bool sent);

double total_of(const PlaneBytes& planes);

/// Returns the tiers of switches that have uplinks.
std::set<std::string> uplink_tiers(const RunRecord& run);

}  // namespace hpnsim
