// SPDX-License-Identifier: GPL-2.0-only
// Makes one table of options from the settings of a scenario and those that all have in common.
#include "hpnsim/option_table.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/scenario.hpp"

namespace hpnsim
{

namespace
{

using Table = std::vector<OptionDecl>;

/// Writes the meaning, and the default unless hpnsim chooses it, which the meaning then says.
std::string help_of(const Setting& setting, const void* standard)
{
    const KeyTexts texts = setting.write(standard);
    const bool plain = texts.size() == 1 && !setting.placeholder.empty() && !texts[0].second.empty() &&
                       texts[0].second != kAuto;
    return setting.doc + (plain ? " (default " + texts[0].second + ")" : "");
}

/// `part_of` finds in Options what the setting is read into.
template <class PartOf>
OptionDecl declared(const Setting& setting, const std::string& group, const void* standard, PartOf part_of)
{
    const auto set = [&setting, part_of](Options& options, const std::string& what, const std::string& text) {
        setting.read(part_of(options), what, setting.name, text);
    };
    return {setting.name, setting.placeholder, group, help_of(setting, standard), set, setting.repeatable};
}

void append(std::vector<WrittenOption>& all, const Setting& setting, const void* part, const Origins& origins)
{
    if (setting.name == "config") return;  // what it says stands in the other options
    for (auto& [name, text] : setting.write(part)) all.push_back({name, text, origins.of(name)});
}

}  // namespace

std::vector<OptionDecl> option_table(const std::string& scenario)
{
    OwnOptions own = scenario_named(scenario).options;
    Table table;
    for (const Setting& each : own.settings())
        table.push_back(
            declared(each, "What happens", own.part(), [](Options& options) { return options.own.part(); }));
    const CommonOptions standard;
    for (const OptionGroup& group : CommonOptions::groups())
        for (const Setting& each : group.settings)
            table.push_back(declared(each, group.title, &standard,
                                     [](Options& options) -> void* { return &options.common; }));
    return table;
}

const OptionDecl* find_option(const std::vector<OptionDecl>& table, const std::string& name)
{
    for (const OptionDecl& option : table)
        if (option.name == name) return &option;
    return nullptr;
}

std::vector<std::string> option_names(const std::vector<OptionDecl>& table)
{
    std::vector<std::string> names = {"help", "version"};
    for (const OptionDecl& option : table) names.push_back(option.name);
    return names;
}

std::vector<WrittenOption> written(const Options& options)
{
    std::vector<WrittenOption> all;
    OwnOptions own = options.own;
    for (const Setting& each : own.settings()) append(all, each, own.part(), options.origins);
    for (const OptionGroup& group : CommonOptions::groups())
        for (const Setting& each : group.settings) append(all, each, &options.common, options.origins);
    for (WrittenOption& each : all)
        if (options.idle.count(each.name) != 0) each.text.clear();
    return all;
}

}  // namespace hpnsim
