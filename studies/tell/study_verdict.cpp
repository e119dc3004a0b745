// SPDX-License-Identifier: GPL-2.0-only
// Compares the values of one option over everything else that varies, run by run: the same settings and the
// same seed make a pair.
#include "tell/study_verdict.hpp"

#include "figures/samples.hpp"
#include "hpnsim/contest.hpp"
#include "hpnsim/format.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace hpnsim
{

namespace
{

using Settings = std::vector<std::pair<std::string, std::string>>;

struct Named {
    const char* figure;
    Measure measure;
};

const std::vector<Named>& contests()
{
    static const std::vector<Named> kAll = {{"interruption_us", {"interruption of goodput", "us", true}},
                                            {"iteration_us", {"iteration time", "us", true}},
                                            {"busbw_GBps", {"bus bandwidth", "GB/s", false}},
                                            {"fct_us_p99", {"p99 flow completion time", "us", true}},
                                            {"fct_us_mean", {"mean flow completion time", "us", true}},
                                            {"goodput_gbps", {"goodput", "Gb/s", false}}};
    return kAll;
}

/// A positive value of each seed, or none.
std::vector<double> values_of(const SeedGroup& group, const std::string& figure)
{
    const auto found = group.figures.find(figure);
    if (found == group.figures.end() || found->second.size() != group.seeds.size()) return {};
    const auto positive = [](double value) { return value > 0; };
    return std::all_of(found->second.begin(), found->second.end(), positive) ? found->second
                                                                             : std::vector<double>();
}

/// The first figure that all groups with any figures have.
const Named* common_measure(const std::vector<SeedGroup>& groups)
{
    for (const Named& each : contests()) {
        bool any = false;
        const bool fits = std::all_of(groups.begin(), groups.end(), [&](const SeedGroup& group) {
            if (group.seeds.empty()) return true;
            any = true;
            return !values_of(group, each.figure).empty();
        });
        if (any && fits) return &each;
    }
    return nullptr;
}

bool is_number(const std::string& text)
{
    return !text.empty() && text.find_first_not_of("0123456789.+-eEKMG") == std::string::npos;
}

/// Of the options that vary, the one whose values people compare; empty: all vary in numbers.
std::string contended(const std::vector<SeedGroup>& groups)
{
    std::map<std::string, std::set<std::string>> values;
    for (const SeedGroup& group : groups)
        for (const auto& [option, value] : group.settings) values[option].insert(value);
    const auto names = [&values](const std::string& option) {
        const auto found = values.find(option);
        return found != values.end() && found->second.size() > 1 &&
               std::any_of(found->second.begin(), found->second.end(),
                           [](const std::string& value) { return !is_number(value); });
    };
    for (const char* usual : {"cc", "path", "switch-lb", "transport", "fabric", "algorithm", "topology"})
        if (names(usual)) return usual;
    for (const auto& each : values)
        if (names(each.first)) return each.first;
    return "";
}

/// Where contenders met: other settings and seed, with a value of each.
using Meetings = std::map<std::pair<Settings, std::string>, std::map<std::string, double>>;

Meetings meetings_of(const std::vector<SeedGroup>& groups, const std::string& option,
                     const std::string& figure)
{
    Meetings all;
    for (const SeedGroup& group : groups) {
        const std::vector<double> values = values_of(group, figure);
        const auto own = std::find_if(group.settings.begin(), group.settings.end(),
                                      [&option](const auto& each) { return each.first == option; });
        if (values.empty() || own == group.settings.end()) continue;
        const Settings others = without(group.settings, {option});
        for (size_t at = 0; at < values.size(); ++at)
            all[{others, group.seeds[at]}][own->second] = values[at];
    }
    size_t most = 0;
    for (const auto& each : all) most = std::max(most, each.second.size());
    for (auto each = all.begin(); each != all.end();)
        each = each->second.size() < most ? all.erase(each) : std::next(each);
    return all;
}

std::vector<Contender> contenders_of(const Meetings& meetings)
{
    std::map<std::string, Contender> all;
    for (const auto& meeting : meetings)
        for (const auto& [label, value] : meeting.second) {
            all[label].label = label;
            all[label].values.push_back(value);
        }
    std::vector<Contender> out;
    for (auto& each : all)
        if (each.second.values.size() == meetings.size()) out.push_back(std::move(each.second));
    return out;
}

size_t settings_of(const Meetings& meetings)
{
    std::set<Settings> all;
    for (const auto& each : meetings) all.insert(each.first.first);
    return all.size();
}

std::string extremes(const std::vector<SeedGroup>& groups, const Named& named)
{
    const SeedGroup *best = nullptr, *worst = nullptr;
    const auto mean = [&named](const SeedGroup& group) {
        const double value = mean_of(values_of(group, named.figure));
        return named.measure.lower_is_better ? value : -value;
    };
    for (const SeedGroup& group : groups) {
        if (group.seeds.empty()) continue;
        if (best == nullptr || mean(group) < mean(*best)) best = &group;
        if (worst == nullptr || mean(group) > mean(*worst)) worst = &group;
    }
    if (best == nullptr || worst == nullptr) return "";  // no run has ended
    const auto told = [&named](const SeedGroup& group) {
        return estimate_text(values_of(group, named.figure), named.measure, "seeds") +
               (group.settings.empty() ? "" : " with " + text_of_settings(group.settings));
    };
    std::string words = named.measure.words;
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
    if (best == worst) return words + " is " + told(*best) + ".";
    return words + " is best, " + told(*best) + ", and worst, " + told(*worst) + ".";
}

}  // namespace

std::string study_verdict(const std::vector<SeedGroup>& groups)
{
    const Named* named = common_measure(groups);
    if (named == nullptr) return "The runs have no figure in common that says what is best.";
    const std::string option = contended(groups);
    const Meetings meetings = option.empty() ? Meetings() : meetings_of(groups, option, named->figure);
    const std::vector<Contender> contenders = contenders_of(meetings);
    if (contenders.size() < 2) return extremes(groups, *named);
    const size_t settings = settings_of(meetings);
    if (settings < 2) return contest_sentence(named->measure, contenders, Averaging::mean, "seeds");
    return contest_sentence(named->measure, contenders, Averaging::geometric,
                            "pairs of runs in " + std::to_string(settings) + " settings");
}

std::vector<std::string> study_facts(const std::vector<SeedGroup>& groups)
{
    std::vector<std::string> out;
    const Named* named = common_measure(groups);
    const std::string option = contended(groups);
    if (named == nullptr || option.empty()) return out;
    std::map<Settings, std::map<std::string, std::vector<double>>> by_settings;
    for (const auto& [where, values] : meetings_of(groups, option, named->figure))
        for (const auto& [label, value] : values) by_settings[where.first][label].push_back(value);
    if (by_settings.size() < 2) return out;
    std::map<std::string, size_t> best_in;
    for (const auto& [settings, values] : by_settings) {
        std::vector<Contender> here;
        for (const auto& [label, of] : values) here.push_back({label, of});
        ++best_in[ranked(named->measure, here, Averaging::mean).front().label];
    }
    std::string text;
    for (const auto& [label, count] : best_in)
        text += (text.empty() ? "" : ", ") + label + " in " + std::to_string(count) + " of " +
                std::to_string(by_settings.size());
    out.push_back("Settings of everything but " + option + " in which a value has the best " +
                  named->measure.words + ": " + text + ".");
    out.push_back(extremes(groups, *named));
    return out;
}

}  // namespace hpnsim
