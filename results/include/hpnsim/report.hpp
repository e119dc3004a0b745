// SPDX-License-Identifier: GPL-2.0-only
// Compares runs, in a table for the terminal and in report.html.
#pragma once

#include "hpnsim/results.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hpnsim
{

/// Aligned text, a run a row, at most 140 columns (it goes on in a second block below if need be).
/// `refused`: pairs that were not run, each with its reason.
std::string comparison_table(const std::vector<RunRecord>& runs,
                             const std::vector<std::string>& refused = {});

/// How runs of several seeds differ from the first run, seed by seed, a sentence a figure: "hpcc: p99
/// FCT 18.2 % lower (11.3 to 24.1)". Empty if there is nothing to compare.
std::string seed_comparison(const std::vector<RunRecord>& runs);

/// What the records do not tell.
struct ReportNotes {
    std::vector<std::string> refused;  ///< pairs that were not run, each with its reason
    /// By the label of a run: who has set a parameter ("given", "preset", "profile"), by its keys joined by
    /// dots. Others are defaults.
    std::map<std::string, std::map<std::string, std::string>> origins;
};

/// out_dir/report.html: one self-contained page with the verdict, warnings, tables, figures, the fabric, the
/// command, versions and all parameters. Throws BadInput.
void write_report(const std::vector<RunRecord>& runs, const std::filesystem::path& out_dir,
                  const ReportNotes& notes = {});

}  // namespace hpnsim
