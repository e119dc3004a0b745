// SPDX-License-Identifier: GPL-2.0-only
// Resolves the functions that a scenario declares, as the run's own CC is: what a text leaves open, the CC of
// the function brings. They share the run's fabric.
#include "hpnsim/runs.hpp"

#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

namespace
{

RunPlan plan_of(const FunctionChoice& choice, CommonOptions options, const RunPlan& run, const Lookup& lookup)
{
    options.cc = {choice.cc.empty() ? run.cc : choice.cc};
    options.path.clear();
    if (!choice.path.empty()) options.path = {choice.path};
    options.transport = choice.transport;
    options.receiver = choice.receiver;
    options.fabric = run.fabric.name;
    RunPlan plan = resolve_runs(options, lookup).runs.front();
    plan.fabric = run.fabric;
    plan.label = choice.name;
    plan.priority = choice.priority;
    return plan;
}

}  // namespace

std::vector<RunPlan> resolve_functions(const std::vector<FunctionChoice>& choices,
                                       const CommonOptions& options, const RunPlan& run, const Lookup& lookup)
{
    if (!choices.empty() && !options.profile.empty())
        throw BadInput("--profile " + options.profile + " imitates NICs of one function, and " +
                       choices.front().name + " needs another; leave --profile out");
    std::vector<RunPlan> plans;
    for (const FunctionChoice& choice : choices) {
        if (choice.priority >= kPriorities)
            throw BadInput(choice.name + ": priority " + std::to_string(choice.priority) +
                           "; there are 0 to " + std::to_string(kPriorities - 1));
        try {
            plans.push_back(plan_of(choice, options, run, lookup));
        } catch (const BadInput& error) {
            throw BadInput(choice.name + ": " + error.what());
        }
    }
    return plans;
}

}  // namespace hpnsim
