// SPDX-License-Identifier: GPL-2.0-only
// Makes a program of flows, so that any list of flows can be written as GOAL.
#pragma once

#include "hpnsim/flow_file.hpp"
#include "hpnsim/program.hpp"

namespace hpnsim
{

/// Each flow is a send and a receive under a tag of its own, and computations let the sends of a rank wait
/// for their starts, in whole nanoseconds, rounded up: GOAL has no others. Rank r is endpoint r. Throws
/// BadInput, "flows: ...", for flows that wait for others.
Program program_of_flows(const std::vector<FlowSpec>& flows, uint32_t ranks);

}  // namespace hpnsim
