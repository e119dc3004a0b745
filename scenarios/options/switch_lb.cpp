// SPDX-License-Identifier: GPL-2.0-only
// Lists the names of --switch-lb, and which part has the keys of each.
#include "hpnsim/switch_lb.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/spec.hpp"

namespace hpnsim
{

namespace
{

const std::vector<std::string> kNames = {"ecmp",     "adaptive",    "flowlet",
                                         "rotation", "round-robin", "weighted"};  // in the order of SwitchLb

template <class Lb> Keys keys_in(Lb& lb)
{
    Keys keys;
    if (lb.kind == SwitchLb::ADAPTIVE) keys.add(lb.adaptive);
    if (lb.kind == SwitchLb::FLOWLET) keys.add(lb.flowlet);
    if (lb.kind == SwitchLb::ROUND_ROBIN) keys.add(lb.roundRobin);
    return keys;
}

}  // namespace

std::string name_of(SwitchLb kind)
{
    return kNames.at(static_cast<size_t>(kind));
}

Keys keys_of(SwitchLbSettings& lb)
{
    return keys_in(lb);
}

Keys keys_of(const SwitchLbSettings& lb)
{
    return keys_in(lb);
}

SwitchLbSettings parse_switch_lb(const std::string& what, const std::string& text)
{
    const Spec spec = parse_spec(what, text);
    SwitchLbSettings lb;
    lb.kind = static_cast<SwitchLb>(parse_name(what, spec.name, kNames));
    if (!spec.keys.empty() && keys_of(lb).entries().empty())
        throw BadInput(what + ": " + spec.name + " has no keys, and '" + spec.keys.front().first +
                       "' is given");
    for (const auto& [key, value] : spec.keys) keys_of(lb).set(what, key, value);
    return lb;
}

std::string check_switch_lb(const std::string& cc, SwitchLb kind, const std::string& transport)
{
    const bool reorders =
        kind == SwitchLb::ADAPTIVE || kind == SwitchLb::ROTATION || kind == SwitchLb::ROUND_ROBIN;
    if (!reorders || transport == "rud") return "";
    return cc + " with --switch-lb " + name_of(kind) +
           " cannot run: it reorders packets, which the transport " + transport +
           " treats as loss; use --transport rud or --switch-lb flowlet";
}

}  // namespace hpnsim
