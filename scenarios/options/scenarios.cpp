// SPDX-License-Identifier: GPL-2.0-only
// Finds scenarios by name.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/scenario.hpp"

namespace hpnsim
{

const ScenarioInfo& scenario_named(const std::string& name)
{
    std::vector<std::string> names;
    for (const ScenarioInfo* each : all_scenarios()) {
        if (name == each->name) return *each;
        names.emplace_back(each->name);
    }
    throw BadInput("no scenario '" + name + "'" + suggestion(name, names));
}

uint32_t hosts_needed(const Options& options)
{
    return scenario_named(options.scenario).hosts_needed(options);
}

}  // namespace hpnsim
