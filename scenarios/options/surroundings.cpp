// SPDX-License-Identifier: GPL-2.0-only
// Lays the layers of surroundings.hpp one over the other.
#include "options/surroundings.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/spec.hpp"
#include "peers/profile_keys.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

const char* const kInterval = "interval-us";
const char* const kTransportInterval = "cnp-interval-us";

std::string name_of(const std::string& text)
{
    return text.substr(0, text.find(':'));
}

/// Returns the preset's text with `name` in place of its own.
std::string renamed(const std::string& text, const std::string& name)
{
    const size_t colon = text.find(':');
    return name + (colon == std::string::npos ? "" : text.substr(colon));
}

bool has_key(const Spec& spec, const std::string& key)
{
    return std::any_of(spec.keys.begin(), spec.keys.end(),
                       [&](const auto& each) { return each.first == key; });
}

ChosenTransport transport_of(const CommonOptions& options, const Defaults& declared, const Preset& preset)
{
    ChosenTransport transport;
    transport.lay("--transport", declared.transport, Origin::preset);
    if (*preset.transport != '\0')
        transport.lay(std::string("--cc: preset '") + preset.name + "'", preset.transport, Origin::preset);
    transport.lay("--profile", transport_of_profile(options.profile), Origin::profile);
    if (!options.transport.empty()) transport.lay("--transport", options.transport, Origin::given);
    return transport;
}

FabricChoice fabric_of(const CommonOptions& options, const Defaults& declared, const Preset& preset,
                       const FabricProfile& profile)
{
    FabricChoice fabric = parse_fabric("--fabric", declared.fabric, {}, Origin::preset);
    if (*preset.fabric != '\0') {
        const bool foreign = options.profile == "htsim" && name_of(preset.fabric) == "lossless";
        fabric = parse_fabric(std::string("--cc: preset '") + preset.name + "'",
                              foreign ? renamed(preset.fabric, fabric.name) : preset.fabric, fabric,
                              Origin::preset);
    }
    if (profile) {
        const Spec user = options.fabric.empty() ? Spec{} : parse_spec("--fabric", options.fabric);
        lay_keys("--profile", profile(fabric, user), Origin::profile, fabric);
    }
    return options.fabric.empty() ? fabric : parse_fabric("--fabric", options.fabric, fabric);
}

/// Returns the user's receiver, or the preset's, or the declared one. If it is the preset's, it has the
/// preset's keys that the user has not given, here or as the transport's.
std::string receiver_of(const CommonOptions& options, const Defaults& declared, const Preset& preset,
                        const ChosenTransport& transport)
{
    std::string text = options.receiver;
    if (text.empty()) text = name_of(*preset.receiver != '\0' ? preset.receiver : declared.receiver);
    const std::string under = *preset.receiver != '\0' ? preset.receiver : declared.receiver;
    const Spec spec = parse_spec("--receiver", text), brought = parse_spec("--receiver", under);
    if (brought.name != spec.name) return text;
    bool first = spec.keys.empty();
    for (const auto& [key, value] : brought.keys) {
        if (has_key(spec, key)) continue;
        if (spec.name == "cnp" && key == kInterval && transport.origins.given(kTransportInterval)) continue;
        text += (first ? ":" : ",") + key + "=" + value;
        first = false;
    }
    return text;
}

/// `--receiver cnp:interval-us` and `--transport ...:cnp-interval-us` are one figure.
void join_intervals(const std::string& receiver, ChosenTransport& transport)
{
    const Spec spec = parse_spec("--receiver", receiver);
    if (spec.name != "cnp" || !has_key(spec, kInterval)) return;
    const std::string& text = std::find_if(spec.keys.begin(), spec.keys.end(), [](const auto& each) {
                                  return each.first == kInterval;
                              })->second;
    const Time interval = microseconds_f(parse_number("--receiver: interval-us of 'cnp'", text));
    if (transport.origins.given(kTransportInterval) && transport.cnp.interval != interval)
        throw BadInput("--receiver cnp:interval-us=" + text + " and --transport " + transport.name + ":" +
                       kTransportInterval + "=" + format_number(transport.cnp.interval.us()) +
                       " set the same interval to different values; leave one of them out");
    transport.cnp.interval = interval;
}

}  // namespace

Surroundings surroundings_of(const CommonOptions& options, const Defaults& declared, const Preset& preset,
                             const FabricProfile& profile_fabric)
{
    Surroundings all;
    all.transport = transport_of(options, declared, preset);
    all.fabric = fabric_of(options, declared, preset, profile_fabric);
    all.receiver = receiver_of(options, declared, preset, all.transport);
    join_intervals(all.receiver, all.transport);
    return all;
}

}  // namespace hpnsim
