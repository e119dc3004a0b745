// SPDX-License-Identifier: GPL-2.0-only
// Writes ranges and choices in the notation of topologies, and the sentences for what lies outside of them.
#include "generators/declare.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim::detail
{

namespace
{

using Check = std::function<void(const std::string& place, const std::string& text)>;

/// The setting, for texts alone with which `check` does not throw.
Setting checked(Setting setting, const Check& check, bool automatic)
{
    setting.read = [read = setting.read, check, automatic](void* part, const std::string& place,
                                                           const std::string& key, const std::string& text) {
        if (!automatic || text != kAuto) check(place, text);
        read(part, place, key, text);
    };
    return setting;
}

}  // namespace

Setting with_range(Setting setting, double lo, double hi, bool whole, bool automatic)
{
    setting.values = format_number(lo) + ".." + format_number(hi);
    const std::string shown = setting.values + (setting.unit.empty() ? "" : " " + setting.unit);
    const Check check = [lo, hi, whole, shown](const std::string& place, const std::string& text) {
        const double value = parse_number(place, text);
        if (value < lo || value > hi) throw BadInput(place + ": " + text + " is outside " + shown);
        if (whole && value != std::floor(value))
            throw BadInput(place + ": " + text + " is not a whole number");
    };
    return checked(std::move(setting), check, automatic);
}

Setting with_choices(Setting setting, const std::vector<std::string>& names, bool automatic)
{
    setting.values = joined_texts(names, "|");
    const Check check = [names, shown = setting.values](const std::string& place, const std::string& text) {
        if (std::find(names.begin(), names.end(), text) != names.end()) return;
        const std::string near = nearest(text, names);
        throw BadInput(place + ": '" + text + "' is none of " + shown +
                       (near.empty() ? "" : "; the nearest is '" + near + "'"));
    };
    return checked(std::move(setting), check, automatic);
}

}  // namespace hpnsim::detail
