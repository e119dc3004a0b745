// SPDX-License-Identifier: GPL-2.0-only
// Turns the options of a run into the configuration of a network, and shows which parameters are in force.
#include "run/settings.hpp"

#include "peers/profiles.hpp"
#include "run/automatic.hpp"

#include "helper/network-needs.h"

#include "faults/schedule.hpp"
#include "hpnsim/ideal.hpp"
#include "hpnsim/plugin_files.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/timers.hpp"

#include "queueing/queueing.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace hpnsim
{

namespace
{

constexpr double kKilobyte = 1000;   // of ECN thresholds, as HPCC-sim and SimAI have it
constexpr int kLeastAckTimeout = 8;  // 1.05 ms (assumption)
constexpr Time kIrnRtoHigh = microseconds(320), kIrnRtoLow = microseconds(100);  // SIGCOMM'18
constexpr Time kSonicWatchdog = milliseconds(200);

/// Returns by how many base RTTs a packet may be overtaken and still arrive; 0: any number. Measured:
/// docs/rocev2.md.
double automatic_reorder(const std::string& path, const std::string& switch_lb)
{
    return path == "ecmp" && switch_lb == "ecmp" ? 0.5 : 0;
}

/// Returns the timeout of UEC's reference simulator: 15 us and the time of six full queues (three hops, two
/// priorities).
Time automatic_rto(Bytes queue, Rate host_rate)
{
    return microseconds(15) + transmit_time(6 * queue, host_rate);
}

/// What the user has set holds as it is; other values are the least that a timeout becomes (timeouts_for).
void set_timeouts(const TransportOptions& transport, Time rud_rto, NicConfig& nic)
{
    nic.automatic = {transport.ack_timeout < 0, transport.rto.ps == 0, transport.rto_low.ps == 0};
    nic.ack_timeout = ack_timeout(nic.automatic.ack_timeout ? kLeastAckTimeout : transport.ack_timeout);
    nic.rto = nic.reliability == Reliability::irn ? kIrnRtoHigh : rud_rto;
    if (!nic.automatic.rto) nic.rto = transport.rto;
    nic.rto_low = nic.automatic.rto_low ? kIrnRtoLow : transport.rto_low;
}

SourcePorts source_ports_named(const std::string& name)
{
    if (name == "hash") return SourcePorts::hash;
    return name == "disjoint" ? SourcePorts::disjoint : SourcePorts::ports;
}

RedCurve curve_of(const EcnThresholds& ecn)
{
    return {static_cast<Bytes>(ecn.kmin_kb * kKilobyte), static_cast<Bytes>(ecn.kmax_kb * kKilobyte),
            ecn.pmax};
}

void set_priorities(FabricSettings& settings, const FabricOptions& fabric)
{
    settings.lossless = fabric.lossless;
    settings.strict = fabric.strict;
    settings.marked = fabric.marked;
    settings.weights = fabric.weights;
    settings.control = fabric.dscp_map.at(static_cast<size_t>(fabric.control_dscp));
    PfcSettings& pfc = settings.pfc;
    pfc.quanta = static_cast<uint16_t>(fabric.pfc_quanta);
    pfc.refresh = fabric.pfc_refresh;
    pfc.reaction = fabric.pfc_reaction;
    if (fabric.watchdog_ms >= 0) pfc.watchdog = microseconds_f(fabric.watchdog_ms * 1000);
    pfc.restore = microseconds_f(fabric.restore_ms * 1000);
    pfc.deadlock = microseconds_f(fabric.deadlock_ms * 1000);
    pfc.action = fabric.watchdog_action == "drop" ? WatchdogAction::DROP : WatchdogAction::FORWARD;
}

SwitchLbSettings balance_settings(const SwitchLbOptions& lb, Time rtt)
{
    SwitchLbSettings settings;
    settings.kind = lb.name == "adaptive"  ? SwitchLb::ADAPTIVE
                    : lb.name == "flowlet" ? SwitchLb::FLOWLET
                                           : SwitchLb::ECMP;
    settings.levels = static_cast<uint32_t>(lb.levels);
    settings.step = std::max<Bytes>(static_cast<Bytes>(lb.step_kb * kKilobyte), 1);
    settings.gap = lb.gap_us >= 0 ? microseconds_f(lb.gap_us) : rtt;
    settings.entries = static_cast<uint32_t>(lb.entries);
    return settings;
}

/// Sets marking curves: by the user's thresholds, else by rate, in KB or in BDPs.
void set_marking(FabricSettings& settings, const FabricOptions& fabric, Time rtt)
{
    const bool trimming = settings.mode == FabricMode::TRIMMING;
    // The user's own thresholds hold as they are; a CC's come down where PFC would come first.
    settings.markFirst = fabric.kmin_kb < 0 && fabric.kmax_kb < 0 && fabric.by_rate.empty() &&
                         fabric.given.count("ecn-step-kb") == 0;
    settings.red = [fabric, trimming, rtt](Rate rate) {
        if (!trimming || fabric.own_thresholds() || fabric.pmax == 0) return curve_of(fabric.ecn_at(rate));
        const auto bdp = static_cast<double>(bytes_in(rtt, rate));
        return RedCurve{static_cast<Bytes>(fabric.ecn_min_bdp * bdp),
                        static_cast<Bytes>(fabric.ecn_max_bdp * bdp), fabric.pmax > 0 ? fabric.pmax : 1.0};
    };
}

/// Adds to what the CC needs what the user wants of the switches.
void set_fabric(FabricSettings& settings, const Options& options, const RunPlan& run, Time rtt, uint64_t seed)
{
    const FabricOptions fabric = run.fabric;
    settings.mode = fabric.name == "lossless"   ? FabricMode::LOSSLESS
                    : fabric.name == "trimming" ? FabricMode::TRIMMING
                                                : FabricMode::LOSSY;
    settings.buffer = static_cast<Bytes>(fabric.buffer_mb * 1048576);
    settings.alpha = fabric.alpha;
    settings.reserve = static_cast<Bytes>(fabric.reserve_kb * kKilobyte);
    settings.headroom = fabric.headroom_kb < 0 ? -1 : static_cast<Bytes>(fabric.headroom_kb * kKilobyte);
    settings.markAt = fabric.mark_at == "enqueue" ? MarkAt::ENQUEUE : MarkAt::DEQUEUE;
    settings.phantom = fabric.phantom;
    settings.lb = balance_settings(run.switch_lb, rtt);
    settings.loss = options.common.loss;
    settings.mtu = options.common.mtu;
    settings.seed = seed;
    set_priorities(settings, fabric);
    set_marking(settings, fabric, rtt);
    settings.trim = [fabric, rtt](Rate rate, bool last_hop) {
        const double bdps = last_hop ? fabric.trim_last_bdp : fabric.trim_bdp;
        return static_cast<Bytes>(bdps * static_cast<double>(bytes_in(rtt, rate)));
    };
}

/// Returns the format of INT: HPCC-sim's units grow with the rate of its NICs (run.py: INT_MULTI = rate /
/// 25G).
IntFormat int_format(const FabricOptions& fabric, Rate nic)
{
    if (fabric.int_records == "full") return {};
    return IntFormat::HpccSim(static_cast<uint32_t>(std::max<int64_t>(nic.bps / gbps(25).bps, 1)));
}

}  // namespace

ChosenParts choose_parts(const RunPlan& run)
{
    ChosenParts parts{choose_cc(run.cc), choose_path(run.path), {}};
    std::string receiver = run.receiver;
    if (receiver == "cnp") receiver += ":interval-us=" + format_number(run.transport.cnp_interval.us());
    parts.receiver = choose_receiver(receiver);
    return parts;
}

bool any_plugin(const ChosenParts& parts)
{
    return plugin_of(parts.cc.ops->slot) != nullptr || plugin_of(parts.path.ops->slot) != nullptr ||
           plugin_of(parts.receiver.ops->slot) != nullptr;
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
    const bool rud = run.transport.name == "rud", irn = run.transport.name == "irn";
    const std::string wrong = check_rates(run.fabric, link_rates(plan), plan.name);
    if (!wrong.empty()) throw BadInput(wrong);
    NetworkConfig config;
    NicConfig& nic = config.nic;
    nic.cc = {parts.cc.ops, parts.cc.params.get()};
    nic.path = {parts.path.ops, parts.path.params.get()};
    nic.receiver = {parts.receiver.ops, parts.receiver.params.get()};
    nic.mtu = options.common.mtu;
    nic.wire = &bare_wire(options, run, parts.cc.info());
    ServeNeeds(config, plan,
               {static_cast<uint32_t>(std::lround(run.fabric.digest_base * 1000)), run.fabric.notice_frames});
    const FabricIndex index(plan);
    const Time rtt = network_rtt(plan, index, options.common.mtu, *nic.wire);
    set_fabric(config.fabric, options, run, rtt, seed);

    if (!options.common.faults.empty()) {
        std::istringstream schedule(options.common.faults_text);
        config.faults = read_faults(schedule, options.common.faults, plan);
    }
    config.sourcePorts = source_ports_named(options.common.sport);
    config.qpsPerPeer = options.common.qps.value_or(plan.ports_per_nic);
    nic.seed = seed;
    const Rate rate = host_rate(plan);
    nic.reliability = rud ? Reliability::rud : irn ? Reliability::irn : Reliability::go_back_n;
    set_timeouts(run.transport, automatic_rto(config.fabric.trim(rate, true), rate), nic);
    config.fabric.intFormat = int_format(run.fabric, rate);
    nic.int_wrap = {config.fabric.intFormat.TimeWrap(), config.fabric.intFormat.BytesWrap()};
    nic.rto_low_packets = static_cast<uint32_t>(run.transport.rto_low_packets);
    nic.rud.sleek = run.transport.sleek != 0;
    nic.reorder = run.transport.reorder >= 0 ? run.transport.reorder
                  : nic.rud.sleek            ? 0
                                             : automatic_reorder(parts.path.name, run.switch_lb.name);
    nic.adaptive_timeout = run.transport.adaptive != 0;
    nic.rnr_retries = run.transport.rnr_retry;
    nic.max_rd_atomic = static_cast<uint8_t>(run.transport.max_rd_atomic);
    nic.retries = run.transport.retry;
    nic.ack_every = static_cast<uint32_t>(run.transport.ack_every);
    nic.ack_delay = run.transport.ack_delay;
    nic.sack_bytes = run.transport.sack_bytes;
    nic.psn_window = static_cast<uint32_t>(run.transport.window_packets);
    nic.cnp_delay = run.transport.cnp_delay;
    nic.rnr_timer = static_cast<uint8_t>(run.transport.rnr_timer);
    nic.dscp = static_cast<uint8_t>(run.fabric.dscp);
    nic.control_dscp = static_cast<uint8_t>(run.fabric.control_dscp);
    nic.priority = run.fabric.dscp_map.at(nic.dscp);
    nic.control_priority = run.fabric.dscp_map.at(nic.control_dscp);
    nic.ack_in_data_class = run.fabric.ack_class == "data";
    apply_profile(options, run, plan, config);
    PrepareTimeouts(plan, index, config.fabric, nic);
    if (run.fabric.watchdog_ms < 0)
        config.fabric.pfc.watchdog = std::max(kSonicWatchdog, LongestPause(plan, index, config.fabric));
    return config;
}

nlohmann::ordered_json describe_run(const Options& options, const RunPlan& run, const ChosenParts& parts,
                                    const FabricPlan& plan)
{
    const auto object = [](const std::vector<std::pair<std::string, std::string>>& pairs) {
        nlohmann::ordered_json json = nlohmann::ordered_json::object();
        for (const auto& [key, value] : pairs) json[key] = value;
        return json;
    };
    nlohmann::ordered_json all;
    all["mtu"] = std::to_string(options.common.mtu) + " B payload";
    all["wire"] = options.common.wire;
    if (!options.common.profile.empty()) all["profile"] = options.common.profile;
    all["qps"] = std::to_string(options.common.qps.value_or(plan.ports_per_nic));
    if (options.common.qp_select != "round-robin") all["qp-select"] = options.common.qp_select;
    if (run.switch_lb.name != "ecmp")
        all["switch-lb:" + run.switch_lb.name] = object(describe(run.switch_lb));
    if (options.common.sport != "ports") all["sport"] = options.common.sport;
    all["loss"] = options.common.loss;
    if (!options.common.faults.empty()) all["faults"] = options.common.faults;
    all["jitter-ns"] = options.common.jitter_ns;
    all["cc:" + parts.cc.name] = object(describe_params(parts.cc.ops->slot, parts.cc.params.get()));
    all["path:" + parts.path.name] = object(describe_params(parts.path.ops->slot, parts.path.params.get()));
    all["receiver:" + parts.receiver.name] =
        object(describe_params(parts.receiver.ops->slot, parts.receiver.params.get()));
    for (const SlotOps* slot : {&parts.cc.ops->slot, &parts.path.ops->slot, &parts.receiver.ops->slot})
        if (const PluginFile* file = plugin_of(*slot))
            all["plugin:" + std::string(slot->info->name)] = {{"file", file->path}, {"sha256", file->sha256}};
    nlohmann::ordered_json transport = object(describe(run.transport)), fabric = object(describe(run.fabric));
    const NetworkConfig config = network_config(options, run, parts, plan, options.common.seed);
    const Time rtt = network_rtt(plan, FabricIndex(plan), options.common.mtu, *config.wire);
    show_automatic(run, plan, config, config.baseRtt.ps > 0 ? config.baseRtt : rtt, transport, fabric);
    all["transport:" + run.transport.name] = std::move(transport);
    all["fabric:" + run.fabric.name] = std::move(fabric);
    all["topology"] = object(plan.params);
    return all;
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

}  // namespace hpnsim
