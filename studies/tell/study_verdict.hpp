// SPDX-License-Identifier: GPL-2.0-only
// What a study found, in sentences.
#pragma once

#include "hpnsim/study_table.hpp"

namespace hpnsim
{

/// What of the values that were compared won, and by how much; without anything to compare, where the figure
/// is best and worst.
std::string study_verdict(const std::vector<SeedGroup>& groups);

/// How often which value was best, and what the samples do not carry.
std::vector<std::string> study_facts(const std::vector<SeedGroup>& groups);

}  // namespace hpnsim
