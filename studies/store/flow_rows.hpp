// SPDX-License-Identifier: GPL-2.0-only
// The table of flows in the database of a study.
#pragma once

#include <string>

namespace hpnsim
{

/// SQL that makes it, with all columns that a flows.csv may have.
std::string flows_table();

}  // namespace hpnsim
