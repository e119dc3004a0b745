// SPDX-License-Identifier: GPL-2.0-only
// Tells how a run ended: its exit status, and what its user is told on standard error.
#pragma once

#include "run/simulate.hpp"

namespace hpnsim
{

/// Returns 0 for complete, 3 for unfinished, 4 for failed, 130 for interrupted.
int exit_status(Ending ending);

/// Says one sentence for each thing that did not go as wished.
void say_ending(const RunRecord& record, const Outcome& outcome);

}  // namespace hpnsim
