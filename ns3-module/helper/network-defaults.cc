// SPDX-License-Identifier: GPL-2.0-only
// Turns the declarations of a CC into settings of NICs and switches.
#include "network-defaults.h"

#include "network-needs.h"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/network_rtt.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/spec.hpp"

#include <cmath>

namespace hpnsim
{

namespace
{

constexpr double kKilobyte = 1000; // of ECN thresholds

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

/// Sets the fabric's kind, and those of its keys that CCs and presets use.
void
SetFabric(NetworkConfig& config, NeedDetails& details, const std::string& text)
{
    const Spec spec = parse_spec("fabric", text);
    config.fabric.mode = spec.name == "trimming" ? FabricMode::TRIMMING
                         : spec.name == "lossy"  ? FabricMode::LOSSY
                                                 : FabricMode::LOSSLESS;
    for (const auto& [key, value] : spec.keys)
    {
        const double number = parse_number("fabric: " + key, value);
        if (key == "ecn-step-kb")
        {
            config.fabric.markFirst = true;
            config.fabric.red = [number](Rate rate) {
                const auto step = static_cast<Bytes>(number * kKilobyte * rate.gbps() / 10);
                return RedCurve{step, step, 1};
            };
        }
        else if (key == "digest-base")
        {
            details.digestBase = static_cast<uint32_t>(std::lround(number * 1000));
        }
        else
        {
            throw BadInput("fabric: the key " + key + " is for scenarios; set the FabricSettings");
        }
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
    NeedDetails details;
    SetTransport(config.nic, First(brought(&Preset::transport), declared.transport));
    SetFabric(config, details, First(brought(&Preset::fabric), declared.fabric));
    config.qpsPerPeer = plan.ports_per_nic;
    config.nic.cc = {parts->cc.ops, parts->cc.params.get()};
    config.nic.path = {parts->path.ops, parts->path.params.get()};
    config.nic.receiver = {parts->receiver.ops, parts->receiver.params.get()};
    config.algorithms = parts;
    ServeNeeds(config, plan, details);
    if (config.nic.reliability == Reliability::rud)
    {
        config.nic.rto = RudTimeout(config.fabric, host_rate(plan));
    }
    return config;
}

} // namespace hpnsim
