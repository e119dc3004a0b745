// SPDX-License-Identifier: GPL-2.0-only
// The results of a study as a table for a person: runs that differ by their seed alone become one row, with
// means and their confidence intervals.
#pragma once

#include "hpnsim/bootstrap.hpp"
#include "hpnsim/study_store.hpp"

#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace hpnsim
{

/// Runs that differ by their seed alone.
struct SeedGroup {
    std::vector<std::pair<std::string, std::string>> settings;     ///< what varies between groups
    std::vector<std::string> seeds;                                ///< of those that have figures
    std::map<std::string, std::vector<double>> figures;            ///< numbers, one a seed
    std::map<std::string, std::map<std::string, double>> by_seed;  ///< the same, by seed
    size_t runs = 0;                                               ///< with those that have no figures
};

std::vector<SeedGroup> groups_of(const std::vector<StudyRun>& runs, const StudyStore& store);

/// True if no seed of the group changed any figure, though there are several.
bool identical_seeds(const SeedGroup& group);

/// Names of figures, in the order in which people ask for them, of which `groups` have any.
std::vector<std::string> usual_figures(const std::vector<SeedGroup>& groups);

/// Compares groups that differ by their CC alone, or else their path policy, seed by seed with the first of
/// them: what seeds have in common, such as arrivals, cancels. Writes nothing where there are no such groups,
/// or no two seeds. `figures` are those that somebody asked for; none: the usual ones.
void print_comparison(std::ostream& out, const std::vector<SeedGroup>& groups,
                      const std::vector<std::string>& figures);

/// Writes the table, and below it a remark on samples that are too small for intervals or do not vary at all.
void print_table(std::ostream& out, const std::vector<SeedGroup>& groups,
                 const std::vector<std::string>& figures);

}  // namespace hpnsim
