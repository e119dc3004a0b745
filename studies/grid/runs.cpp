// SPDX-License-Identifier: GPL-2.0-only
// Expands a study into its runs and names each by what varies.
#include "hpnsim/runs.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/option_table.hpp"
#include "hpnsim/study.hpp"

#include <algorithm>
#include <set>
#include <sstream>

namespace hpnsim
{

namespace
{

void check_number(const Study& study)
{
    double all = 0;
    for (const Grid& grid : study.grids) {
        double runs = 1;
        for (const Axis& axis : grid.axes) runs *= static_cast<double>(axis.values.size());
        all += runs;
    }
    if (all > static_cast<double>(kMostRuns))
        throw BadInput("the study has more than " + std::to_string(kMostRuns) + " runs; take fewer values");
}

/// True if the option differs between runs of the study.
bool varies(const Study& study, const std::string& option)
{
    std::set<std::vector<std::string>> seen;
    for (const Grid& grid : study.grids) {
        std::vector<std::string> values;
        for (const Axis& axis : grid.axes)
            if (axis.option == option) values = axis.values;
        if (values.size() > 1) return true;
        seen.insert(values);
    }
    return seen.size() > 1;
}

std::vector<std::string> varying(const Study& study)
{
    std::vector<std::string> names;
    for (const Grid& grid : study.grids)
        for (const Axis& axis : grid.axes)
            if (std::find(names.begin(), names.end(), axis.option) == names.end() &&
                varies(study, axis.option))
                names.push_back(axis.option);
    std::vector<std::string> single;
    for (const std::string& name : names) {
        std::istringstream options(name);
        for (std::string option; std::getline(options, option, ',');) single.push_back(option);
    }
    return single;
}

std::string named(const Grid& grid, const StudyRun& run)
{
    std::string text = grid.name;
    for (const auto& [option, value] : run.settings)
        if (std::find(run.swept.begin(), run.swept.end(), option) != run.swept.end())
            text += (text.empty() ? "" : "+") + option + "=" + value;
    return text.empty() ? "run" : label_of(text);
}

/// Sets the options of an axis, which may be several, to its value number `at`.
void set(const Axis& axis, size_t at, StudyRun& run)
{
    std::istringstream options(axis.option), values(axis.values[at]);
    if (axis.option.find(',') == std::string::npos) {
        run.settings.emplace_back(axis.option, axis.values[at]);
        return;
    }
    std::string option, value;
    while (std::getline(options, option, ',') && values >> value) run.settings.emplace_back(option, value);
}

void expand_grid(const Grid& grid, const std::vector<std::string>& swept, std::vector<StudyRun>& runs)
{
    std::vector<size_t> at(grid.axes.size(), 0);
    for (;;) {
        StudyRun run;
        run.swept = swept;
        for (size_t k = 0; k < grid.axes.size(); ++k) set(grid.axes[k], at[k], run);
        run.label = named(grid, run);
        runs.push_back(std::move(run));
        size_t k = grid.axes.size();
        while (k > 0 && ++at[k - 1] == grid.axes[k - 1].values.size()) at[--k] = 0;
        if (k == 0) return;
    }
}

/// Two grids may hold the same run: it is made once. Two runs may have the same label: it gets a number.
std::vector<StudyRun> each_once(std::vector<StudyRun> runs)
{
    std::set<std::vector<std::pair<std::string, std::string>>> seen;
    std::set<std::string> labels;
    std::vector<StudyRun> once;
    for (StudyRun& run : runs) {
        auto sorted = run.settings;
        std::sort(sorted.begin(), sorted.end());
        if (!seen.insert(sorted).second) continue;
        const std::string label = run.label;
        for (int copy = 2; !labels.insert(run.label).second; ++copy)
            run.label = label + "-" + std::to_string(copy);
        once.push_back(std::move(run));
    }
    return once;
}

}  // namespace

std::vector<std::string> StudyRun::words(const std::string& scenario) const
{
    const std::vector<OptionDecl> table = option_table(scenario);
    std::vector<std::string> words = {scenario};
    for (const auto& [option, value] : settings) {
        const OptionDecl* declared = find_option(table, option);
        if (declared != nullptr && declared->value.empty()) {
            if (value == "true") words.push_back("--" + option);
            continue;
        }
        words.push_back("--" + option);
        words.push_back(value);
    }
    return words;
}

std::vector<StudyRun> runs_of(const Study& study)
{
    check_number(study);
    const std::vector<std::string> swept = varying(study);
    std::vector<StudyRun> runs;
    for (const Grid& grid : study.grids) expand_grid(grid, swept, runs);
    return each_once(std::move(runs));
}

}  // namespace hpnsim
