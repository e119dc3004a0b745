// SPDX-License-Identifier: GPL-2.0-only
// Implements the critical path: paths are handed on from what ends to what begins.
#include "hpnsim/critical_path.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

uint64_t key_of(uint32_t rank, uint32_t task)
{
    return uint64_t{rank} << 32 | task;
}

}  // namespace

CriticalPath::CriticalPath(const TrainingPlan& plan) : plan_(plan), ranks_(plan.program.ranks)
{
    uint64_t groups = 0;
    for (uint16_t family = 0; family < plan.program.groups.families(); ++family) {
        first_meeting_.push_back(groups);
        groups += plan.program.groups.family(family).groups.size();
    }
}

void CriticalPath::extend(Path& path, uint32_t rank, Spent spent, Time by) const
{
    path.times.at(static_cast<size_t>(spent)) += by;
    const size_t storage = plan_.stage_of(plan_.trainers - 1) + 1;
    path.stages.resize(storage + 1);
    path.stages[rank < plan_.trainers ? plan_.stage_of(rank) : storage] += by;
}

/// True if `task` waits for `first`, or for its turn behind it in their stream.
bool CriticalPath::follows(uint32_t rank, uint32_t task, uint32_t first) const
{
    const TaskGraph& graph = plan_.program.graph(rank);
    const uint8_t stream = graph.task(task).stream;
    if (stream != kNoStream && graph.task(first).stream == stream) return true;
    const TaskGraph::Numbers next = graph.on_end(first);
    return std::find(next.begin(), next.end(), task) != next.end();
}

/// Returns the path to the begin of a task.
CriticalPath::Path CriticalPath::before(uint32_t rank, uint32_t task, Time now) const
{
    const Rank& it = ranks_[rank];
    if (it.at == now)
        for (const Ended& each : it.ended)
            if (follows(rank, task, each.task)) return each.path;
    Path late;  // nothing has ended: the rank begins
    extend(late, rank, Spent::bubble, now);
    return late;
}

uint64_t CriticalPath::meeting_of(uint32_t rank, uint32_t task) const
{
    const uint16_t family = plan_.program.graph(rank).task(task).family;
    const uint64_t group = first_meeting_[family] + plan_.program.groups.of(family, rank).group;
    return group << 32 | plan_.program.graph(rank).turn(task);
}

void CriticalPath::on_begin(uint32_t rank, uint32_t task, Time now)
{
    const Task& it = plan_.program.graph(rank).task(task);
    Path path = before(rank, task, now);
    if (it.kind == Task::Kind::collective) {
        Meeting& meeting = meetings_[meeting_of(rank, task)];
        if (meeting.left == 0)
            meeting.left = static_cast<uint32_t>(plan_.program.groups.group_of(it.family, rank).size());
        if (meeting.path.stages.empty() || now > meeting.came) meeting.path = path;
        meeting.came = now;
        return;
    }
    begun_[key_of(rank, task)] = std::move(path);
}

void CriticalPath::on_message(uint32_t src, uint32_t task, uint32_t dst, Time sent, Time arrived)
{
    Path path = begun_.at(key_of(src, task));
    extend(path, src, plan_.role(src, task).spent, arrived - sent);
    ranks_[dst].message = std::move(path);
    ranks_[dst].arrived = arrived;
}

/// Returns the path to the end of a rank's part of a collective.
CriticalPath::Path CriticalPath::met(uint32_t rank, uint32_t task, Time end)
{
    const uint64_t key = meeting_of(rank, task);
    Meeting& meeting = meetings_.at(key);
    Path path = meeting.path;
    extend(path, rank, plan_.role(rank, task).spent, end - meeting.came);
    if (--meeting.left == 0) meetings_.erase(key);
    return path;
}

void CriticalPath::on_task(uint32_t rank, uint32_t task, Time start, Time end)
{
    const TrainingRole& role = plan_.role(rank, task);
    const Task::Kind kind = plan_.program.graph(rank).task(task).kind;
    Rank& it = ranks_[rank];
    Path path;
    if (kind == Task::Kind::collective) {
        path = met(rank, task, end);
    } else {
        const auto begun = begun_.find(key_of(rank, task));
        if (kind == Task::Kind::receive && end > start && it.arrived == end) {
            path = it.message;
        } else {
            path = std::move(begun->second);
            extend(path, rank, role.spent, end - start);
        }
        begun_.erase(begun);
    }
    if (role.last) end_iteration(rank, end, path);
    if (it.at < end) it.ended.clear();
    it.at = end;
    it.ended.push_back({task, std::move(path)});
}

void CriticalPath::end_iteration(uint32_t rank, Time end, const Path& path)
{
    uint32_t& number = ranks_[rank].iterations;
    if (number == iterations_.size()) iterations_.emplace_back();
    Iteration& iteration = iterations_[number++];
    if (iteration.ranks == 0 || end > iteration.end) {
        iteration.end = end;
        iteration.path = path;
    }
    if (++iteration.ranks < plan_.trainers) return;
    ended_ = iteration.path.times;
    ended_stages_ = std::move(iteration.path.stages);
}

}  // namespace hpnsim
