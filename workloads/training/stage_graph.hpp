// SPDX-License-Identifier: GPL-2.0-only
// Builds the graph of the tasks of a pipeline stage's ranks. Computations and what they wait for follow each
// other; gradients and parameters of ZeRO move beside them. Internal to training.
#pragma once

#include "training/costs.hpp"
#include "training/places.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

class StageGraph
{
public:
    StageGraph(const TrainingLayout& layout, const TrainingCosts& costs, const TrainingFamilies& families,
               uint32_t stage, uint32_t position = 0);

    /// Adds the tasks of an iteration. Throws BadInput if there are too many, or they last too long.
    void add_iteration();
    TaskGraph graph;  ///< not finished yet
    std::vector<TrainingRole> roles;
    Bytes loaded = 0, written = 0;  ///< from and to storage

private:
    /// Rows of a timeline; tasks of one stream follow each other.
    enum Stream : uint8_t {
        kCompute,
        kTensor,
        kContext,
        kExpert,
        kNext,
        kBefore,
        kGradients,
        kExpertGradients,
        kParameters,
        kExpertParameters,
        kKeys,
        kKeyGradients,
        kLoads,
        kCheckpoints,
    };
    static constexpr uint32_t kNone = 0xffffffff;
    static constexpr double kLongest_s = 4e6;  ///< of a rank's computations (assumption)
    /// A collective of a dimension: its group, and whose time it takes.
    struct Dimension {
        uint16_t family;
        uint64_t ranks;
        uint8_t stream;
        Spent spent;
    };
    struct Bucket {
        double dense = 0, experts = 0;
    };

    void pass(const PipelineStep& step);
    void forward(uint32_t layer);
    void backward(uint32_t layer);
    void enter();
    void leave();
    void attention(uint32_t layer, double passes, bool back);
    /// Computes attention over all blocks of keys and values of a context group, which go round it.
    void ring_attention(double seconds, bool back);
    uint32_t pass_block(uint32_t tag, uint32_t after, uint32_t and_after);
    uint32_t take_block(uint32_t tag, uint32_t after, uint8_t stream);
    void mlp(uint32_t layer, double passes);
    void experts(uint32_t layer, double passes);
    void gather_parameters(uint32_t layer);
    void reduce_gradients(uint32_t layer);
    void reduce(const Bucket& bucket);
    void reduce_full_buckets(bool last);
    void finish_iteration();
    /// Parameters that a rank of the stage holds.
    Bucket held() const;
    double optimizer_s() const;

    void await_data();
    uint32_t load(uint32_t after);
    void checkpoint();
    Bytes checkpoint_bytes() const;
    uint32_t store_elsewhere(Bytes bytes, uint64_t ranks, uint32_t after, Stream stream);

    void receive(bool from_before);
    void send(bool to_before);
    uint32_t tag(uint32_t part, bool back) const;
    uint32_t part() const { return step_.chunk * layout_.pipeline + stage_; }

    void compute(double seconds);
    void flush();
    /// Returns the last task of the main order; kNone: there is none.
    uint32_t position();
    void blocking(CollectiveKind kind, const Dimension& of, Bytes bytes);
    /// Begins a collective beside the main order, after a task of it. Returns kNone if there is nothing to
    /// do.
    uint32_t beside(CollectiveKind kind, const Dimension& of, double bytes, uint32_t after, uint8_t stream);
    void add_main(Task task, Spent spent, const std::string& label);
    uint32_t add(Task task, Spent spent, const std::string& label);
    void join(const std::string& label);

    const TrainingLayout& layout_;
    const TrainingCosts& costs_;
    uint16_t stages_, ends_, job_, storage_;  // families
    Dimension tensor_, context_, expert_, data_, expert_data_;
    uint32_t stage_, position_;  // position: in the context group

    PipelineStep step_;
    std::string name_;  // of the step
    double pending_s_ = 0, total_s_ = 0;
    uint32_t last_ = kNone;           // of the main order
    uint32_t fetch_from_ = kNone;     // what the next layer's parameters are fetched after
    std::vector<uint32_t> awaited_;   // by the next task of the main order
    std::vector<uint32_t> reducing_;  // gradients under way
    Bucket bucket_;
    std::vector<Bucket> buckets_;  // of the iteration, in the order of the backward pass
    uint32_t blocks_ = 0;          // messages round the context group so far
    uint32_t iterations_ = 0, loads_ = 0, writes_ = 0;
    uint32_t loading_ = kNone;       // what the next micro-batch waits for
    std::vector<uint32_t> storing_;  // a checkpoint under way
};

}  // namespace hpnsim
