// SPDX-License-Identifier: GPL-2.0-only
// Rows of text as columns that line up, for a terminal.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace hpnsim
{

using TextRow = std::vector<std::string>;

/// Writes the rows, all of which have as many cells as the first, each line after `indent`.
void print_rows(std::ostream& out, const std::vector<TextRow>& rows, const std::string& indent = "");

}  // namespace hpnsim
