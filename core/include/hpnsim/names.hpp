// SPDX-License-Identifier: GPL-2.0-only
// Which name a user may have meant.
#pragma once

#include <string>
#include <vector>

namespace hpnsim
{

/// The candidate nearest to `name` by edit distance; letters count alike in both cases.
std::string nearest(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace hpnsim
