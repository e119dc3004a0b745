// SPDX-License-Identifier: GPL-2.0-only
// Finds the name that a user may have meant, for the sentences about unknown names.
#pragma once

#include <string>
#include <vector>

namespace hpnsim
{

/// The candidate nearest to `name` by edit distance; letters count alike in both cases.
std::string nearest(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace hpnsim
