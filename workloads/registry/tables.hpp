// SPDX-License-Identifier: GPL-2.0-only
// Declares the collectives, flow formats and trace formats in the order of the build's list. CMake generates
// their definitions.
#pragma once

#include "hpnsim/collective_table.hpp"
#include "hpnsim/flow_formats.hpp"
#include "hpnsim/trace_formats.hpp"

namespace hpnsim::built_in
{

std::vector<const CollectiveOps*> collectives();
std::vector<const FlowFormat*> flow_formats();
std::vector<const TraceFormat*> trace_formats();

}  // namespace hpnsim::built_in
