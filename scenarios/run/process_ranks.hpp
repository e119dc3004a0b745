// SPDX-License-Identifier: GPL-2.0-only
// A program that mpirun has started joins the others here, for one run over all of them.
#pragma once

#include "hpnsim/scenario.hpp"

#include "model/ranks.h"

#include <functional>
#include <string>

namespace hpnsim
{

/// Calls `body` with the ranks that this process is one of; null: it is alone. Only rank 0 prints. All end
/// together, or all hear why one has ended before. Throws BadInput if mpirun has started several processes,
/// and this build cannot join them.
int with_ranks(const std::string& program, const std::function<int(Ranks*)>& body);

/// Returns how many processes the launcher whose variables these are has started together; 1: it is none.
unsigned launched_together(const std::function<const char*(const char* name)>& variable);

/// Throws BadInput that says that a run over ranks cannot have `what`.
[[noreturn]] void refuse_over_ranks(const std::string& what, const Ranks& ranks);

/// Throws BadInput for what a run over ranks cannot have.
void check_over_ranks(Scenario& scenario, const Ranks& ranks);

}  // namespace hpnsim
