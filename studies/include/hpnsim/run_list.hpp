// SPDX-License-Identifier: GPL-2.0-only
// A list of the runs that a folder holds: how each ended, and its main figures.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hpnsim
{

/// A run as a list has it.
struct ListedRun {
    std::string label, status;
    uint64_t bytes = 0;                         ///< of its folder on disk
    std::map<std::string, std::string> values;  ///< figures by name, as text
    std::vector<std::string> warnings;
};

/// The runs of an output folder, of a sweep's folder, or of one run. Throws BadInput.
std::vector<ListedRun> listed_runs(const std::filesystem::path& dir);

/// Figures that any of the runs has, sorted.
std::vector<std::string> columns_of(const std::vector<ListedRun>& runs);

}  // namespace hpnsim
