// SPDX-License-Identifier: GPL-2.0-only
// Schedules of faults: a plain text file, an event a line. docs/scenarios.md has its grammar.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/fault_plan.hpp"

#include <istream>
#include <string>

namespace hpnsim
{

/// Reads `path` against the fabric that it is about; throws BadInput with file:line and the nearest valid
/// choice.
FaultPlan read_fault_file(const std::string& path, const FabricPlan& fabric);

/// The same from a stream; `file` is what sentences call it.
FaultPlan read_faults(std::istream& in, const std::string& file, const FabricPlan& fabric);

/// A node's name without blanks, as schedules write it: "tor-s0-r3-p1", "agg-p1-4", "h12-g3".
std::string fault_name(const FabricPlan& fabric, uint32_t node);

/// What a schedule may say, for `--help`.
std::string fault_help();

}  // namespace hpnsim
