// SPDX-License-Identifier: GPL-2.0-only
// Turns ns-3's Attributes and the declarations of a CC into settings of NICs and switches.
#include "network-defaults.h"

#include "fabric_checks.hpp"
#include "network-needs.h"
#include "queueing/queueing.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/network_rtt.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/settings.hpp"
#include "hpnsim/spec.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct Algorithms
{
    Chosen<CcOps> cc;
    Chosen<PathOps> path;
    Chosen<ReceiverOps> receiver;
};

std::string
First(const std::string& first, const std::string& second)
{
    return first.empty() ? second : first;
}

void
SetTransport(NicConfig& nic, const std::string& text)
{
    const Spec spec = parse_spec("transport", text);
    nic.reliability = spec.name == "rud"   ? Reliability::rud
                      : spec.name == "irn" ? Reliability::irn
                                           : Reliability::go_back_n;
    const Keys keys = nic.keys();
    for (const auto& [key, value] : spec.keys)
    {
        keys.set("transport", key, value);
    }
}

/// The fabric's kind and keys, as CCs and presets have them. Thresholds of ECN that one of these
/// sets replace all that attributes have set.
void
SetFabric(FabricSettings& fabric, const std::string& text)
{
    const Spec spec = parse_spec("fabric", text);
    fabric.mode = FabricModeOf("fabric", spec.name);
    const auto threshold = [](const auto& each) { return EcnSettings::IsThreshold(each.first); };
    if (std::any_of(spec.keys.begin(), spec.keys.end(), threshold))
    {
        fabric.marking.ForgetThresholds();
    }
    const Keys keys = fabric.keys();
    for (const auto& [key, value] : spec.keys)
    {
        keys.set("fabric", key, value);
    }
}

/// Chooses the receiver; `cnp` has the interval of the transport unless its text says one. The
/// transport then tells what is in force.
Chosen<ReceiverOps>
ChooseReceiver(const std::string& text, CnpSettings& cnp)
{
    const bool bare = text == "cnp";
    Chosen<ReceiverOps> receiver =
        choose_receiver(bare ? text + ":interval-us=" + format_number(cnp.interval.us()) : text);
    for (const auto& param : receiver.ops->slot.params)
    {
        if (std::string(param.name) == "interval-us")
        {
            cnp.interval = microseconds_f(param.get(receiver.params.get()));
        }
    }
    return receiver;
}

/// Returns uet-htsim's timeout: 15 us and the time of six full queues (three hops, two priorities).
Time
RudTimeout(const FabricSettings& fabric, Rate rate)
{
    const Bytes queue = fabric.trim ? fabric.trim(rate, true) : 0;
    return microseconds(15) + transmit_time(6 * queue, rate);
}

Time
LeastRto(const NicConfig& nic, const FabricSettings& fabric, const FabricPlan& plan)
{
    switch (nic.reliability)
    {
    case Reliability::rud:
        return RudTimeout(fabric, host_rate(plan));
    case Reliability::irn:
        return kIrnRtoHigh;
    default:
        return nic.basis.least_rto;
    }
}

/// Returns by how many base RTTs a packet may be overtaken and still arrive; 0: any number.
/// Measured: docs/rocev2.md.
double
AutomaticReorder(const NicConfig& nic, const FabricSettings& fabric)
{
    const PathOps* path = nic.path.ops;
    const bool ordered = path != nullptr && std::string(path->slot.info->name) == "ecmp";
    const bool alone = fabric.lb.kind == SwitchLb::ECMP || fabric.lb.kind == SwitchLb::WEIGHTED;
    return ordered && alone && !nic.selective.sleek ? 0.5 : 0;
}

/// Returns the DSCP that means `priority`: the class's AFx1 if that does, else the lowest.
uint8_t
DscpOf(const SchedulingSettings& scheduling, Priority priority)
{
    const auto& map = scheduling.dscpMap;
    const size_t usual = size_t{priority} * 8 + 2;
    const auto found = std::find(map.begin(), map.end(), priority);
    if (found == map.end())
    {
        throw BadInput("no DSCP means priority " + std::to_string(priority) +
                       "; give it one with dscp-map");
    }
    return static_cast<uint8_t>(map[usual] == priority ? usual : found - map.begin());
}

} // namespace

