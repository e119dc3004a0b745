// SPDX-License-Identifier: GPL-2.0-only
// Reads a study from a file.
#include "grid/sections.hpp"

#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

Study study_of_file(const std::string& path)
{
    std::vector<Section> sections = sections_of(path);
    Study study;
    study.scenario = take_scenario(sections.front());
    if (study.scenario.empty())
        throw BadLine(path + ": there is no line 'scenario = NAME' before the first section");
    if (sections.size() == 1) study.grids.push_back(grid_of(study.scenario, {}, sections.front()));
    for (size_t at = 1; at < sections.size(); ++at)
        study.grids.push_back(grid_of(study.scenario, sections.front(), sections[at]));
    return study;
}

}  // namespace hpnsim
