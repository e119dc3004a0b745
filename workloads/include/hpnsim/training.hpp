// SPDX-License-Identifier: GPL-2.0-only
// Makes a program of a training job: from a model, and how it is laid over ranks, what each rank computes,
// sends and waits for in some iterations.
#pragma once

#include "hpnsim/program.hpp"
#include "hpnsim/training_model.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// How a job is divided, and what a GPU can do.
struct TrainingLayout {
    TrainingModel model;
    uint32_t tensor = 1, pipeline = 1, data = 1, expert = 1, context = 1;  ///< `expert` divides `data`
    uint32_t micro_batch = 1;                                              ///< sequences
    uint32_t micro_batches = 1;  ///< of a data-parallel replica, an iteration
    uint32_t chunks = 1;         ///< of layers that a stage holds: interleaved virtual stages
    /// ZeRO's stage (Rajbhandari et al., SC'20): what data-parallel ranks divide among themselves, 0 nothing,
    /// 1 the optimizer's state, 2 the gradients too, 3 the parameters too.
    uint32_t zero = 1;
    std::optional<uint32_t> buckets;  ///< into which a stage's gradients are cut; automatic: one a layer
    bool sequence_parallel = true;    ///< all-gather and reduce-scatter in the place of all-reduce
    bool recompute = false;           ///< a layer's forward pass is done again before its backward pass
    Bytes element = 2, gradient = 2;  ///< of a parameter or activation, and of a gradient on its way
    double tflops = 989;              ///< peak of a GPU
    double utilisation = 0.5;         ///< share of it that computations reach
    double memory_TBps = 3.35;        ///< what bounds the optimizer's step
    uint32_t iterations = 1;
    /// The dimensions from neighbouring ranks to far ones. Ranks of `ep` are a part of those of `dp`.
    std::string placement = "tp-cp-ep-dp-pp";

    /// All but the model and the number of micro-batches.
    static const std::vector<Setting>& settings();
    uint64_t ranks() const { return uint64_t{tensor} * pipeline * data * context; }
    uint64_t sequences() const { return uint64_t{micro_batch} * micro_batches * data; }
    /// Numbers of the layers in a chunk of a stage, [first, second). Uneven where they do not divide.
    std::pair<uint32_t, uint32_t> layers_of(uint32_t stage, uint32_t chunk) const;
};

/// Throws BadInput, "tp: ...", which names the nearest valid value, for what cannot be laid out.
void check_layout(const TrainingLayout& layout);

/// What a rank's time goes to.
enum class Spent : uint8_t { compute, tensor, pipeline, data, expert, context, bubble };
inline constexpr size_t kSpents = 7;

/// Says what a task is in the order of a rank's work.
struct TrainingRole {
    bool main = false;  ///< it is done in order with all others that are; else beside them
    bool last = false;  ///< it ends an iteration
    Spent spent = Spent::compute;
};

struct TrainingPlan {
    Program program{0};
    std::vector<std::vector<TrainingRole>> roles;  ///< by graph, then task; there is a graph for each stage
};

/// Lays the job out. The layout has been checked. Throws BadInput if it would have too many tasks.
TrainingPlan plan_training(const TrainingLayout& layout);

/// Payload that a rank of a stage hands to each dimension in an iteration: sends, and the collectives'
/// buffers as Task::bytes counts them.
using TrainingVolumes = std::array<double, kSpents>;
TrainingVolumes volumes_of(const TrainingPlan& plan, uint32_t stage, uint32_t iterations);

/// One step of a stage's schedule.
struct PipelineStep {
    bool forward = true;
    uint32_t micro_batch = 0, chunk = 0;
};

/// Returns the order of 1F1B (Narayanan et al., SC'21, section 2.2): forward passes until the pipeline is
/// full, then one forward and one backward in turn, and the backward passes that are left. With more than one
/// chunk a stage, their interleaved order.
std::vector<PipelineStep> one_f_one_b(uint32_t stages, uint32_t stage, uint32_t micro_batches,
                                      uint32_t chunks);

}  // namespace hpnsim
