// SPDX-License-Identifier: GPL-2.0-only
// Lays texts of --fabric one over the other, and refuses what does not go together.
#include "hpnsim/fabric_choice.hpp"

#include "fabric_checks.hpp"
#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

void forget_thresholds(FabricChoice& fabric)
{
    for (const auto& [key, text] : Keys().add(fabric.marking).written())
        if (EcnSettings::IsThreshold(key)) fabric.origins.note(key, Origin::standard);
    fabric.marking.ForgetThresholds();
}

/// "kmin-kb-100": which key of one rate it was.
std::string rate_key_text(int64_t gigabits, const EcnThresholds& own)
{
    return (own.kmin ? "kmin-kb-" : own.kmax ? "kmax-kb-" : "pmax-") + std::to_string(gigabits);
}

}  // namespace

FabricChoice parse_fabric(const std::string& what, const std::string& text, const FabricChoice& under,
                          Origin origin)
{
    const Spec spec = parse_spec(what, text);
    const FabricMode mode = FabricModeOf(what, spec.name);
    FabricChoice fabric = under;
    fabric.name = spec.name;
    // A trimming fabric has its thresholds in BDPs.
    if (spec.name == "trimming") forget_thresholds(fabric);
    lay_keys(what, spec.keys, origin, fabric);
    CheckTogether(what, mode, fabric);
    return fabric;
}

void lay_keys(const std::string& what, const KeyTexts& keys, Origin origin, FabricChoice& fabric)
{
    const auto chooses = [](const auto& each) {
        return EcnSettings::IsThreshold(each.first) && each.second != kAuto;
    };
    if (std::any_of(keys.begin(), keys.end(), chooses)) forget_thresholds(fabric);
    fabric.keys().set(what, keys, origin, fabric.origins);
}

std::string check_rates(const FabricChoice& fabric, const std::set<int64_t>& rates_bps,
                        const std::string& topology)
{
    for (const auto& [gigabits, own] : fabric.marking.byRate) {
        if (rates_bps.count(gbps(gigabits).bps) != 0) continue;
        std::string there;
        for (const int64_t bps : rates_bps)
            there += (there.empty()                ? ""
                      : *rates_bps.rbegin() == bps ? " and "
                                                   : ", ") +
                     format_number(Rate{bps}.gbps());
        return "--fabric: " + rate_key_text(gigabits, own) + " has no effect on '" + topology +
               "', whose links have " + there + " Gb/s";
    }
    return "";
}

}  // namespace hpnsim
