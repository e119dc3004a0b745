// SPDX-License-Identifier: GPL-2.0-only
// What a run says of itself: every option and key with the value that NICs, switches and algorithms hold, so
// that a command that gives them all runs the same again.
#include "run/automatic.hpp"
#include "run/settings.hpp"

#include "hpnsim/plugin_files.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

/// These say where results go and who looks on, or name files that other entries describe.
bool onlooker(const std::string& option)
{
    static const std::set<std::string> names = {"audit",           "out",
                                                "config",          "quiet",
                                                "no-plots",        "plugin",
                                                "plugin-path",     "fast-forward-check",
                                                "trace",           "series-us",
                                                "series-only",     "series-rows",
                                                "timeline",        "timeline-ranks",
                                                "timeline-events", "pcap",
                                                "also-write",      "idle-ports"};
    return names.count(option) != 0;
}

/// These choose parts, which have entries of their own with all their keys.
bool chooses_part(const std::string& option)
{
    static const std::set<std::string> names = {"topology",  "cc",     "path",     "receiver",
                                                "transport", "fabric", "switch-lb"};
    return names.count(option) != 0;
}

Json object(const KeyTexts& pairs)
{
    Json json = Json::object();
    for (const auto& [key, value] : pairs) json[key] = value;
    return json;
}

/// A truth stays one, and an option that is not in use is null.
Json value_of(const std::string& text)
{
    if (text == "true" || text == "false") return text == "true";
    return text.empty() ? Json(nullptr) : Json(text);
}

/// An automatic value of an option in words; `auto` where there is nothing to add.
std::string automatic_option(const std::string& name, const NetworkConfig& config)
{
    return name == "qps" ? "automatic: " + std::to_string(config.qpsPerPeer) : kAuto;
}

void add_options(const Options& options, const NetworkConfig& config, Json& all)
{
    for (const WrittenOption& option : written(options)) {
        if (onlooker(option.name) || chooses_part(option.name)) continue;
        if (!options.common.fast_forward && option.name.rfind("fast-forward", 0) == 0) continue;
        all[option.name] =
            option.text == kAuto ? Json(automatic_option(option.name, config)) : value_of(option.text);
    }
}

template <class Ops> void add_algorithm(const char* slot, const Chosen<Ops>& chosen, Json& all)
{
    all[slot + (":" + chosen.name)] = object(describe_params(chosen.ops->slot, chosen.params.get()));
    if (const PluginFile* file = plugin_of(chosen.ops->slot))
        all["plugin:" + chosen.name] = {{"file", file->path}, {"sha256", file->sha256}};
}

std::string spelled(const std::string& name, const KeyTexts& keys)
{
    std::string text = name;
    for (const auto& [key, value] : keys) text += (text == name ? ":" : ",") + key + "=" + value;
    return text;
}

/// One entry for each function, with what its NICs hold.
void add_functions(const RunPlan& run, const ChosenParts& parts, const NetworkConfig& config, Json& all)
{
    for (size_t i = 0; i < run.functions.size(); ++i) {
        const ChosenParts& own = parts.functions[i];
        const NicConfig& nic = config.functions[i];
        const auto params = [](const auto& chosen) {
            return spelled(chosen.name, describe_params(chosen.ops->slot, chosen.params.get()));
        };
        all["function:" + run.functions[i].label] = {
            {"cc", params(own.cc)},
            {"path", params(own.path)},
            {"receiver", params(own.receiver)},
            {"transport", spelled(run.functions[i].transport.name, nic.keys().shown())},
            {"priority", std::to_string(nic.priority)}};
    }
}

}  // namespace

nlohmann::ordered_json describe_run(const Options& options, const RunPlan& run, const ChosenParts& parts,
                                    const FabricPlan& plan)
{
    const NetworkConfig config = network_config(options, run, parts, plan, options.common.seed);
    Json all;
    add_options(options, config, all);
    add_algorithm("cc", parts.cc, all);
    add_algorithm("path", parts.path, all);
    add_algorithm("receiver", parts.receiver, all);
    Json transport = object(config.nic.keys().shown()), fabric = object(config.fabric.keys().shown());
    const Time rtt = network_rtt(plan, FabricIndex(plan), options.common.mtu, *config.wire);
    show_automatic(run, plan, config, config.baseRtt.ps > 0 ? config.baseRtt : rtt, transport, fabric);
    all["transport:" + run.transport.name] = std::move(transport);
    all["fabric:" + run.fabric.name] = std::move(fabric);
    all["switch-lb:" + name_of(config.fabric.lb.kind)] = object(keys_of(config.fabric.lb).shown());
    all["topology"] = object(plan.params);
    add_functions(run, parts, config, all);
    return all;
}

}  // namespace hpnsim
