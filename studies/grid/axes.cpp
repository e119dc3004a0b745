// SPDX-License-Identifier: GPL-2.0-only
// Finds the values that a text gives an option: braces, lists, and what an option takes as it is.
#include "grid/axes.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/text.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

std::vector<std::string> words_of(const std::string& text)
{
    std::vector<std::string> words;
    for (const std::string& part : split(text, ' '))
        if (!part.empty()) words.push_back(part);
    return words;
}

std::string trimmed(const std::string& text)
{
    const size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Options by which a sweep itself says where results go and what is drawn.
bool is_the_sweeps(const std::string& option)
{
    return option == "out" || option == "config" || option == "quiet" || option == "no-plots";
}

/// True for a text like dcqcn,hpcc: names alone, in an option that takes NAME[:key=value,...].
bool lists_names(const OptionDecl& option, const std::string& text)
{
    return option.value.compare(0, 4, "NAME") == 0 && text.find(',') != std::string::npos &&
           text.find_first_of(":=\\") == std::string::npos;
}

bool takes(const OptionDecl& option, Options options, const std::string& text)
{
    try {
        option.set(options, "", text);
        return true;
    } catch (const BadInput&) {
        return false;
    }
}

}  // namespace

void check_scenario(const std::string& place, const std::string& name)
{
    std::vector<std::string> names;
    for (const ScenarioInfo* each : all_scenarios()) names.emplace_back(each->name);
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw BadInput(place + "no scenario '" + name + "'" + suggestion_of_all(name, names));
}

AxisBuilder::AxisBuilder(const std::string& scenario) : scenario_(scenario), table_(option_table(scenario)) {}

bool AxisBuilder::stands_alone(const std::string& option) const
{
    const OptionDecl* found = find_option(table_, option);
    return found != nullptr && found->value.empty();
}

std::string AxisBuilder::bare() const
{
    return scenario_named(scenario_).bare;
}

std::string AxisBuilder::name_of_letter(char letter) const
{
    const auto& letters = scenario_named(scenario_).letters;
    const auto found = letters.find(letter);
    return found == letters.end() ? "" : found->second;
}

void AxisBuilder::check(const std::string& place, const OptionDecl& option, const std::string& text) const
{
    Options scratch;
    scratch.scenario = scenario_;
    scratch.own = scenario_named(scenario_).options;
    option.set(scratch, place, text);
}

std::vector<std::string> AxisBuilder::values_in(const std::string& place, const OptionDecl& option,
                                                const std::string& text) const
{
    std::vector<std::string> values;
    Options scratch;
    scratch.scenario = scenario_;
    scratch.own = scenario_named(scenario_).options;
    for (const std::string& each : expand_braces(place, text)) {
        const bool whole = takes(option, scratch, each) && !lists_names(option, each);
        for (const std::string& value : whole ? std::vector<std::string>{each} : split(each, ',')) {
            const std::string plain = trimmed(value);
            if (plain.empty()) throw BadInput(place + ": one of the values in '" + text + "' is empty");
            check(place, option, plain);
            values.push_back(plain);
        }
    }
    return values;
}

const OptionDecl& AxisBuilder::known_option(const std::string& place, const std::string& name) const
{
    const OptionDecl* option = find_option(table_, name);
    if (option == nullptr) {
        const std::string near = nearest(name, option_names(table_));
        throw BadInput(
            place + ": " + scenario_ + " has no such option" +
            (near.empty() ? "; '" + scenario_ + " --help' lists all" : "; the nearest is '" + near + "'"));
    }
    if (is_the_sweeps(name))
        throw BadInput(place +
                       ": a sweep sets this itself for each run; its own results go to the folder of --out");
    return *option;
}

void AxisBuilder::add(const std::string& place, const std::string& name, const std::string& text)
{
    const bool together = name.find(',') != std::string::npos || text.find(';') != std::string::npos;
    if (together) return add_together(place, name, text);
    const OptionDecl& option = known_option(place, name);
    auto axis =
        std::find_if(axes_.begin(), axes_.end(), [&](const Axis& each) { return each.option == name; });
    if (axis == axes_.end()) axis = axes_.insert(axes_.end(), Axis{name, {}});
    for (const std::string& value : values_in(place, option, text)) {
        if (std::find(axis->values.begin(), axis->values.end(), value) != axis->values.end())
            throw BadInput(place + ": " + value + " is given twice");
        axis->values.push_back(value);
    }
}

void AxisBuilder::add_together(const std::string& place, const std::string& options, const std::string& text)
{
    Axis axis;
    std::vector<const OptionDecl*> together;
    for (const std::string& each : split(options, ',')) {
        together.push_back(&known_option(place, trimmed(each)));
        axis.option += (axis.option.empty() ? "" : ",") + trimmed(each);
    }
    for (const std::string& group : split(text, ';')) {
        const std::vector<std::string> values = words_of(group);
        if (values.size() != together.size())
            throw BadInput(place + ": '" + trimmed(group) + "' is not " + std::to_string(together.size()) +
                           " values with blanks between them, one for each option");
        for (size_t at = 0; at < values.size(); ++at) check(place, *together[at], values[at]);
        axis.values.push_back(joined_texts(values, " "));
    }
    axes_.push_back(axis);
}

/// Replaces --seeds K by the seeds themselves: each is a run, and so a sample.
std::vector<Axis> AxisBuilder::finish() const
{
    std::vector<Axis> axes = axes_;
    const auto named = [&axes](const char* name) {
        return std::find_if(axes.begin(), axes.end(),
                            [name](const Axis& each) { return each.option == name; });
    };
    const auto seeds = named("seeds");
    if (seeds == axes.end()) return axes;
    if (seeds->swept()) throw BadInput("--seeds: one number of seeds; each seed becomes a run of its own");
    const auto count = std::stoull(seeds->values[0]);
    axes.erase(seeds);
    const auto first = named("seed");
    const uint64_t from = first == axes.end() ? 1 : std::stoull(first->values[0]);
    if (first != axes.end() && first->swept())
        throw BadInput("--seed and --seeds: give the seeds themselves, or the first and how many");
    if (first != axes.end()) axes.erase(first);
    Axis all{"seed", {}};
    for (uint64_t k = 0; k < count; ++k) all.values.push_back(std::to_string(from + k));
    axes.push_back(all);
    return axes;
}

}  // namespace hpnsim
