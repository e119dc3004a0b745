// SPDX-License-Identifier: GPL-2.0-only
// Built-in algorithms by name, and their parameters from what a user wrote.
#include "hpnsim/choose.hpp"
#include "tables.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hpnsim
{

namespace
{

template <class Ops> std::vector<const Ops*> by_name(std::vector<const Ops*> table)
{
    std::sort(table.begin(), table.end(), [](const Ops* a, const Ops* b) {
        return std::string(a->slot.info->name) < b->slot.info->name;
    });
    return table;
}

std::string of(const SlotOps& slot)
{
    return "'" + std::string(slot.info->name) + "'";
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
    throw BadInput(what + ": " + of(slot) + " has no key '" + key + "'; the nearest is '" +
                   nearest(key, names) + "'");
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
    throw BadInput(what + ": " + of(slot) + " has no preset '" + name + "'; the nearest is '" +
                   nearest(name, names) + "'");
}

std::string with_unit(double value, const char* unit)
{
    return number_text(value) + (*unit ? " " : "") + unit;
}

void set_param(const std::string& what, const SlotOps& slot, void* params, const std::string& key,
               const std::string& text)
{
    const Param& param = find_param(what, slot, key);
    const std::string subject = what + ": " + key + " of " + of(slot);
    const double value = parse_number(subject, text);
    if (param.integer && value != std::floor(value))
        throw BadInput(subject + " takes a whole number, not " + text);
    if (value < param.lo || value > param.hi)
        throw BadInput(subject + " is " + text + ", outside its range " + number_text(param.lo) + " to " +
                       with_unit(param.hi, param.unit));
    param.set(params, value);
}

}  // namespace

std::string number_text(double value)
{
    char text[32];
    const bool plain = value == std::floor(value) && std::fabs(value) < 1e15;
    const auto [end, error] = plain
                                  ? std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed)
                                  : std::to_chars(text, text + sizeof(text), value);
    return error == std::errc() ? std::string(text, end) : std::string("?");
}

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
            set_param(source, slot, params.get(), preset_key, number);
    }
    for (const auto& [key, value] : spec.keys)
        if (key != "preset") set_param(what, slot, params.get(), key, value);
    return params;
}

const std::vector<const CcOps*>& all_cc()
{
    static const auto table = by_name(built_in::cc());
    return table;
}

const std::vector<const PathOps*>& all_paths()
{
    static const auto table = by_name(built_in::paths());
    return table;
}

const std::vector<const ReceiverOps*>& all_receivers()
{
    static const auto table = by_name(built_in::receivers());
    return table;
}

Chosen<CcOps> choose_cc(const std::string& text)
{
    return choose_from(all_cc(), "--cc", "congestion control", text);
}

Chosen<PathOps> choose_path(const std::string& text)
{
    return choose_from(all_paths(), "--path", "path policy", text);
}

Chosen<ReceiverOps> choose_receiver(const std::string& text)
{
    return choose_from(all_receivers(), "--receiver", "receiver policy", text);
}

std::vector<std::pair<std::string, std::string>> describe_params(const SlotOps& slot, const void* params)
{
    std::vector<std::pair<std::string, std::string>> lines;
    for (const Param& param : slot.params)
        lines.emplace_back(param.name, with_unit(param.get(params), param.unit));
    return lines;
}

}  // namespace hpnsim
