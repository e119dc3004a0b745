// SPDX-License-Identifier: GPL-2.0-only
// Reads schedules of faults: a plain text file, an event a line. docs/scenarios.md has its grammar.
#pragma once

#include "faults/fault_plan.hpp"
#include "hpnsim/fabric.hpp"

#include <istream>
#include <string>

namespace hpnsim
{

/// Reads the text of the schedule `path`, which a pipe yields only once. Throws BadInput that begins with
/// `what`, also on an empty one.
std::string read_fault_text(const std::string& what, const std::string& path);

/// Reads a schedule for the fabric that it concerns; `file` is its name in sentences. Throws BadInput with
/// file:line and the nearest valid choice.
FaultPlan read_faults(std::istream& in, const std::string& file, const FabricPlan& fabric);

/// Returns a node's name without blanks, as schedules write it: "tor-s0-r3-p1", "agg-p1-4", "h12-g3".
std::string fault_name(const FabricPlan& fabric, uint32_t node);

/// Says what a schedule may contain, for `--help`.
std::string fault_help();

}  // namespace hpnsim
