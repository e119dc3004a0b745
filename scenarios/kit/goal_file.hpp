// SPDX-License-Identifier: GPL-2.0-only
// The option --write-goal of every scenario whose messages GOAL can tell.
#pragma once

#include "hpnsim/collective_table.hpp"
#include "hpnsim/flow_file.hpp"
#include "hpnsim/program_workload.hpp"
#include "hpnsim/settings.hpp"

#include <string>

namespace hpnsim
{

/// A collective that all ranks of some groups begin at these times.
struct GoalCollective {
    const CollectiveOps* ops = nullptr;
    CollectiveCall call;  ///< of a group
    RankPlaces places;
    RankGroups groups;
    std::vector<Time> starts;  ///< by rank
};

/// Declares the option; the member is the name of a file.
template <auto Member> Setting write_goal_setting()
{
    return text<Member>("write-goal",
                        "also write the job as GOAL, with its collectives written out as messages: a text, "
                        "or GOAL's binary form if the name ends in .bin",
                        "FILE");
}

/// Writes the program, without the collectives that GOAL does not have. An empty `file` is none.
void write_goal_file(const Program& program, const ProgramSetting& setting, const std::string& file);

/// Writes a collective likewise, over a fabric of so many endpoints. Throws BadInput if a program cannot have
/// it.
void write_goal_file(const GoalCollective& job, uint32_t endpoints, const std::string& file);

/// Writes flows likewise, between so many endpoints.
void write_goal_file(const std::vector<FlowSpec>& flows, uint32_t endpoints, const std::string& file);

}  // namespace hpnsim
