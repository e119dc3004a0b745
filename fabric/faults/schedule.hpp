// SPDX-License-Identifier: GPL-2.0-only
// Reads schedules of faults: a plain text file, an event a line. docs/scenarios.md has its grammar.
#pragma once

#include "faults/fault_plan.hpp"
#include "hpnsim/fabric.hpp"

#include <istream>
#include <string>

namespace hpnsim
{

/// The text of the schedule `path`, which a pipe yields only once. Throws BadInput, also on an empty one.
std::string read_fault_text(const std::string& path);

/// Reads a schedule against the fabric that it is about; `file` is what sentences call it. Throws BadInput
/// with file:line and the nearest valid choice.
FaultPlan read_faults(std::istream& in, const std::string& file, const FabricPlan& fabric);

/// A node's name without blanks, as schedules write it: "tor-s0-r3-p1", "agg-p1-4", "h12-g3".
std::string fault_name(const FabricPlan& fabric, uint32_t node);

/// What a schedule may say, for `--help`.
std::string fault_help();

}  // namespace hpnsim
