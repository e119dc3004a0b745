// SPDX-License-Identifier: GPL-2.0-only
// Writes the collectives of a program out as sends and receives.
#include "graph/group_collectives.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace hpnsim
{

namespace
{

/// The tasks of one rank's new graph that stand for a task of the old one.
struct Ends {
    uint32_t first = 0, last = 0;
};

class Expansion
{
public:
    Expansion(const Program& program, const ProgramSetting& setting)
        : program_(program), groups_(program, setting), graphs_(program.ranks), ends_(program.ranks),
          next_tag_(first_free_tag(program))
    {
    }

    Program result()
    {
        for (uint32_t rank = 0; rank < program_.ranks; ++rank) copy_tasks(rank);
        for (uint32_t rank = 0; rank < program_.ranks; ++rank) expand_tasks(rank);
        for (uint32_t rank = 0; rank < program_.ranks; ++rank) join_tasks(rank);
        Program made(program_.ranks);
        made.rules = program_.rules;
        made.format = program_.format;
        for (uint32_t rank = 0; rank < program_.ranks; ++rank) {
            graphs_[rank]->finish();
            made.graphs.push_back(graphs_[rank]);
            made.graph_of[rank] = rank;
        }
        return made;
    }

private:
    /// Tasks of a collective's steps: of a transfer the send and the receive, of local work the same twice.
    struct StepTasks {
        uint32_t at_src, at_dst;
    };

    static uint32_t first_free_tag(const Program& program)
    {
        uint32_t tag = 0;
        for (const auto& graph : program.graphs)
            for (uint32_t i = 0; i < graph->size(); ++i)
                if (graph->task(i).tag != kAnyTag) tag = std::max(tag, graph->task(i).tag);
        return tag + 1;
    }

    void copy_tasks(uint32_t rank)
    {
        const TaskGraph& graph = program_.graph(rank);
        graphs_[rank] = std::make_shared<TaskGraph>();
        ends_[rank].resize(graph.size());
        for (uint32_t i = 0; i < graph.size(); ++i) {
            Task task = graph.task(i);
            if (task.kind == Task::Kind::collective) task = Task::compute(Time{});
            if (task.kind != Task::Kind::compute && task.peer != kAnyRank)
                task.peer = program_.groups.rank_at(task.family, rank, task.peer);
            task.family = kWorld;
            task.label = graphs_[rank]->label(graph.labels()[task.label]);
            ends_[rank][i].first = ends_[rank][i].last = graphs_[rank]->add(task);
        }
    }

    void expand_tasks(uint32_t rank)
    {
        const TaskGraph& graph = program_.graph(rank);
        for (uint32_t i = 0; i < graph.size(); ++i)
            if (graph.task(i).kind == Task::Kind::collective) join(rank, i);
    }

    void join_tasks(uint32_t rank)
    {
        const TaskGraph& graph = program_.graph(rank);
        for (uint32_t i = 0; i < graph.size(); ++i) {
            for (const uint32_t next : graph.on_end(i))
                graphs_[rank]->after(ends_[rank][next].first, ends_[rank][i].last);
            for (const uint32_t next : graph.on_start(i))
                graphs_[rank]->after_start(ends_[rank][next].first, ends_[rank][i].first);
        }
    }

    /// Expands the collective once the last of its members has come.
    void join(uint32_t rank, uint32_t task)
    {
        const uint32_t index = groups_.join(rank, task, program_.graph(rank).turn(task));
        GroupCollective& group = groups_.at(index);
        if (group.came < group.members->size()) return;
        for (uint32_t position = 0; position < group.members->size(); ++position) {
            Ends& ends = ends_at(group, position);
            ends.last = graph_at(group, position).add(Task::compute(Time{}));
            graph_at(group, position).after(ends.last, ends.first);
        }
        if (group.running == nullptr)
            expand_barrier(group);
        else
            expand_steps(group, group.running->collective());
        groups_.close(index);
    }

    TaskGraph& graph_at(const GroupCollective& group, uint32_t position)
    {
        return *graphs_[(*group.members)[position]];
    }
    Ends& ends_at(const GroupCollective& group, uint32_t position)
    {
        return ends_[(*group.members)[position]][group.tasks[position]];
    }

    /// A byte to the first member and back: the least that makes everybody wait for the last.
    void expand_barrier(const GroupCollective& group)
    {
        const auto size = static_cast<uint32_t>(group.members->size());
        std::vector<uint32_t> there;
        for (uint32_t position = 1; position < size; ++position) {
            const StepTasks step = message(group, position, 0, 1);
            begin_with(group, position, step.at_src);
            there.push_back(step.at_dst);
        }
        for (uint32_t position = 1; position < size; ++position) {
            const StepTasks back = message(group, 0, position, 1);
            begin_with(group, 0, back.at_src);
            for (const uint32_t receive : there) graph_at(group, 0).after(back.at_src, receive);
        }
    }

    /// Adds a message that both must have done with.
    StepTasks message(const GroupCollective& group, uint32_t src, uint32_t dst, Bytes bytes)
    {
        const uint32_t tag = next_tag_++;
        if (tag == kAnyTag) throw BadInput("the collectives have more steps than there are tags");
        TaskGraph &from = graph_at(group, src), &to = graph_at(group, dst);
        const StepTasks step{from.add(Task::send((*group.members)[dst], bytes, tag)),
                             to.add(Task::receive((*group.members)[src], bytes, tag))};
        from.after(ends_at(group, src).last, step.at_src);
        to.after(ends_at(group, dst).last, step.at_dst);
        return step;
    }

    /// Makes a task wait for the rank's coming.
    void begin_with(const GroupCollective& group, uint32_t position, uint32_t task)
    {
        graph_at(group, position).after(task, ends_at(group, position).first);
    }

    void expand_steps(const GroupCollective& group, const Collective& collective)
    {
        steps_.clear();
        made_.clear();
        for (uint32_t position = 0; position < group.members->size(); ++position) {
            next_.clear();
            collective.begin(position, next_);
            for (const uint64_t code : next_)
                begin_with(group, position, step(group, collective, code).at_src);
        }
        const size_t first = todo_.size();
        while (!todo_.empty()) {
            const uint64_t code = todo_.front();
            todo_.pop_front();
            const uint32_t rank = collective.transfer(code).dst;
            next_.clear();
            collective.enables(code, next_);
            for (const uint64_t each : next_)
                graph_at(group, rank).after(step(group, collective, each).at_src, steps_.at(code).at_dst);
        }
        later_steps_begin(group, collective, first);
    }

    /// What comes before its sender has come is sent on in the order of codes then, as RunningCollective does
    /// it. The `first` steps wait for the coming already.
    void later_steps_begin(const GroupCollective& group, const Collective& collective, size_t first)
    {
        std::sort(made_.begin() + static_cast<ptrdiff_t>(first), made_.end());
        for (size_t i = first; i < made_.size(); ++i)
            begin_with(group, collective.transfer(made_[i]).src, steps_.at(made_[i]).at_src);
    }

    /// Returns the tasks of a step, which it makes when the step is first named.
    StepTasks step(const GroupCollective& group, const Collective& collective, uint64_t code)
    {
        const auto known = steps_.find(code);
        if (known != steps_.end()) return known->second;
        todo_.push_back(code);
        made_.push_back(code);
        const Transfer t = collective.transfer(code);
        StepTasks made{};
        if (t.local()) {
            TaskGraph& graph = graph_at(group, t.src);
            made.at_src = made.at_dst = graph.add(Task::compute(Time{}));
        } else {
            // GOAL has one length for both ends of NVLink.
            made = message(group, t.src, t.dst, (t.sent() + t.received()) / 2);
        }
        steps_[code] = made;
        const uint64_t gate = collective.gate(code);
        if (gate != Collective::kNoGate)
            graph_at(group, t.src).after(made.at_src, step(group, collective, gate).at_dst);
        return made;
    }

    const Program& program_;
    GroupCollectives groups_;
    std::vector<std::shared_ptr<TaskGraph>> graphs_;
    std::vector<std::vector<Ends>> ends_;  // by rank, then old task
    uint32_t next_tag_;
    std::unordered_map<uint64_t, StepTasks> steps_;  // looked up, never walked
    std::deque<uint64_t> todo_;
    Collective::Codes next_, made_;
};

}  // namespace

Program expand_collectives(const Program& program, const ProgramSetting& setting)
{
    return Expansion(program, setting).result();
}

}  // namespace hpnsim
