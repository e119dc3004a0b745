// SPDX-License-Identifier: GPL-2.0-only
// Compares congestion controls, or path policies, seed by seed.
#include "hpnsim/study_table.hpp"
#include "tell/text_table.hpp"

#include <algorithm>
#include <optional>

namespace hpnsim
{

namespace
{

using Settings = std::vector<std::pair<std::string, std::string>>;

std::string value_in(const Settings& settings, const std::string& option)
{
    for (const auto& each : settings)
        if (each.first == option) return each.second;
    return "";
}

Settings without(Settings settings, const std::string& option)
{
    settings.erase(std::remove_if(settings.begin(), settings.end(),
                                  [&option](const auto& each) { return each.first == option; }),
                   settings.end());
    return settings;
}

/// The option whose values are compared; empty: there is none.
std::string compared_option(const std::vector<SeedGroup>& groups)
{
    for (const char* option : {"cc", "path"})
        for (const SeedGroup& group : groups)
            if (value_in(group.settings, option) != value_in(groups.front().settings, option)) return option;
    return "";
}

std::vector<std::string> usual(const std::vector<SeedGroup>& groups)
{
    const auto any = [&groups](const std::string& name) {
        return std::any_of(groups.begin(), groups.end(),
                           [&name](const SeedGroup& group) { return group.by_seed.count(name) != 0; });
    };
    std::vector<std::string> names = {any("fct_us_p99") ? "fct_us_p99" : "fct_us_mean"};
    for (const char* more : {"slowdown_p99", "busbw_GBps", "iteration_us"})
        if (any(more)) names.emplace_back(more);
    return names;
}

/// Of the seeds that both have. Nothing where these are fewer than two.
std::optional<Estimate> change_between(const SeedGroup& first, const SeedGroup& other,
                                       const std::string& figure)
{
    const auto a = first.by_seed.find(figure), b = other.by_seed.find(figure);
    if (a == first.by_seed.end() || b == other.by_seed.end()) return std::nullopt;
    std::vector<double> of_first, of_other;
    for (const auto& [seed, value] : a->second) {
        const auto same = b->second.find(seed);
        if (same == b->second.end()) continue;
        of_first.push_back(value);
        of_other.push_back(same->second);
    }
    const bool none = std::all_of(of_first.begin(), of_first.end(), [](double value) { return value == 0; });
    if (of_first.size() < 2 || none) return std::nullopt;
    return paired_change(of_first, of_other);
}

}  // namespace

void print_comparison(std::ostream& out, const std::vector<SeedGroup>& groups,
                      const std::vector<std::string>& figures)
{
    const std::string option = groups.empty() ? "" : compared_option(groups);
    if (option.empty()) return;
    const std::string first = value_in(groups.front().settings, option);
    const std::vector<std::string> names = figures.empty() ? usual(groups) : figures;
    TextRow head;
    for (const auto& each : groups.front().settings) head.push_back(each.first);
    head.insert(head.end(), names.begin(), names.end());
    std::vector<TextRow> rows = {head};
    for (const SeedGroup& group : groups) {
        if (value_in(group.settings, option) == first) continue;
        const auto base = std::find_if(groups.begin(), groups.end(), [&](const SeedGroup& each) {
            return value_in(each.settings, option) == first &&
                   without(each.settings, option) == without(group.settings, option);
        });
        if (base == groups.end()) continue;
        TextRow row;
        for (size_t at = 0; at + names.size() < head.size(); ++at)
            row.push_back(value_in(group.settings, head[at]));
        bool any = false;
        for (const std::string& name : names) {
            const auto change = change_between(*base, group, name);
            row.push_back(change ? change_text(*change) : "-");
            any = any || change;
        }
        if (any) rows.push_back(row);
    }
    if (rows.size() < 2) return;
    out << "\nAgainst " << option << " " << first << ", seed by seed:\n";
    print_rows(out, rows);
}

}  // namespace hpnsim
