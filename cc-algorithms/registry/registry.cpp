// SPDX-License-Identifier: GPL-2.0-only
// Finds algorithms in the tables by name, and sets their parameters from what a user wrote.
#include "hpnsim/choose.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/plugin_files.hpp"
#include "hpnsim/quantity.hpp"
#include "registry/tables.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

template <class Ops> bool before(const Ops* a, const Ops* b)
{
    return std::string(a->slot.info->name) < b->slot.info->name;
}

template <class Ops> std::vector<const Ops*> by_name(std::vector<const Ops*> table)
{
    std::sort(table.begin(), table.end(), before<Ops>);
    return table;
}

template <class Ops> void insert(std::vector<const Ops*>& table, const Ops& ops)
{
    table.insert(std::upper_bound(table.begin(), table.end(), &ops, before<Ops>), &ops);
}

std::vector<const CcOps*>& cc_table()
{
    static auto table = by_name(built_in::cc());
    return table;
}

std::vector<const PathOps*>& path_table()
{
    static auto table = by_name(built_in::paths());
    return table;
}

std::vector<const ReceiverOps*>& receiver_table()
{
    static auto table = by_name(built_in::receivers());
    return table;
}

template <class Ops> bool holds(const std::vector<const Ops*>& table, const std::string& name)
{
    return std::any_of(table.begin(), table.end(),
                       [&](const Ops* ops) { return name == ops->slot.info->name; });
}

template <class Ops> bool holds(const std::vector<const Ops*>& table, const SlotOps& slot)
{
    return std::any_of(table.begin(), table.end(), [&](const Ops* ops) { return &ops->slot == &slot; });
}

std::string of(const SlotOps& slot)
{
    return "'" + std::string(slot.info->name) + "'";
}

std::string kind_and_name(const SlotOps& slot)
{
    const char* kind = holds(cc_table(), slot)     ? "congestion control "
                       : holds(path_table(), slot) ? "path policy "
                                                   : "receiver policy ";
    return kind + of(slot);
}

/// Loads what the plug-in path has under a name that `table` lacks. Throws BadInput if the file holds
/// something else.
template <class Ops> void look_for(const std::vector<const Ops*>& table, const std::string& what,
                                   const std::string& noun, const std::string& text)
{
    const std::string name = parse_spec(what, text).name;
    const PluginFile* file = holds(table, name) ? nullptr : find_plugin(what, name);
    if (file != nullptr && !holds(table, name))
        throw BadInput(what + ": '" + file->path + "' holds no " + noun + " '" + name + "' but the " +
                       kind_and_name(*file->algorithms.front()));
}

const Param& find_param(const std::string& what, const SlotOps& slot, const std::string& key)
{
    std::vector<std::string> names;
    for (const Param& param : slot.params) {
        if (key == param.name) return param;
        names.emplace_back(param.name);
    }
    if (names.empty()) throw BadInput(what + ": " + of(slot) + " takes no keys, but was given '" + key + "'");
    if (slot.presets.size > 0) names.emplace_back("preset");
    throw BadInput(what + ": " + of(slot) + " has no key '" + key + "'" + suggestion(key, names));
}

const Preset& find_preset(const std::string& what, const SlotOps& slot, const std::string& name)
{
    std::vector<std::string> names;
    for (const Preset& preset : slot.presets) {
        if (name == preset.name) return preset;
        names.emplace_back(preset.name);
    }
    if (names.empty())
        throw BadInput(what + ": " + of(slot) + " has no presets, so preset=" + name + " means nothing");
    throw BadInput(what + ": " + of(slot) + " has no preset '" + name + "'" + suggestion(name, names));
}

std::string with_unit(double value, const char* unit)
{
    return format_number(value) + (*unit ? " " : "") + unit;
}

void set_key(const std::string& what, const SlotOps& slot, void* params, const std::string& key,
             const std::string& text)
{
    set_param(what + ": " + key + " of " + of(slot), find_param(what, slot, key), params, text);
}

}  // namespace

std::shared_ptr<void> make_params(const std::string& what, const SlotOps& slot, const Spec& spec)
{
    const auto align = static_cast<std::align_val_t>(slot.params_align);
    std::shared_ptr<void> params(::operator new(slot.params_size, align),
                                 [align](void* p) { ::operator delete(p, align); });
    slot.make_params(params.get());
    for (const auto& [key, value] : spec.keys) {
        if (key != "preset") continue;
        const Preset& preset = find_preset(what, slot, value);
        const std::string source = what + ": preset '" + preset.name + "'";
        for (const auto& [preset_key, number] :
             parse_spec(source, std::string("preset:") + preset.values).keys)
            set_key(source, slot, params.get(), preset_key, number);
    }
    for (const auto& [key, value] : spec.keys)
        if (key != "preset") set_key(what, slot, params.get(), key, value);
    return params;
}

const Preset* preset_of(const std::string& what, const SlotOps& slot, const std::string& text)
{
    for (const auto& [key, value] : parse_spec(what, text).keys)
        if (key == "preset") return &find_preset(what, slot, value);
    return nullptr;
}

std::string not_in_plugin_path()
{
    const std::string folders = plugin_path_text();
    return folders.empty() ? "" : " (and the plug-in path has none: " + folders + ")";
}

const std::vector<const CcOps*>& all_cc()
{
    return cc_table();
}

const std::vector<const PathOps*>& all_paths()
{
    return path_table();
}

const std::vector<const ReceiverOps*>& all_receivers()
{
    return receiver_table();
}

void add_algorithm(const CcOps& ops)
{
    insert(cc_table(), ops);
}

void add_algorithm(const PathOps& ops)
{
    insert(path_table(), ops);
}

void add_algorithm(const ReceiverOps& ops)
{
    insert(receiver_table(), ops);
}

Chosen<CcOps> choose_cc(const std::string& text)
{
    look_for(all_cc(), "cc", "congestion control", text);
    return choose_from(all_cc(), "cc", "congestion control", text);
}

Chosen<PathOps> choose_path(const std::string& text)
{
    look_for(all_paths(), "path", "path policy", text);
    return choose_from(all_paths(), "path", "path policy", text);
}

Chosen<ReceiverOps> choose_receiver(const std::string& text)
{
    look_for(all_receivers(), "receiver", "receiver policy", text);
    return choose_from(all_receivers(), "receiver", "receiver policy", text);
}

std::vector<std::pair<std::string, std::string>> describe_params(const SlotOps& slot, const void* params)
{
    std::vector<std::pair<std::string, std::string>> lines;
    for (const Param& param : slot.params)
        lines.emplace_back(param.name, with_unit(param.get(params), param.unit));
    return lines;
}

}  // namespace hpnsim
