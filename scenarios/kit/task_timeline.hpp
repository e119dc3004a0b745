// SPDX-License-Identifier: GPL-2.0-only
// Puts the tasks of a program on a timeline: what each rank computes, sends, waits for and takes part in.
#pragma once

#include "hpnsim/program_workload.hpp"
#include "hpnsim/timeline.hpp"

namespace hpnsim
{

/// Draws every task of the run that begins: tasks of a stream in a track of it, others by their kind. Rank r
/// is the process `endpoint_of[r]`. Tasks that never end last until the end of the workload. Joins, which are
/// computations that last no time, are left out.
void draw_tasks(ProgramWorkload& workload, const std::vector<uint32_t>& endpoint_of, TimelinePart& timeline);

}  // namespace hpnsim
