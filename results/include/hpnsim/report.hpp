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

/// How runs of several seeds differ from the first run, seed by seed, a sentence a figure: "hpcc: p99
/// FCT 18.2 % lower (11.3 to 24.1)". Empty if there is nothing to compare.
std::string seed_comparison(const std::vector<RunRecord>& runs);

/// out_dir/report.html: one self-contained page with the tables, the plots drawn before (read from
/// out_dir/plots), captions, parameters, the command, seed and versions.
void write_report(const std::vector<RunRecord>& runs, const std::vector<Plot>& plots,
                  const std::filesystem::path& out_dir, const std::vector<std::string>& refused = {});

/// Text safe inside an HTML element or a quoted attribute.
std::string html_escape(const std::string& text);

}  // namespace hpnsim
