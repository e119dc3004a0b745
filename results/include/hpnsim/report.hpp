// SPDX-License-Identifier: GPL-2.0-only
// Compares runs, in a table for the terminal and in report.html.
#pragma once

#include "hpnsim/plots.hpp"

namespace hpnsim
{

/// Aligned text, a run a row, at most 140 columns (it goes on in a second block below if need be).
/// `refused`: pairs that were not run, each with its reason.
std::string comparison_table(const std::vector<RunRecord>& runs,
                             const std::vector<std::string>& refused = {});

/// out_dir/report.html: one self-contained page with the tables, the plots drawn before (read from
/// out_dir/plots), captions, parameters, the command, seed and versions.
void write_report(const std::vector<RunRecord>& runs, const std::vector<Plot>& plots,
                  const std::filesystem::path& out_dir, const std::vector<std::string>& refused = {});

/// Text safe inside an HTML element or a quoted attribute.
std::string html_escape(const std::string& text);

}  // namespace hpnsim
