// SPDX-License-Identifier: GPL-2.0-only
// Implements the graphs of storage: the mirror of what the ranks that it serves ask for and write.
#include "training/storage_graph.hpp"

namespace hpnsim
{

namespace
{

constexpr uint32_t kNone = 0xffffffff;

/// The tasks that serve one rank: loads follow each other, and so do checkpoints.
class Service
{
public:
    Service(TaskGraph& graph, uint16_t family, uint32_t position)
        : graph_(graph), family_(family), position_(position)
    {
    }

    /// `asked` is a task of the rank, of which those with storage matter.
    void add(const Task& asked)
    {
        if (asked.kind == Task::Kind::send && asked.bytes == kStorageRequest && asked.tag % 2 == 0) {
            loads_ = follow(Task::receive(position_, asked.bytes, asked.tag), loads_, "request");
        } else if (asked.kind == Task::Kind::send) {
            writes_ = follow(Task::receive(position_, asked.bytes, asked.tag), writes_, "checkpoint");
        } else if (asked.kind == Task::Kind::receive) {
            follow(Task::send(position_, asked.bytes, asked.tag), loads_, "data");
        }
    }

private:
    uint32_t follow(Task task, uint32_t first, const char* label)
    {
        task.family = family_;
        task.label = graph_.label(label);
        const uint32_t number = graph_.add(task);
        if (first != kNone) graph_.after(number, first);
        return number;
    }

    TaskGraph& graph_;
    uint16_t family_;
    uint32_t position_;
    uint32_t loads_ = kNone, writes_ = kNone;
};

}  // namespace

TaskGraph storage_graph(const TrainingPlan& plan, uint16_t family, uint32_t rank)
{
    TaskGraph graph;
    const std::vector<uint32_t>& group = plan.program.groups.group_of(family, rank);
    for (uint32_t position = 1; position < group.size(); ++position) {
        Service service(graph, family, position);
        const TaskGraph& served = plan.program.graph(group[position]);
        for (uint32_t i = 0; i < served.size(); ++i)
            if (served.task(i).family == family) service.add(served.task(i));
    }
    graph.finish();
    return graph;
}

}  // namespace hpnsim
