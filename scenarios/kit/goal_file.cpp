// SPDX-License-Identifier: GPL-2.0-only
// Writes what scenarios do as GOAL.
#include "kit/goal_file.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective_groups.hpp"
#include "hpnsim/flow_program.hpp"
#include "hpnsim/goal.hpp"

#include <fstream>

namespace hpnsim
{

namespace
{

void write_expanded(const Program& program, const std::string& file)
{
    const bool binary = file.size() > 4 && file.compare(file.size() - 4, 4, ".bin") == 0;
    std::ofstream out(file, std::ios::binary);
    if (binary)
        write_goal_binary(program, out);
    else
        write_goal(program, out);
    out.flush();
    if (!out) throw BadInput("--write-goal: cannot write '" + file + "'");
}

/// Throws BadInput for what no task of a program asks for.
CollectiveKind kind_of(const CollectiveOps& ops)
{
    const std::string name = ops.info.name;
    if (*ops.info.file != '\0' || name == "multi-ring")
        throw BadInput("--write-goal: '" + name + "' cannot be written; take another algorithm");
    for (size_t kind = 0; kind < static_cast<size_t>(CollectiveKind::barrier); ++kind)
        if (operation_of(static_cast<CollectiveKind>(kind)) == ops.info.operation)
            return static_cast<CollectiveKind>(kind);
    throw BadInput("--write-goal: " + std::string(ops.info.operation->name) +
                   " cannot be written; the other operations can");
}

/// Each rank is the rank of its endpoint, so that it runs there again; the others do nothing.
Program program_of(const GoalCollective& job, CollectiveKind kind, uint32_t endpoints)
{
    Program program(endpoints);
    GroupFamily family{"groups", {}};
    for (uint32_t group = 0; group < job.groups.count; ++group)
        family.groups.push_back(places_of_group(job.places, job.groups, group).endpoint_of);
    const uint16_t number = program.groups.add(std::move(family));
    std::vector<std::shared_ptr<TaskGraph>> graphs(endpoints);
    for (auto& graph : graphs) graph = std::make_shared<TaskGraph>();
    for (uint32_t rank = 0; rank < job.places.ranks(); ++rank) {
        TaskGraph& graph = *graphs[job.places.endpoint_of[rank]];
        const uint32_t task = graph.add(Task::with_group(kind, number, job.call.size));
        if (job.starts[rank] > Time{}) graph.after(task, graph.add(Task::compute(job.starts[rank])));
    }
    for (uint32_t rank = 0; rank < endpoints; ++rank) {
        graphs[rank]->finish();
        program.graphs.push_back(graphs[rank]);
        program.graph_of[rank] = rank;
    }
    return program;
}

}  // namespace

void write_goal_file(const GoalCollective& job, uint32_t endpoints, const std::string& file)
{
    const CollectiveKind kind = kind_of(*job.ops);
    ProgramSetting setting;
    setting.host_of.resize(endpoints);
    for (uint32_t endpoint = 0; endpoint < endpoints; ++endpoint)
        setting.host_of[endpoint] = endpoints + endpoint;
    for (uint32_t rank = 0; rank < job.places.ranks(); ++rank)
        setting.host_of[job.places.endpoint_of[rank]] = job.places.host_of[rank];
    setting.collectives.resize(static_cast<size_t>(CollectiveKind::barrier), nullptr);
    setting.collectives[static_cast<size_t>(kind)] = job.ops;
    setting.arguments.resize(setting.collectives.size());
    setting.arguments[static_cast<size_t>(kind)] = job.call.argument;
    setting.channels = job.call.channels;
    setting.chunk = job.call.chunk;
    write_goal_file(program_of(job, kind, endpoints), setting, file);
}

void write_goal_file(const Program& program, const ProgramSetting& setting, const std::string& file)
{
    if (!file.empty()) write_expanded(expand_collectives(program, setting), file);
}

void write_goal_file(const std::vector<FlowSpec>& flows, uint32_t endpoints, const std::string& file)
{
    if (!file.empty())
        write_expanded(
            as_option({{"flows", "write-goal"}}, [&] { return program_of_flows(flows, endpoints); }), file);
}

}  // namespace hpnsim
