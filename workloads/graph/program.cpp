// SPDX-License-Identifier: GPL-2.0-only
// Keeps the groups of a program, and refuses programs that no run could carry out.
#include "hpnsim/program.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <numeric>

namespace hpnsim
{

GroupTable::GroupTable(uint32_t ranks) : ranks_(ranks)
{
    GroupFamily world{"world", {std::vector<uint32_t>(ranks)}};
    std::iota(world.groups.front().begin(), world.groups.front().end(), 0);
    if (ranks > 0) add(std::move(world));
}

uint16_t GroupTable::add(GroupFamily family)
{
    std::vector<Membership> members(ranks_);
    const std::string what = "group " + family.name + ": ";
    for (uint32_t g = 0; g < family.groups.size(); ++g) {
        if (family.groups[g].empty()) throw BadInput(what + "it has no ranks");
        for (uint32_t p = 0; p < family.groups[g].size(); ++p) {
            const uint32_t rank = family.groups[g][p];
            if (rank >= ranks_)
                throw BadInput(what + "there is no rank " + std::to_string(rank) + "; there are " +
                               std::to_string(ranks_) + ", counted from 0");
            if (members[rank].member())
                throw BadInput(what + "rank " + std::to_string(rank) + " is named twice");
            members[rank] = {g, p};
        }
    }
    families_.push_back(std::move(family));
    members_.push_back(std::move(members));
    return static_cast<uint16_t>(families_.size() - 1);
}

uint32_t GroupTable::rank_at(uint16_t family, uint32_t rank, uint32_t position) const
{
    return family == kWorld ? position : group_of(family, rank)[position];
}

const std::vector<uint32_t>& GroupTable::group_of(uint16_t family, uint32_t rank) const
{
    return families_[family].groups[members_[family][rank].group];
}

namespace
{

bool talks(const Task& task)
{
    return task.kind == Task::Kind::send || task.kind == Task::Kind::receive;
}

/// Returns what is wrong with a task; empty: nothing.
std::string fault_of(const Program& program, uint32_t rank, const Task& task)
{
    if (task.bytes < 0) return "its size is negative";
    if (task.time < Time{}) return "its time is negative";
    if (task.family >= program.groups.families())
        return "there is no family of groups number " + std::to_string(task.family);
    const std::string& family = program.groups.family(task.family).name;
    if (task.kind != Task::Kind::compute && !program.groups.of(task.family, rank).member())
        return "rank " + std::to_string(rank) + " is in no group '" + family + "'";
    if (!talks(task)) return "";
    const size_t peers = program.groups.group_of(task.family, rank).size();
    const bool any = task.kind == Task::Kind::receive && task.peer == kAnyRank;
    if (task.peer < peers || any) return "";
    return "there is no rank " + std::to_string(task.peer) + "; there are " + std::to_string(peers) +
           ", counted from 0" + (task.family == kWorld ? "" : ", in its group '" + family + "'");
}

std::string described(const Task& task)
{
    return std::string(name_of(task.collective)) + " of " + std::to_string(task.bytes) + " bytes";
}

/// The collectives of each family in a graph, in their order.
using Collectives = std::vector<std::vector<uint32_t>>;

Collectives collectives_of(const TaskGraph& graph, size_t families)
{
    Collectives all(families);
    for (uint32_t i = 0; i < graph.size(); ++i)
        if (graph.task(i).kind == Task::Kind::collective) all[graph.task(i).family].push_back(i);
    return all;
}

/// Compares the collectives of a rank with those of the first member of its group.
void check_agreement(const Program& program, uint16_t family, uint32_t rank,
                     const std::vector<Collectives>& all)
{
    const uint32_t first = program.groups.group_of(family, rank).front();
    if (program.graph_of[first] == program.graph_of[rank]) return;
    const std::vector<uint32_t>& here = all[program.graph_of[rank]][family];
    const std::vector<uint32_t>& there = all[program.graph_of[first]][family];
    const std::string group = "in their group '" + program.groups.family(family).name + "'";
    const std::string ranks = "ranks " + std::to_string(first) + " and " + std::to_string(rank);
    if (here.size() != there.size())
        throw BadInput(ranks + " take part in " + std::to_string(there.size()) + " and " +
                       std::to_string(here.size()) + " collectives " + group +
                       "; all members must take part in each");
    for (size_t turn = 0; turn < here.size(); ++turn) {
        const Task &mine = program.graph(rank).task(here[turn]),
                   &theirs = program.graph(first).task(there[turn]);
        if (mine.collective == theirs.collective && mine.bytes == theirs.bytes) continue;
        throw BadInput(ranks + " disagree about collective " + std::to_string(turn) + " " + group + ": " +
                       described(theirs) + " in task " + std::to_string(there[turn]) + ", and " +
                       described(mine) + " in task " + std::to_string(here[turn]));
    }
}

void check_collectives(const Program& program)
{
    std::vector<Collectives> all;
    for (const auto& graph : program.graphs) all.push_back(collectives_of(*graph, program.groups.families()));
    for (uint32_t rank = 0; rank < program.ranks; ++rank)
        for (uint16_t family = 0; family < program.groups.families(); ++family)
            if (program.groups.of(family, rank).member()) check_agreement(program, family, rank, all);
}

}  // namespace

void check_program(const Program& program)
{
    for (uint32_t rank = 0; rank < program.ranks; ++rank) {
        const TaskGraph& graph = program.graph(rank);
        for (uint32_t i = 0; i < graph.size(); ++i) {
            const std::string fault = fault_of(program, rank, graph.task(i));
            if (!fault.empty())
                throw BadInput("rank " + std::to_string(rank) + ", task " + std::to_string(i) + ": " + fault);
        }
    }
    check_collectives(program);
}

ProgramTotals totals_of(const Program& program)
{
    ProgramTotals totals;
    for (uint32_t rank = 0; rank < program.ranks; ++rank) {
        const TaskGraph& graph = program.graph(rank);
        Time computed;
        totals.tasks += graph.size();
        for (uint32_t i = 0; i < graph.size(); ++i) {
            const Task& task = graph.task(i);
            totals.sends += task.kind == Task::Kind::send ? 1 : 0;
            totals.receives += task.kind == Task::Kind::receive ? 1 : 0;
            totals.collectives += task.kind == Task::Kind::collective ? 1 : 0;
            if (task.kind == Task::Kind::send) totals.sent += task.bytes;
            if (task.kind == Task::Kind::compute) computed += task.time;
        }
        totals.compute_longest = std::max(totals.compute_longest, computed);
    }
    return totals;
}

}  // namespace hpnsim
