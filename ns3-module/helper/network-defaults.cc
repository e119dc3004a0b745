// SPDX-License-Identifier: GPL-2.0-only
// Turns the declarations of a CC into settings of NICs and switches.
#include "network-defaults.h"

#include "network-needs.h"

#include "hpnsim/network_rtt.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/settings.hpp"
#include "hpnsim/spec.hpp"

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
    const std::string name = parse_spec("transport", text).name;
    nic.reliability = name == "rud"   ? Reliability::rud
                      : name == "irn" ? Reliability::irn
                                      : Reliability::go_back_n;
}

/// The fabric's kind and keys, as CCs and presets have them.
void
SetFabric(FabricSettings& fabric, const std::string& text)
{
    const Spec spec = parse_spec("fabric", text);
    fabric.mode = FabricModeOf("fabric", spec.name);
    const Keys keys = fabric.keys();
    for (const auto& [key, value] : spec.keys)
    {
        keys.set("fabric", key, value);
    }
}

/// Returns uet-htsim's timeout: 15 us and the time of six full queues (three hops, two priorities).
Time
RudTimeout(const FabricSettings& fabric, Rate rate)
{
    const Bytes queue = fabric.trim ? fabric.trim(rate, true) : 0;
    return microseconds(15) + transmit_time(6 * queue, rate);
}

} // namespace

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
    parts->receiver =
        choose_receiver(First(receiver, First(brought(&Preset::receiver), declared.receiver)));

    NetworkConfig config;
    SetTransport(config.nic, First(brought(&Preset::transport), declared.transport));
    SetFabric(config.fabric, First(brought(&Preset::fabric), declared.fabric));
    config.qpsPerPeer = plan.ports_per_nic;
    config.nic.cc = {parts->cc.ops, parts->cc.params.get()};
    config.nic.path = {parts->path.ops, parts->path.params.get()};
    config.nic.receiver = {parts->receiver.ops, parts->receiver.params.get()};
    config.algorithms = parts;
    ServeNeeds(config, plan);
    if (config.nic.reliability == Reliability::rud)
    {
        config.nic.basis.least_rto = RudTimeout(config.fabric, host_rate(plan));
    }
    return config;
}

} // namespace hpnsim
