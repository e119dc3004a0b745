// SPDX-License-Identifier: GPL-2.0-only
// Groups runs by what varies beside the seed, and writes a row for each.
#include "hpnsim/study_table.hpp"

#include "hpnsim/format.hpp"
#include "tell/text_table.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

bool varies(const StudyRun& run, const std::string& option)
{
    return std::find(run.swept.begin(), run.swept.end(), option) != run.swept.end();
}

std::vector<std::pair<std::string, std::string>> key_of(const StudyRun& run)
{
    std::vector<std::pair<std::string, std::string>> key;
    for (const auto& each : run.settings)
        if (each.first != "seed" && varies(run, each.first)) key.push_back(each);
    return key;
}

std::string seed_of(const StudyRun& run)
{
    for (const auto& [option, value] : run.settings)
        if (option == "seed") return value;
    return "1";
}

/// Seeds that are too small for the figure, as for a percentile, have no value.
std::string cell_of(const std::vector<double>& values, size_t seeds)
{
    if (values.empty()) return "-";
    const Estimate found = bootstrap(values, mean_of);
    std::string text = format_short(found.value);
    if (found.interval && found.interval->low < found.interval->high)
        text += " (" + format_short(found.interval->low) + " to " + format_short(found.interval->high) + ")";
    if (values.size() < seeds)
        text += " [" + std::to_string(values.size()) + " of " + std::to_string(seeds) + "]";
    return text;
}

void print_remarks(std::ostream& out, const std::vector<SeedGroup>& groups,
                   const std::vector<std::string>& figures)
{
    const auto count = [&groups](auto holds) { return std::count_if(groups.begin(), groups.end(), holds); };
    const auto small = count([](const SeedGroup& each) {
        return each.seeds.size() > 1 && each.seeds.size() < kFewestForInterval;
    });
    const auto same = count(identical_seeds);
    const auto partly = count([&figures](const SeedGroup& each) {
        return std::any_of(figures.begin(), figures.end(), [&each](const std::string& figure) {
            const auto values = each.figures.find(figure);
            return values != each.figures.end() && values->second.size() < each.seeds.size();
        });
    });
    if (!groups.empty() && groups.front().seeds.size() >= kFewestForInterval)
        out << "Means over seeds, with 95 % intervals (bootstrap) in parentheses.\n";
    if (small > 0) out << "No intervals: they take at least " << kFewestForInterval << " seeds (--seeds).\n";
    if (partly > 0)
        out << "In brackets: how many seeds have the figure; the samples of the others are too small for it, "
               "as those of "
               "fewer than 100 flows are for a p99.\n";
    if (same > 0)
        out << same << " of " << groups.size()
            << " rows have seeds whose runs are identical: nothing in them is random. --jitter-ns makes "
               "starts so.\n";
}

}  // namespace

bool identical_seeds(const SeedGroup& group)
{
    if (group.seeds.size() < 2) return false;
    return std::all_of(group.figures.begin(), group.figures.end(), [](const auto& each) {
        const auto& values = each.second;
        return std::all_of(values.begin(), values.end(), [&](double value) { return value == values[0]; });
    });
}

std::vector<SeedGroup> groups_of(const std::vector<StudyRun>& runs, const StudyStore& store)
{
    std::map<std::string, Figures> found;
    const std::vector<StoredRun> stored = store.runs();
    const std::vector<Figures> results = store.results();
    for (size_t at = 0; at < stored.size(); ++at) found[stored[at].label] = results[at];
    std::vector<SeedGroup> groups;
    for (const StudyRun& run : runs) {
        const auto key = key_of(run);
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&key](const SeedGroup& each) { return each.settings == key; });
        if (group == groups.end()) group = groups.insert(groups.end(), SeedGroup{key, {}, {}, {}, 0});
        ++group->runs;
        const Figures& figures = found[run.label];
        bool any = false;
        for (const auto& [name, value] : figures) {
            const auto* number = std::get_if<double>(&value);
            const bool setting = std::any_of(run.settings.begin(), run.settings.end(),
                                             [&name = name](const auto& each) { return each.first == name; });
            if (number == nullptr || setting) continue;
            group->figures[name].push_back(*number);
            group->by_seed[name][seed_of(run)] = *number;
            any = true;
        }
        if (any) group->seeds.push_back(seed_of(run));
    }
    return groups;
}

std::vector<std::string> usual_figures(const std::vector<SeedGroup>& groups)
{
    static const std::vector<std::string> kUsual = {
        "fct_us_mean",  "fct_us_p50",   "fct_us_p99",      "slowdown_p99", "busbw_GBps", "efficiency",
        "goodput_gbps", "iteration_us", "max_queue_bytes", "drops",        "pfc_pauses"};
    std::vector<std::string> there;
    for (const std::string& name : kUsual) {
        const bool any = std::any_of(groups.begin(), groups.end(), [&name](const SeedGroup& group) {
            const auto values = group.figures.find(name);
            return values != group.figures.end() && std::any_of(values->second.begin(), values->second.end(),
                                                                [](double value) { return value != 0; });
        });
        if (any) there.push_back(name);
    }
    return there;
}

void print_table(std::ostream& out, const std::vector<SeedGroup>& groups,
                 const std::vector<std::string>& figures)
{
    if (groups.empty()) return;
    TextRow head;
    for (const auto& [option, value] : groups.front().settings) head.push_back(option);
    head.emplace_back("seeds");
    head.insert(head.end(), figures.begin(), figures.end());
    std::vector<TextRow> rows = {head};
    for (const SeedGroup& group : groups) {
        TextRow row;
        for (size_t at = 0; at + figures.size() + 1 < head.size(); ++at) {
            const auto found = std::find_if(group.settings.begin(), group.settings.end(),
                                            [&](const auto& each) { return each.first == head[at]; });
            row.push_back(found == group.settings.end() ? "-" : found->second);
        }
        row.push_back(std::to_string(group.seeds.size()) +
                      (group.seeds.size() < group.runs ? " of " + std::to_string(group.runs) : ""));
        for (const std::string& figure : figures) {
            const auto values = group.figures.find(figure);
            row.push_back(values == group.figures.end() ? "-" : cell_of(values->second, group.seeds.size()));
        }
        rows.push_back(row);
    }
    print_rows(out, rows);
    print_remarks(out, groups, figures);
}

}  // namespace hpnsim