NetworkConfig::NetworkConfig()
{
    fabric = ns3::CreateObject<RoceSwitch>()->Settings();
    static_cast<TransportSettings&>(nic) = ns3::CreateObject<RoceNetDevice>()->Settings();
    FollowPriorities(fabric.scheduling, nic);
}

void
FollowPriorities(const SchedulingSettings& scheduling, NicConfig& nic)
{
    nic.dscp = scheduling.dscp;
    nic.control_dscp = scheduling.controlDscp;
    nic.priority = scheduling.Data();
    nic.control_priority = scheduling.Control();
    nic.ack_in_data_class = scheduling.ackClass == AckClass::DATA;
}

void
TakePriority(const SchedulingSettings& scheduling, Priority priority, NicConfig& nic)
{
    nic.priority = priority;
    nic.dscp = priority == scheduling.Data() ? scheduling.dscp : DscpOf(scheduling, priority);
}

void
FillAutomatic(NetworkConfig& config, const FabricPlan& plan)
{
    for (uint32_t function = 0; function < config.FunctionCount(); ++function)
    {
        NicConfig& nic = config.Function(function);
        if (!nic.selective.reorder)
        {
            nic.selective.reorder = AutomaticReorder(nic, config.fabric);
        }
    }
    if (!config.fabric.watchdog.timeout)
    {
        config.fabric.watchdog.timeout = AutomaticWatchdog(plan, FabricIndex(plan), config.fabric);
    }
}

NetworkConfig
DefaultConfig(const FabricPlan& plan,
              const std::string& cc,
              const std::string& path,
              const std::string& receiver)
{
    const auto parts = std::make_shared<Algorithms>();
    parts->cc = choose_cc(cc);
    const Defaults& declared = parts->cc.info().defaults;
    const Preset* preset = preset_of("cc", parts->cc.ops->slot, cc);
    const auto brought = [preset](const char* Preset::*slot) {
        return std::string(preset != nullptr ? preset->*slot : "");
    };
    parts->path = choose_path(First(path, declared.path));

    NetworkConfig config;
    SetTransport(config.nic, First(brought(&Preset::transport), declared.transport));
    SetFabric(config.fabric, First(brought(&Preset::fabric), declared.fabric));
    CheckTogether("fabric", config.fabric.mode, config.fabric);
    FollowPriorities(config.fabric.scheduling, config.nic);
    const std::string answers =
        First(receiver, First(brought(&Preset::receiver), declared.receiver));
    parts->receiver = ChooseReceiver(answers, config.nic.cnp);
    config.qpsPerPeer = plan.ports_per_nic;
    config.nic.cc = {parts->cc.ops, parts->cc.params.get()};
    config.nic.path = {parts->path.ops, parts->path.params.get()};
    config.nic.receiver = {parts->receiver.ops, parts->receiver.params.get()};
    config.algorithms = parts;
    ServeNeeds(config, plan);
    config.nic.basis.least_rto = LeastRto(config.nic, config.fabric, plan);
    return config;
}

void
AddFunction(NetworkConfig& config,
            const FabricPlan& plan,
            const std::string& cc,
            const std::string& path,
            const std::string& receiver)
{
    NetworkConfig own = DefaultConfig(plan, cc, path, receiver);
    own.nic.wire = nullptr; // its sizes follow from the fabric that it joins
    own.nic.digest = 0;
    own.nic.seed = config.nic.seed;
    own.nic.mtu = config.nic.mtu;
    FollowPriorities(config.fabric.scheduling, own.nic);
    config.functions.push_back(own.nic);
    using Owners = std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>;
    config.algorithms = std::make_shared<Owners>(config.algorithms, own.algorithms);
}

} // namespace hpnsim
