// SPDX-License-Identifier: GPL-2.0-only
// The figures that `plot` knows: what each shows, and how it is made from folders of runs, from output
// folders, and from the folders of sweeps with their databases.
#pragma once

#include "hpnsim/graph.hpp"
#include "hpnsim/study_table.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// What a user asks of a figure.
struct FigureWish {
    std::vector<std::filesystem::path> folders;
    std::vector<std::pair<std::string, std::string>> where;  ///< OPTION=VALUE that runs must have
    std::vector<std::string> runs;                           ///< labels of runs; none: all
    std::string x, y, series;                                ///< of xy and scaling
    std::string ideal = "linear";                            ///< of scaling
    std::string of;                                          ///< of series
    std::vector<std::string> only;
};

struct FigureKind {
    const char* name;
    const char* doc;
    Graph (*make)(const FigureWish& wish);
};

const std::vector<FigureKind>& figure_kinds();

/// Makes a figure. Throws BadInput: no such figure, with the nearest; folders that do not have what it takes.
Graph make_figure(const std::string& name, const FigureWish& wish);

/// For each figure that the folders have data for: its name, and what can be asked of it.
std::vector<std::pair<std::string, std::string>> possible_figures(const FigureWish& wish);

/// True if the folder is that of a sweep: it has a database.
bool is_study_folder(const std::filesystem::path& dir);

/// Runs of a sweep's folder by what varies beside the seed, with their figures. Throws BadInput.
std::vector<SeedGroup> seed_groups(const std::filesystem::path& dir);

}  // namespace hpnsim
