// SPDX-License-Identifier: GPL-2.0-only
// Finds the runs that a figure is made of, whatever kind of folder holds them.
#pragma once

#include "hpnsim/figure_kinds.hpp"
#include "hpnsim/run_graphs.hpp"

namespace hpnsim
{

/// The runs of all folders. In a sweep's folder those that differ by their seed alone are one sample, named
/// by what varies. Throws BadInput if there are none, or if the wish speaks of options and runs that are not
/// there.
std::vector<RunSample> samples_of(const FigureWish& wish);

/// What varies, in few words: "hpcc, senders 64". Names that explain themselves stand alone.
std::string text_of_settings(const std::vector<std::pair<std::string, std::string>>& settings);
/// "65536" of an option of sizes as "64K".
std::string text_of_value(const std::string& option, const std::string& value);

/// Options whose value all have in common.
std::vector<std::string>
shared_options(const std::vector<std::vector<std::pair<std::string, std::string>>>& all);
/// The settings but for those of these options.
std::vector<std::pair<std::string, std::string>>
without(std::vector<std::pair<std::string, std::string>> settings, const std::vector<std::string>& options);

/// True if the settings hold all of `where`. An option that none of the runs varies is an error of the
/// caller's; sizes may be written as users write them.
bool fits(const std::vector<std::pair<std::string, std::string>>& settings,
          const std::vector<std::pair<std::string, std::string>>& where);
/// Throws BadInput if `where` names an option, or a value of it, that no run has.
void check_where(const std::vector<std::pair<std::string, std::string>>& where,
                 const std::vector<std::vector<std::pair<std::string, std::string>>>& all);

}  // namespace hpnsim
