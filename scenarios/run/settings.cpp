// SPDX-License-Identifier: GPL-2.0-only
// Makes the configuration of a run, and reports it. fabric_config.cpp makes the fabric's half of the
// configuration.
#include "run/settings.hpp"

#include "peers/profiles.hpp"
#include "run/automatic.hpp"
#include "run/fabric_config.hpp"

#include "helper/network-defaults.h"
#include "helper/network-needs.h"

#include "faults/schedule.hpp"
#include "hpnsim/ideal.hpp"
#include "hpnsim/plugin_files.hpp"
#include "hpnsim/quantity.hpp"

#include "queueing/queueing.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace hpnsim
{

namespace
{

/// Returns the timeout of UEC's reference simulator: 15 us and the time of six full queues (three hops, two
/// priorities).
Time automatic_rto(Bytes queue, Rate host_rate)
{
    return microseconds(15) + transmit_time(6 * queue, host_rate);
}

/// The keys of --transport, and what they become where nobody has set them.
void set_transport(const RunPlan& run, Time rud_rto, NicConfig& nic)
{
    const std::string& name = run.transport.name;
    nic.reliability = name == "rud"   ? Reliability::rud
                      : name == "irn" ? Reliability::irn
                                      : Reliability::go_back_n;
    static_cast<TransportSettings&>(nic) = static_cast<const TransportSettings&>(run.transport);
    nic.basis.least_rto = name == "irn" ? kIrnRtoHigh : rud_rto;
}

/// Sets what a function of the NICs has of its own.
void set_algorithms(const Options& options, const RunPlan& run, const ChosenParts& parts, NicConfig& nic)
{
    nic.cc = {parts.cc.ops, parts.cc.params.get()};
    nic.path = {parts.path.ops, parts.path.params.get()};
    nic.receiver = {parts.receiver.ops, parts.receiver.params.get()};
    nic.mtu = options.common.mtu;
    nic.wire = &bare_wire(options, run, parts.cc.info());
}

/// Adds functions 1, 2, ... to the configuration. The fabric must be set, because it has the priorities.
void add_functions(const Options& options, const RunPlan& run, const ChosenParts& parts,
                   NetworkConfig& config)
{
    for (size_t i = 0; i < run.functions.size(); ++i) {
        const RunPlan& choice = run.functions[i];
        NicConfig nic;
        set_algorithms(options, choice, parts.functions[i], nic);
        FollowPriorities(config.fabric.scheduling, nic);
        if (choice.priority >= 0)
            TakePriority(config.fabric.scheduling, static_cast<Priority>(choice.priority), nic);
        config.functions.push_back(nic);
    }
}

SourcePorts source_ports_named(const std::string& name)
{
    if (name == "hash") return SourcePorts::hash;
    return name == "disjoint" ? SourcePorts::disjoint : SourcePorts::ports;
}

}  // namespace

ChosenParts choose_parts(const RunPlan& run)
{
    ChosenParts parts{choose_cc(run.cc), choose_path(run.path), {}, {}};
    std::string receiver = run.receiver;
    if (receiver == "cnp") receiver += ":interval-us=" + format_number(run.transport.cnp.interval.us());
    parts.receiver = choose_receiver(receiver);
    for (const RunPlan& function : run.functions) parts.functions.push_back(choose_parts(function));
    return parts;
}

bool any_plugin(const ChosenParts& parts)
{
    return plugin_of(parts.cc.ops->slot) != nullptr || plugin_of(parts.path.ops->slot) != nullptr ||
           plugin_of(parts.receiver.ops->slot) != nullptr ||
           std::any_of(parts.functions.begin(), parts.functions.end(), any_plugin);
}

std::set<int64_t> link_rates(const FabricPlan& plan)
{
    std::set<int64_t> rates;
    for (const LinkPlan& link : plan.links) rates.insert(link.rate.bps);
    return rates;
}

const Wire& bare_wire(const Options& options, const RunPlan& run, const Info& cc)
{
    const Wire& plain = wire_named(options.common.wire, framing_of(run.transport.name));
    return has(cc.needs, Needs::rtt) ? with_timestamps(plain) : plain;
}

NetworkConfig network_config(const Options& options, const RunPlan& run, const ChosenParts& parts,
                             const FabricPlan& plan, uint64_t seed)
{
    const std::string wrong = check_rates(run.fabric, link_rates(plan), plan.name);
    if (!wrong.empty()) throw BadInput(wrong);
    NetworkConfig config;
    NicConfig& nic = config.nic;
    set_algorithms(options, run, parts, nic);
    set_fabric(options, run, seed, config);
    add_functions(options, run, parts, config);
    ServeNeeds(config, plan);
    config.fabric.markFirst = marks_come_first(run.fabric);
    const FabricIndex index(plan);
    const Time rtt = network_rtt(plan, index, options.common.mtu, *nic.wire);

    if (!options.common.faults_text.empty()) {
        std::istringstream schedule(options.common.faults_text);
        config.faults = read_faults(schedule, options.common.faults, plan);
    }
    config.sourcePorts = source_ports_named(options.common.sport);
    config.qpsPerPeer = options.common.qps.value_or(plan.ports_per_nic);
    const Rate rate = host_rate(plan);
    const Time rud_rto = automatic_rto(run.fabric.trimming.Limit(rate, true, rtt), rate);
    for (uint32_t function = 0; function < config.FunctionCount(); ++function) {
        config.Function(function).seed = seed;
        set_transport(function == 0 ? run : run.functions[function - 1], rud_rto, config.Function(function));
    }
    apply_profile(options, run, plan, config);
    for (uint32_t function = 0; function < config.FunctionCount(); ++function)
        PrepareTimeouts(plan, index, config.fabric, config.Function(function));
    FillAutomatic(config, plan);
    return config;
}

void load_plugins(const CommonOptions& options)
{
    for (const std::string& folder : options.plugin_path) add_plugin_folder("--plugin-path", folder);
    add_plugin_folders_of_environment();
    for (const std::string& file : options.plugins) load_plugin("--plugin", file);
}

Lookup registry_lookup()
{
    Lookup lookup;
    lookup.cc = [](const std::string& text) { return choose_cc(text).info(); };
    lookup.path = [](const std::string& text) {
        const Chosen<PathOps> path = choose_path(text);
        return PathTraits{path.name, path.ops->sprays};
    };
    lookup.receiver = [](const std::string& text) {
        const Chosen<ReceiverOps> receiver = choose_receiver(text);
        return ReceiverTraits{receiver.name, receiver.ops->scope, has(receiver.info().needs, Needs::cnp)};
    };
    lookup.preset = [](const std::string& text) {
        const Preset* preset = preset_of("--cc", choose_cc(text).ops->slot, text);
        return preset != nullptr ? *preset : Preset{"", "", ""};
    };
    return lookup;
}

Lookup registry_lookup(const Options& options, const FabricPlan& plan)
{
    Lookup lookup = registry_lookup();
    lookup.profile_fabric = profile_of_fabric(options.common, plan);
    return lookup;
}

}  // namespace hpnsim
