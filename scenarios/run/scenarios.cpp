// SPDX-License-Identifier: GPL-2.0-only
// Makes any scenario: it loads the plug-ins, builds the fabric plan and makes the scenario itself.
#include "run/scenarios.hpp"

#include "peers/profiles.hpp"
#include "run/settings.hpp"

#include <iostream>

namespace hpnsim
{

std::unique_ptr<Scenario> make_scenario(const Options& options)
{
    load_plugins(options.common);
    const ScenarioInfo& info = scenario_named(options.scenario);
    const PlanOptions how = plan_options(options.common, info.hosts_needed(options));
    std::unique_ptr<Scenario> scenario = info.make(options, make_fabric(options.common.topology, how));
    for (const std::string& warning : scenario->plan.warnings)
        std::cerr << options.scenario << ": " << warning << "\n";
    return scenario;
}

}  // namespace hpnsim
