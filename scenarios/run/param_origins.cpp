// SPDX-License-Identifier: GPL-2.0-only
// Collects the origins that options, transports and fabrics keep. Algorithms keep none: a value of theirs
// that is not the default comes from the user if the user's text has the key, else from a preset.
#include "run/param_origins.hpp"

#include "hpnsim/spec.hpp"
#include "run/settings.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

using OriginTexts = std::map<std::string, std::string>;

const char* origin_name(Origin origin)
{
    switch (origin) {
    case Origin::given:
        return "given";
    case Origin::preset:
        return "preset";
    case Origin::profile:
        return "profile";
    case Origin::standard:
        break;
    }
    return "";
}

void note(const std::string& key, Origin origin, OriginTexts& to)
{
    if (origin != Origin::standard) to[key] = origin_name(origin);
}

template <class Ops> void add_algorithm(const std::string& slot, const Chosen<Ops>& chosen,
                                        const Chosen<Ops>& standard, OriginTexts& to)
{
    const auto now = describe_params(chosen.ops->slot, chosen.params.get());
    const auto before = describe_params(standard.ops->slot, standard.params.get());
    const Spec spec = parse_spec("--" + slot, chosen.label);
    for (const auto& [key, value] : now) {
        const bool written = std::any_of(spec.keys.begin(), spec.keys.end(),
                                         [&key = key](const auto& each) { return each.first == key; });
        const bool same = std::find(before.begin(), before.end(), std::make_pair(key, value)) != before.end();
        if (written || !same) to[slot + ":" + chosen.name + "." + key] = written ? "given" : "preset";
    }
}

void add_keys(const std::string& part, const KeyTexts& keys, const Origins& origins, OriginTexts& to)
{
    for (const auto& each : keys) note(part + "." + each.first, origins.of(each.first), to);
}

}  // namespace

std::map<std::string, std::string> param_origins(const Options& options, const RunPlan& run)
{
    OriginTexts all;
    for (const WrittenOption& option : written(options)) note(option.name, option.origin, all);
    const ChosenParts parts = choose_parts(run);
    add_algorithm("cc", parts.cc, choose_cc(parts.cc.name), all);
    add_algorithm("path", parts.path, choose_path(parts.path.name), all);
    add_algorithm("receiver", parts.receiver, choose_receiver(parts.receiver.name), all);
    add_keys("transport:" + run.transport.name, describe(run.transport), run.transport.origins, all);
    FabricChoice fabric = run.fabric;
    add_keys("fabric:" + fabric.name, fabric.keys().written(), fabric.origins, all);
    for (const auto& each : parse_spec("--topology", options.common.topology).keys)
        all["topology." + each.first] = "given";
    for (const auto& each : parse_spec("--switch-lb", options.common.switch_lb).keys)
        all["switch-lb:" + parse_spec("--switch-lb", options.common.switch_lb).name + "." + each.first] =
            "given";
    return all;
}

}  // namespace hpnsim
