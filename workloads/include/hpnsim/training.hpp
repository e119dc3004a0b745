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

/// Where a job's checkpoints and data are, and how much there is of them.
struct TrainingStorage {
    uint32_t checkpoint_every = 0;          ///< iterations; 0: never
    std::optional<Bytes> checkpoint_bytes;  ///< of a rank; automatic: its part of parameters and optimizer
    bool background = false;                ///< the next iterations go on while a checkpoint is written
    std::optional<Bytes> data_bytes;        ///< that a replica loads for each micro-batch
    bool shared = true;                     ///< over the fabric; else over links of its own, which share it
    uint32_t hosts = 1;
    double gbps = 400;  ///< of a host, of storage with links of its own
    /// What the fabric says: NICs of a host, and ports of a NIC, which a checkpoint uses all.
    uint32_t nics = 1, ports = 1;

    static const std::vector<Setting>& settings();
    bool used() const { return checkpoint_every > 0 || data_bytes; }
    /// Ranks that storage adds to the job's program, one a NIC.
    uint64_t ranks() const { return used() && shared ? uint64_t{hosts} * nics : 0; }
};

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
    std::optional<uint32_t> buckets;    ///< into which a stage's gradients are cut; automatic: one a layer
    std::optional<Bytes> bucket_bytes;  ///< of gradients that fill a bucket, instead
    bool ring = false;                  ///< context parallelism passes keys and values round, block by block
    bool sequence_parallel = true;      ///< all-gather and reduce-scatter in the place of all-reduce
    bool recompute = false;             ///< a layer's forward pass is done again before its backward pass
    Bytes element = 2, gradient = 2;    ///< of a parameter or activation, and of a gradient on its way
    double tflops = 989;                ///< peak of a GPU
    double utilisation = 0.5;           ///< share of it that computations reach
    double memory_tb_per_s = 3.35;      ///< what bounds the optimizer's step
    uint32_t iterations = 1;
    TrainingStorage storage;
    /// The dimensions from neighbouring ranks to far ones. Ranks of `ep` are a part of those of `dp`.
    std::string placement = "tp-cp-ep-dp-pp";

    /// All but the model, the number of micro-batches and the storage.
    static const std::vector<Setting>& settings();
    uint64_t ranks() const { return uint64_t{tensor} * pipeline * data * context; }
    uint64_t sequences() const { return uint64_t{micro_batch} * micro_batches * data; }
    /// Numbers of the layers in a chunk of a stage, [first, second). Uneven where they do not divide.
    std::pair<uint32_t, uint32_t> layers_of(uint32_t stage, uint32_t chunk) const;
};

/// Throws BadInput, "tp: ...", which names the nearest valid value, for what cannot be laid out.
void check_layout(const TrainingLayout& layout);

/// What a rank's time goes to.
enum class Spent : uint8_t { compute, tensor, pipeline, data, expert, context, storage, bubble };
inline constexpr size_t kSpents = 8;
using SpentTimes = std::array<Time, kSpents>;

/// Says what a task is in the order of a rank's work.
struct TrainingRole {
    bool main = false;  ///< it is done in order with all others that are; else beside them
    bool last = false;  ///< it ends an iteration
    Spent spent = Spent::compute;
};

struct TrainingPlan {
    Program program{0};
    /// By graph, then task. A stage has `graphs_per_stage` of them, one after the other; those of storage
    /// follow.
    std::vector<std::vector<TrainingRole>> roles;
    uint32_t graphs_per_stage = 1;
    uint32_t trainers = 0;          ///< ranks that train; those of storage follow
    Bytes loaded = 0, written = 0;  ///< from and to storage, by all ranks in all iterations

    uint32_t stage_of(uint32_t rank) const { return program.graph_of[rank] / graphs_per_stage; }
    const TrainingRole& role(uint32_t rank, uint32_t task) const
    {
        return roles[program.graph_of[rank]][task];
    }
};

/// Lays the job out. The layout has been checked. Throws BadInput if it would have too many tasks.
TrainingPlan plan_training(const TrainingLayout& layout);

/// Payload that the first rank of a stage hands to each dimension in an iteration: sends, and the
/// collectives' buffers as Task::bytes counts them.
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
