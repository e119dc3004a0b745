// SPDX-License-Identifier: GPL-2.0-only
// Finds the entry of a table by the name that a user wrote. Internal to the workloads.
#pragma once

#include <string>
#include <vector>

namespace hpnsim
{

/// Returns where `name` stands among `names`, of which there is at least one. Throws BadInput that begins
/// with `what` and says which name is the nearest, and which there are.
size_t place_among(const std::vector<std::string>& names, const std::string& what, const std::string& name);

}  // namespace hpnsim
