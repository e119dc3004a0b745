// SPDX-License-Identifier: GPL-2.0-only
// Makes small training jobs and runs them over the fake network: what tests of training share.
#pragma once

#include "fake_carrier.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/critical_path.hpp"
#include "hpnsim/program_workload.hpp"
#include "hpnsim/training_meter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// A model of 4 layers whose numbers are easy to reckon with: attention has 4 h^2 parameters, an MLP 3 h ffn.
inline TrainingLayout small_layout()
{
    TrainingLayout layout;
    TrainingModel& model = layout.model;
    model.layers = 4;
    model.hidden = 64;
    model.heads = model.kv_heads = 8;
    model.head_size = 8;
    model.ffn = 128;
    model.vocabulary = 100;
    model.sequence = 32;
    return layout;
}

/// What became of a job.
struct TrainingRun {
    bool done = false;
    std::string stuck;
    std::vector<Time> ends;
    std::vector<TrainingMeter::Times> spent;  ///< by rank
    uint32_t critical = 0;
    SpentTimes path{};  ///< the critical one
    std::vector<Time> path_stages;
    Time storage_busy;
    Time of(uint32_t rank, Spent what) const { return spent[rank].at(static_cast<size_t>(what)); }
};

/// Hosts have `gpus` ranks each.
inline TrainingRun run_training(const TrainingPlan& plan, FakeCarrier& carrier, uint32_t gpus = 2,
                                std::vector<Time> starts = {})
{
    check_program(plan.program);
    ProgramSetting setting;
    for (uint32_t rank = 0; rank < plan.program.ranks; ++rank) {
        setting.endpoint_of.push_back(rank);
        setting.host_of.push_back(rank / gpus);
    }
    setting.starts = std::move(starts);
    ProgramWorkload workload(std::shared_ptr<const Program>(std::shared_ptr<void>(), &plan.program), setting);
    TrainingMeter meter(plan);
    CriticalPath path(plan);
    workload.on_begin = [&](uint32_t rank, uint32_t task, Time now) {
        path.on_begin(rank, task, now);
        meter.on_begin(rank, task, now);
    };
    workload.on_task = [&](uint32_t rank, uint32_t task, Time start, Time end) {
        path.on_task(rank, task, start, end);
        meter.on_task(rank, task, start, end);
    };
    workload.on_message = [&](uint64_t, uint32_t src, uint32_t task, uint32_t dst, Time sent, Time arrived) {
        path.on_message(src, task, dst, sent, arrived);
        meter.on_message(dst, sent);
    };
    carrier.run(workload);
    TrainingRun run{workload.done(),       workload.stuck(), meter.ends(),  {},
                    meter.critical_rank(), path.times(),     path.stages(), meter.storage_busy()};
    for (uint32_t rank = 0; rank < plan.trainers; ++rank) run.spent.push_back(meter.spent(rank));
    return run;
}

inline TrainingPlan checked_plan(const TrainingLayout& layout)
{
    check_layout(layout);
    return plan_training(layout);
}

/// The sentence about a layout that cannot be; "" if it can.
inline std::string sentence_about(const TrainingLayout& layout)
{
    try {
        checked_plan(layout);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

/// The buffers of a stage's collectives of one kind in a dimension, in order.
inline std::vector<Bytes> collectives_of(const TrainingPlan& plan, uint32_t stage, CollectiveKind kind,
                                         Spent spent)
{
    std::vector<Bytes> sizes;
    const TaskGraph& graph = *plan.program.graphs[stage];
    for (uint32_t i = 0; i < graph.size(); ++i) {
        const Task& task = graph.task(i);
        if (task.kind == Task::Kind::collective && task.collective == kind &&
            plan.roles[stage][i].spent == spent)
            sizes.push_back(task.bytes);
    }
    return sizes;
}

inline Bytes sum_of(const std::vector<Bytes>& sizes)
{
    Bytes sum = 0;
    for (const Bytes each : sizes) sum += each;
    return sum;
}

}  // namespace hpnsim
