// SPDX-License-Identifier: GPL-2.0-only
// Takes the figures out of a summary.json.
#include "hpnsim/study_store.hpp"

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

void add(const std::string& name, const Json& value, Figures& out)
{
    if (value.is_object()) {
        for (const auto& [key, inner] : value.items()) add(name + "_" + key, inner, out);
    } else if (value.is_boolean()) {
        out.emplace_back(name, value.get<bool>() ? 1.0 : 0.0);
    } else if (value.is_number()) {
        out.emplace_back(name, value.get<double>());
    } else if (value.is_string()) {
        out.emplace_back(name, value.get<std::string>());
    } else if (value.is_null()) {
        out.emplace_back(name, std::monostate());
    }
}

/// Keys that say what was asked for, which the settings do, or what the machine adds.
bool left_out(const std::string& key)
{
    return key == "params" || key == "host" || key == "command";
}

}  // namespace

Figures figures_of(const Json& summary)
{
    Figures all;
    for (const auto& [key, value] : summary.items())
        if (!left_out(key)) add(key, value, all);
    return all;
}

}  // namespace hpnsim
