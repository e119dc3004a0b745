// SPDX-License-Identifier: GPL-2.0-only
// Declares the ways to balance load in switches and their keys, and reads them.
#include "hpnsim/switch_lb.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/spec.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

using S = SwitchLbOptions;
constexpr auto kAdaptiveKeys = params(
    param<&S::levels>("levels", "", "levels of load that are distinguished (Broadcom's DLB: 8 quality bands)",
                      1, 32),
    param<&S::step_kb>(
        "step-kb", "KB",
        "queue at which the second level begins; each level is twice as wide as the one below it "
        "(assumption; below a few packets, flows stick to ports: docs/validation/paths.md)",
        0.001, 1e6));
constexpr auto kFlowletKeys =
    params(param<&S::gap_us>(
               "gap-us", "us",
               "a pause this long ends a burst; 0 = every packet is a burst of its own; auto = the network's "
               "base RTT: while queues are short, the delays of two paths differ by less",
               0, 1e6),
           param<&S::entries>("entries", "", "the most flows that a switch can distinguish (assumption)", 1,
                              1 << 20));

const std::vector<std::string> kNames = {"ecmp", "adaptive", "flowlet"};

Span<Param> keys_of(const std::string& name)
{
    if (name == "adaptive") return S::adaptive_keys();
    return name == "flowlet" ? S::flowlet_keys() : Span<Param>{};
}

}  // namespace

Span<Param> SwitchLbOptions::adaptive_keys()
{
    return {kAdaptiveKeys.data(), kAdaptiveKeys.size()};
}

Span<Param> SwitchLbOptions::flowlet_keys()
{
    return {kFlowletKeys.data(), kFlowletKeys.size()};
}

SwitchLbOptions parse_switch_lb(const std::string& what, const std::string& text)
{
    const Spec spec = parse_spec(what, text);
    if (std::find(kNames.begin(), kNames.end(), spec.name) == kNames.end())
        throw BadInput(what + ": no '" + spec.name + "'; the nearest is '" + nearest(spec.name, kNames) +
                       "'");
    SwitchLbOptions options;
    options.name = spec.name;
    if (spec.name == "ecmp" && !spec.keys.empty())
        throw BadInput(what + ": ecmp has no keys, and '" + spec.keys.front().first + "' is given");
    for (const auto& [key, value] : spec.keys) {
        if (key == "gap-us" && value == "auto") continue;
        set_param(what, keys_of(spec.name), &options, key, value);
    }
    return options;
}

std::string check_switch_lb(const std::string& cc, const SwitchLbOptions& lb, const std::string& transport)
{
    if (lb.name != "adaptive" || transport == "rud") return "";
    return cc + " with --switch-lb adaptive cannot run: it reorders packets, which the transport " +
           transport + " treats as loss; use --transport rud or --switch-lb flowlet";
}

std::vector<std::pair<std::string, std::string>> describe(const SwitchLbOptions& options)
{
    std::vector<std::pair<std::string, std::string>> out;
    for (const Param& key : keys_of(options.name)) {
        const std::string unit = key.unit[0] == '\0' ? "" : std::string(" ") + key.unit;
        const double value = key.get(&options);
        out.emplace_back(key.name, value < 0 ? "auto" : format_number(value) + unit);
    }
    return out;
}

}  // namespace hpnsim
