// SPDX-License-Identifier: GPL-2.0-only
// Derives from the choices of a run what its ideal times are computed with.
#include "run/ideal_terms.hpp"

#include "peers/profiles.hpp"
#include "run/settings.hpp"

namespace hpnsim
{

namespace
{

const Movement& movement_of(Verb verb)
{
    return verb == Verb::read ? kRead : verb == Verb::send ? kSent : kWritten;
}

}  // namespace

Terms ideal_terms(const Scenario& scenario, const RunPlan& run)
{
    const CommonOptions& common = scenario.options.common;
    return {common.mtu, &bare_wire(scenario.options, run, choose_cc(run.cc).info()),
            movement_of(scenario.verb()), common.profile == "hpcc-sim"};
}

IdealTimes ideals_of(const Scenario& scenario, const RunPlan& run)
{
    return IdealTimes(scenario.plan, ideal_terms(scenario, run), ideal_rule(scenario.options.common));
}

}  // namespace hpnsim
