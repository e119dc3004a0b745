// SPDX-License-Identifier: GPL-2.0-only
// Puts a claim on trial: makes its runs, computes its figures, and writes what was found as tables, charts
// and a page.
#pragma once

#include "hpnsim/claim.hpp"
#include "hpnsim/run_study.hpp"

#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace hpnsim
{

/// Makes the runs of the claim in folders of their own, `settings.out`/RUNS, and computes its figures.
/// `interrupted` is set if the runs were, and then there are no figures. Throws as run_study() and
/// findings_of() do.
Trial try_claim(const Claim& claim, const StudySettings& settings, bool& interrupted);

/// The figures under their conditions, a row a condition: for a terminal.
void print_trial(std::ostream& out, const Claim& claim, const Trial& trial);

/// The section of docs/hpn.md about the claim, in Markdown; `figures` are the names of charts in `folder`.
std::string page_of(const Claim& claim, const Trial& trial, const std::filesystem::path& folder,
                    const std::vector<std::string>& figures);

/// Writes DIR/NAME/{figures.csv, commands.txt, FIGURE.svg}. Throws BadInput.
void write_reference(const Claim& claim, const Trial& trial, const std::filesystem::path& dir);

/// Reads DIR/NAME/figures.csv. Throws BadInput if its figures are not those of the claim.
Trial read_reference(const Claim& claim, const std::filesystem::path& dir);

/// Puts a section for each claim that DIR has figures of, in the order of `claims`, between the marks
/// `<!-- claims: begin -->` and `<!-- claims: end -->` of the file. Throws BadInput if it has no such marks.
void assemble_page(const std::vector<Claim>& claims, const std::filesystem::path& dir,
                   const std::filesystem::path& file);

}  // namespace hpnsim
