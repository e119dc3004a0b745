// SPDX-License-Identifier: GPL-2.0-only
// Puts the stages' graphs together to a program.
#include "training/stage_graph.hpp"
#include "training/storage_graph.hpp"

namespace hpnsim
{

namespace
{

/// Adds a stage's graph, for the ranks at a position in their context group; of any if all do the same.
void add_stage(const TrainingLayout& layout, const TrainingCosts& costs, const TrainingFamilies& families,
               uint32_t stage, uint32_t position, TrainingPlan& plan)
{
    StageGraph made(layout, costs, families, stage, position);
    for (uint32_t i = 0; i < layout.iterations; ++i) made.add_iteration();
    made.graph.finish();
    const auto ranks = static_cast<Bytes>(plan.trainers / layout.pipeline / plan.graphs_per_stage);
    plan.loaded += made.loaded * ranks;
    plan.written += made.written * ranks;
    plan.program.graphs.push_back(std::make_shared<const TaskGraph>(std::move(made.graph)));
    plan.roles.push_back(std::move(made.roles));
}

void add_storage(const TrainingFamilies& families, TrainingPlan& plan)
{
    for (uint32_t rank = plan.trainers; rank < plan.program.ranks; ++rank) {
        TaskGraph graph = storage_graph(plan, families.storage, rank);
        plan.program.graph_of[rank] = static_cast<uint32_t>(plan.program.graphs.size());
        plan.roles.emplace_back(graph.size(), TrainingRole{false, false, Spent::storage});
        plan.program.graphs.push_back(std::make_shared<const TaskGraph>(std::move(graph)));
    }
}

}  // namespace

TrainingPlan plan_training(const TrainingLayout& layout)
{
    const Places places(layout);
    const TrainingCosts costs(layout);
    TrainingPlan plan{Program(static_cast<uint32_t>(layout.ranks() + layout.storage.ranks())), {}};
    plan.trainers = static_cast<uint32_t>(layout.ranks());
    plan.graphs_per_stage = layout.ring ? layout.context : 1;
    plan.program.format = "training";
    TrainingFamilies families = places.add_families(plan.program.groups);
    if (layout.storage.ranks() > 0) places.add_storage(layout.storage, plan.program.groups, families);
    for (uint32_t stage = 0; stage < layout.pipeline; ++stage)
        for (uint32_t position = 0; position < plan.graphs_per_stage; ++position)
            add_stage(layout, costs, families, stage, position, plan);
    for (uint32_t rank = 0; rank < plan.trainers; ++rank)
        plan.program.graph_of[rank] = places.at(rank, Axis::pipeline) * plan.graphs_per_stage +
                                      (layout.ring ? places.at(rank, Axis::context) : 0);
    add_storage(families, plan);
    return plan;
}

TrainingVolumes volumes_of(const TrainingPlan& plan, uint32_t stage, uint32_t iterations)
{
    TrainingVolumes volumes{};
    const uint32_t first = stage * plan.graphs_per_stage;
    const TaskGraph& graph = *plan.program.graphs[first];
    for (uint32_t i = 0; i < graph.size(); ++i) {
        const Task& task = graph.task(i);
        if (task.kind != Task::Kind::send && task.kind != Task::Kind::collective) continue;
        volumes.at(static_cast<size_t>(plan.roles[first][i].spent)) +=
            static_cast<double>(task.bytes) / iterations;
    }
    return volumes;
}

}  // namespace hpnsim
