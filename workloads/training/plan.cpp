// SPDX-License-Identifier: GPL-2.0-only
// Puts the stages' graphs together to a program.
#include "training/stage_graph.hpp"

namespace hpnsim
{

TrainingPlan plan_training(const TrainingLayout& layout)
{
    const Places places(layout);
    const TrainingCosts costs(layout);
    TrainingPlan plan{Program(static_cast<uint32_t>(layout.ranks())), {}};
    plan.program.format = "training";
    const TrainingFamilies families = places.add_families(plan.program.groups);
    for (uint32_t stage = 0; stage < layout.pipeline; ++stage) {
        StageGraph made(layout, costs, families, stage);
        for (uint32_t i = 0; i < layout.iterations; ++i) made.add_iteration();
        made.graph.finish();
        plan.program.graphs.push_back(std::make_shared<const TaskGraph>(std::move(made.graph)));
        plan.roles.push_back(std::move(made.roles));
    }
    for (uint32_t rank = 0; rank < plan.program.ranks; ++rank)
        plan.program.graph_of[rank] = places.at(rank, Axis::pipeline);
    return plan;
}

TrainingVolumes volumes_of(const TrainingPlan& plan, uint32_t stage, uint32_t iterations)
{
    TrainingVolumes volumes{};
    const TaskGraph& graph = *plan.program.graphs[stage];
    for (uint32_t i = 0; i < graph.size(); ++i) {
        const Task& task = graph.task(i);
        if (task.kind != Task::Kind::send && task.kind != Task::Kind::collective) continue;
        volumes.at(static_cast<size_t>(plan.roles[stage][i].spent)) +=
            static_cast<double>(task.bytes) / iterations;
    }
    return volumes;
}

}  // namespace hpnsim
