// SPDX-License-Identifier: GPL-2.0-only
// Tells how a run ended: its exit status, and what its user is told on standard error.
#pragma once

#include "run/simulate.hpp"

namespace hpnsim
{

/// 0 complete, 3 unfinished, 4 failed, 130 interrupted.
int exit_status(Ending ending);

/// One sentence for each thing that did not go as wished.
void say_ending(const RunRecord& record, const Outcome& outcome);

}  // namespace hpnsim
