// SPDX-License-Identifier: GPL-2.0-only
// Holds the comparison of runs as columns of text, before it becomes a terminal table or HTML.
#pragma once

#include "hpnsim/report_page.hpp"
#include "hpnsim/results.hpp"

namespace hpnsim
{

/// Columns with nothing but "-" are left out; columns with nothing but zeros are if they may be (trims, ...).
std::vector<TableColumn> comparison_columns(const std::vector<RunRecord>& runs);

/// The same with the jobs of all runs as rows; empty where no run has any.
std::vector<TableColumn> job_table(const std::vector<RunRecord>& runs);

/// Aligned text of at most 140 columns, in blocks below each other that all begin with the first column;
/// empty without rows.
std::string table_text(const std::vector<TableColumn>& columns);

}  // namespace hpnsim
