// SPDX-License-Identifier: GPL-2.0-only
// Writes what `cc --list` and `cc NAME` print, from the declarations of the algorithms.
#include "hpnsim/describe.hpp"

#include "hpnsim/choose.hpp"
#include "hpnsim/plugin_files.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

std::string padded(std::string text, size_t width)
{
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

template <class Ops> void append(std::vector<const SlotOps*>& slots, const std::vector<const Ops*>& table)
{
    for (const Ops* ops : table) slots.push_back(&ops->slot);
}

std::string from_text(const SlotOps& slot)
{
    const PluginFile* file = plugin_of(slot);
    return file == nullptr ? "" : " [" + file->path + "]";
}

template <class Ops> std::string section(const std::string& title, const std::vector<const Ops*>& table)
{
    std::string text = title + "\n";
    for (const Ops* ops : table)
        text += "  " + padded(ops->slot.info->name, 10) + "  " + ops->slot.info->doc + from_text(ops->slot) +
                "\n";
    return text;
}

std::string needs_text(Needs needs)
{
    const std::pair<Needs, const char*> all[] = {
        {Needs::ecn, "ECN echoed in ACKs"},
        {Needs::cnp, "CNPs"},
        {Needs::rtt, "RTT samples"},
        {Needs::telemetry, "in-band telemetry"},
        {Needs::trimming, "trimming"},
        {Needs::credits, "receiver credits"},
        {Needs::accepts_credits, "receiver credits if granted (--receiver credit)"},
        {Needs::digest, "digests"},
        {Needs::notices, "switches' notices"}};
    std::vector<std::string> needed;
    for (const auto& [need, words] : all)
        if (has(needs, need)) needed.emplace_back(words);
    return needed.empty() ? "nothing" : joined_texts(needed);
}

std::string range_text(const Param& param)
{
    if (param.integer && param.lo == 0 && param.hi == 1) return "0 or 1";
    return format_number(param.lo) + " to " + format_number(param.hi) + (param.integer ? ", whole" : "");
}

std::string param_table(const SlotOps& slot)
{
    const std::shared_ptr<void> defaults = make_params("defaults", slot, {});
    std::vector<std::vector<std::string>> rows = {{"key", "default", "unit", "range", "meaning (source)"}};
    for (const Param& param : slot.params)
        rows.push_back({param.name, format_number(param.get(defaults.get())), *param.unit ? param.unit : "-",
                        range_text(param), param.doc});
    std::vector<size_t> widths(4, 0);
    for (const auto& row : rows)
        for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const auto& row : rows) {
        text += "  ";
        for (size_t i = 0; i < widths.size(); ++i) text += padded(row[i], widths[i]) + "  ";
        text += row.back() + "\n";
    }
    return text;
}

/// Says what else the preset puts in force, unless the user says otherwise.
std::string brings_text(const Preset& preset)
{
    std::string text;
    for (const auto& [option, spec] : {std::pair("--transport ", preset.transport),
                                       {"--fabric ", preset.fabric},
                                       {"--receiver ", preset.receiver}})
        if (*spec != '\0') text += (text.empty() ? "      with " : " ") + std::string(option) + spec;
    return text.empty() ? "" : text + ", unless told otherwise\n";
}

std::string preset_table(const SlotOps& slot)
{
    std::string text;
    for (const Preset& preset : slot.presets)
        text += "  " + std::string(preset.name) + "  (" + preset.source + ")\n      " + preset.values + "\n" +
                brings_text(preset);
    return text;
}

template <class Ops> bool holds(const std::vector<const Ops*>& table, const SlotOps& slot)
{
    return std::any_of(table.begin(), table.end(), [&](const Ops* ops) { return &ops->slot == &slot; });
}

std::vector<const SlotOps*> all_slots()
{
    std::vector<const SlotOps*> slots;
    append(slots, all_cc());
    append(slots, all_paths());
    append(slots, all_receivers());
    return slots;
}

const SlotOps* slot_named(const std::string& name)
{
    for (const SlotOps* slot : all_slots())
        if (name == slot->info->name) return slot;
    return nullptr;
}

}  // namespace

std::string list_algorithms()
{
    return section("congestion control (--cc)", all_cc()) + section("path policies (--path)", all_paths()) +
           section("receiver policies", all_receivers());
}

std::string describe(const SlotOps& slot)
{
    const Info& info = *slot.info;
    std::string text = std::string(info.name) + ": " + info.doc + "\n";
    if (holds(all_cc(), slot)) {
        text += "\nneeds     " + needs_text(info.needs) + "\n";
        text += "runs with --transport " + std::string(info.defaults.transport) + " --fabric " +
                info.defaults.fabric + " --path " + info.defaults.path + ", receiver " +
                info.defaults.receiver + ", unless told otherwise\n";
    }
    text += "state     " + std::to_string(slot.state_size) + " bytes\n";
    if (const PluginFile* file = plugin_of(slot))
        text += "from      " + file->path + " (SHA-256 " + file->sha256 + ")\n";
    text += slot.params.size > 0 ? "\nparameters\n" + param_table(slot) : "\nno parameters\n";
    if (slot.presets.size > 0) text += "\npresets (preset=NAME; other keys override)\n" + preset_table(slot);
    return text;
}

const SlotOps& find_algorithm(const std::string& name)
{
    if (const SlotOps* slot = slot_named(name)) return *slot;
    find_plugin("cc", name);
    if (const SlotOps* slot = slot_named(name)) return *slot;
    std::vector<std::string> names;
    for (const SlotOps* slot : all_slots()) names.emplace_back(slot->info->name);
    throw BadInput("cc: there is no algorithm '" + name + "'" + suggestion(name, names) +
                   not_in_plugin_path());
}

}  // namespace hpnsim
