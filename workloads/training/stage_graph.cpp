// SPDX-License-Identifier: GPL-2.0-only
// Implements the stage's graph: passes through layers, layers of attention and MLP, and what each exchanges.
#include "training/stage_graph.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

/// Bounds of what a job may have, far above any that is meant to be run (assumptions).
constexpr uint32_t kMostTasks = 1U << 22;  // of all stages

}  // namespace

StageGraph::StageGraph(const TrainingLayout& layout, const TrainingCosts& costs,
                       const TrainingFamilies& families, uint32_t stage, uint32_t position)
    : layout_(layout), costs_(costs), stages_(families.pipeline), ends_(families.embedding),
      job_(families.job),
      storage_(families.storage), tensor_{families.tensor, layout.tensor, kTensor, Spent::tensor},
      context_{families.context, layout.context, kContext, Spent::context}, expert_{families.expert,
                                                                                    layout.expert, kExpert,
                                                                                    Spent::expert},
      data_{families.data, uint64_t{layout.data} * layout.context, kGradients, Spent::data},
      expert_data_{families.expert_data, uint64_t{layout.data} / layout.expert * layout.context,
                   kExpertGradients, Spent::data},
      stage_(stage), position_(position)
{
}

void StageGraph::add_iteration()
{
    fetch_from_ = position();
    buckets_.clear();
    for (const PipelineStep& step :
         one_f_one_b(layout_.pipeline, stage_, layout_.micro_batches, layout_.chunks))
        pass(step);
    finish_iteration();
}

void StageGraph::pass(const PipelineStep& step)
{
    step_ = step;
    name_ = (step.forward ? "forward " : "backward ") + std::to_string(step.micro_batch);
    if (layout_.chunks > 1) name_ += " chunk " + std::to_string(step.chunk);
    const bool first = part() == 0, last = part() + 1 == layout_.pipeline * layout_.chunks;
    const auto [from, to] = layout_.layers_of(stage_, step.chunk);
    if (step.forward) {
        if (first) await_data();
        if (!first) receive(true);
        for (uint32_t layer = from; layer < to; ++layer) forward(layer);
        if (!last) send(false);
    } else {
        if (!last) receive(false);
        for (uint32_t layer = to; layer-- > from;) backward(layer);
        if (!first) send(true);
    }
}

void StageGraph::forward(uint32_t layer)
{
    gather_parameters(layer);
    if (layer == 0) leave();  // of the embedding
    attention(layer, 1, false);
    mlp(layer, 1);
    if (layer + 1 < layout_.model.layers) return;
    enter();
    compute(costs_.logits_s);
}

/// A backward pass computes gradients of inputs and of weights: twice what the forward pass does.
void StageGraph::backward(uint32_t layer)
{
    gather_parameters(layer);
    if (layer + 1 == layout_.model.layers) {
        compute(2 * costs_.logits_s);
        leave();
    }
    if (layout_.recompute) {
        attention(layer, 1, false);
        mlp(layer, 1);
    }
    mlp(layer, 2);
    attention(layer, 2, true);
    if (layer == 0) enter();
    reduce_gradients(layer);
}

/// Before matrices that the tensor group shares: each rank gets the whole hidden state, unless it has it.
void StageGraph::enter()
{
    if (layout_.sequence_parallel) blocking(CollectiveKind::all_gather, tensor_, costs_.hidden);
}

/// Behind them: the parts of the result are added up.
void StageGraph::leave()
{
    blocking(layout_.sequence_parallel ? CollectiveKind::reduce_scatter : CollectiveKind::all_reduce, tensor_,
             costs_.hidden);
}

void StageGraph::attention(uint32_t layer, double passes, bool back)
{
    const LayerCosts& costs = costs_.layers[layer];
    enter();
    if (layout_.ring) {
        const double matrices = passes * (costs.attention_s - costs.scores_s);
        if (!back) compute(matrices);
        ring_attention(passes * costs.scores_s, back);
        if (back) compute(matrices);
    } else {
        blocking(CollectiveKind::all_gather, context_, costs_.keys);
        compute(passes * costs.attention_s);
        if (back) blocking(CollectiveKind::reduce_scatter, context_, costs_.keys);
    }
    leave();
}

void StageGraph::mlp(uint32_t layer, double passes)
{
    const TrainingModel& model = layout_.model;
    const bool shared = !model.of_experts(layer) || model.shared_experts > 0;
    if (shared) enter();
    compute(passes * costs_.layers[layer].mlp_s);
    if (shared) leave();
    if (model.of_experts(layer)) experts(layer, passes);
}

/// Every expert gets as many tokens as any other (assumption).
void StageGraph::experts(uint32_t layer, double passes)
{
    blocking(CollectiveKind::all_to_all, expert_, costs_.tokens);
    blocking(CollectiveKind::all_gather, tensor_, costs_.routed);
    compute(passes * costs_.layers[layer].experts_s);
    blocking(CollectiveKind::reduce_scatter, tensor_, costs_.routed);
    blocking(CollectiveKind::all_to_all, expert_, costs_.tokens);
}

/// ZeRO-3 fetches a layer's parameters while the layer before it computes.
void StageGraph::gather_parameters(uint32_t layer)
{
    if (layout_.zero < 3) return;
    const uint32_t here = position();
    const LayerCosts& costs = costs_.layers[layer];
    const auto element = static_cast<double>(layout_.element);
    for (const uint32_t task :
         {beside(CollectiveKind::all_gather, data_, costs.dense * element, fetch_from_, kParameters),
          beside(CollectiveKind::all_gather, expert_data_, costs.experts * element, fetch_from_,
                 kExpertParameters)})
        if (task != kNone) awaited_.push_back(task);
    fetch_from_ = here;
}

/// Gradients are reduced once a bucket of layers has them: those of the last micro-batch, or of each if ranks
/// keep only a part of them.
void StageGraph::reduce_gradients(uint32_t layer)
{
    if (layout_.zero < 2 && step_.micro_batch + 1 < layout_.micro_batches) return;
    bucket_.dense += costs_.layers[layer].dense;
    bucket_.experts += costs_.layers[layer].experts;
    const auto [from, to] = layout_.layers_of(stage_, step_.chunk);
    if (layout_.bucket_bytes) return reduce_full_buckets(layer == from);
    const uint64_t layers = to - from, done = to - layer;
    const uint64_t wish = layout_.buckets.value_or(layout_.model.layers);
    const uint64_t cuts = std::clamp<uint64_t>((wish + layout_.chunks - 1) / layout_.chunks, 1, layers);
    if (done * cuts / layers == (done - 1) * cuts / layers) return;
    reduce(bucket_);
    bucket_ = {};
}

/// Buckets are of one size but for the last of a chunk of layers. A layer may fill several.
void StageGraph::reduce_full_buckets(bool last)
{
    const double full = static_cast<double>(*layout_.bucket_bytes) / static_cast<double>(layout_.gradient);
    while (bucket_.dense >= full || bucket_.experts >= full) {
        const Bucket cut{bucket_.dense >= full ? full : 0, bucket_.experts >= full ? full : 0};
        bucket_.dense -= cut.dense;
        bucket_.experts -= cut.experts;
        reduce(cut);
    }
    if (!last) return;
    reduce(bucket_);
    bucket_ = {};
}

void StageGraph::reduce(const Bucket& bucket)
{
    if (step_.micro_batch + 1 == layout_.micro_batches) buckets_.push_back(bucket);
    const auto kind = layout_.zero == 0 ? CollectiveKind::all_reduce : CollectiveKind::reduce_scatter;
    const auto size = static_cast<double>(layout_.gradient);
    const uint32_t here = position();
    for (const uint32_t task : {beside(kind, data_, bucket.dense * size, here, kGradients),
                                beside(kind, expert_data_, bucket.experts * size, here, kExpertGradients)})
        if (task != kNone) reducing_.push_back(task);
}

/// All ranks wait for each other before the optimizer's step, for the norm of all gradients; its few bytes
/// are left out.
void StageGraph::finish_iteration()
{
    name_ = "iteration end";
    flush();
    awaited_.swap(reducing_);
    if (!awaited_.empty()) join("gradients reduced");
    const bool end = stage_ == 0 || stage_ + 1 == layout_.pipeline;
    if (layout_.model.tied && layout_.pipeline > 1 && end) {
        // They would wait for each other anyway; so that this wait is not taken for communication.
        add_main(Task::with_group(CollectiveKind::barrier, ends_, 0, kCompute), Spent::bubble, "embedding");
        blocking(CollectiveKind::all_reduce, {ends_, 2, kNext, Spent::pipeline},
                 whole_bytes(costs_.embedding * static_cast<double>(layout_.gradient)));
    }
    if (layout_.ranks() > 1)
        add_main(Task::with_group(CollectiveKind::barrier, job_, 0, kCompute), Spent::bubble,
                 "gradient norm");
    name_ = "optimizer";
    compute(optimizer_s());
    flush();
    if (layout_.zero == 1 || layout_.zero == 2)
        for (size_t i = buckets_.size(); i-- > 0;) {
            const auto element = static_cast<double>(layout_.element);
            for (const uint32_t task :
                 {beside(CollectiveKind::all_gather, data_, buckets_[i].dense * element, last_, kParameters),
                  beside(CollectiveKind::all_gather, expert_data_, buckets_[i].experts * element, last_,
                         kExpertParameters)})
                if (task != kNone) awaited_.push_back(task);
        }
    checkpoint();
    join("iteration end");
    roles.back().last = true;
}

StageGraph::Bucket StageGraph::held() const
{
    Bucket sum;
    for (uint32_t chunk = 0; chunk < layout_.chunks; ++chunk) {
        const auto [from, to] = layout_.layers_of(stage_, chunk);
        for (uint32_t layer = from; layer < to; ++layer) {
            sum.dense += costs_.layers[layer].dense;
            sum.experts += costs_.layers[layer].experts;
        }
    }
    return sum;
}

double StageGraph::optimizer_s() const
{
    Bucket own = held();
    if (layout_.zero > 0) {
        own.dense /= static_cast<double>(data_.ranks);
        own.experts /= static_cast<double>(expert_data_.ranks);
    }
    return costs_.optimizer_s(own.dense + own.experts);
}

/// A message is known by its micro-batch, and by the part of the model that takes it.
uint32_t StageGraph::tag(uint32_t part, bool back) const
{
    return (step_.micro_batch * layout_.pipeline * layout_.chunks + part) * 2 + (back ? 1 : 0);
}

void StageGraph::receive(bool from_before)
{
    flush();
    const uint32_t peer = (stage_ + (from_before ? layout_.pipeline - 1 : 1)) % layout_.pipeline;
    Task task =
        Task::receive(peer, costs_.boundary, tag(part(), !from_before), from_before ? kBefore : kNext);
    task.family = stages_;
    add_main(task, Spent::pipeline, "receive " + name_);
}

/// The rank goes on while the message is under way.
void StageGraph::send(bool to_before)
{
    flush();
    const uint32_t peer = (stage_ + (to_before ? layout_.pipeline - 1 : 1)) % layout_.pipeline;
    const uint32_t part = to_before ? this->part() - 1 : this->part() + 1;
    Task task = Task::send(peer, costs_.boundary, tag(part, to_before));
    task.family = stages_;
    const uint32_t number = add(task, Spent::pipeline, "send " + name_);
    graph.after(number, last_);
}

/// Computations without anything between them become one task.
void StageGraph::compute(double seconds)
{
    if (!awaited_.empty()) flush();
    pending_s_ += seconds;
    total_s_ += seconds;
    if (total_s_ > kLongest_s)
        throw BadInput("tflops: the computations of a rank would last more than 4000000 s together");
}

void StageGraph::flush()
{
    const Time time{std::llround(pending_s_ * 1e12)};
    pending_s_ = 0;
    if (time > Time{}) add_main(Task::compute(time, kCompute), Spent::compute, name_);
}

uint32_t StageGraph::position()
{
    flush();
    return last_;
}

void StageGraph::blocking(CollectiveKind kind, const Dimension& of, Bytes bytes)
{
    if (of.ranks < 2 || bytes == 0) return;
    flush();
    add_main(Task::with_group(kind, of.family, bytes, of.stream), of.spent, name_ + " " + name_of(kind));
}

uint32_t StageGraph::beside(CollectiveKind kind, const Dimension& of, double bytes, uint32_t after,
                            uint8_t stream)
{
    const Bytes whole = whole_bytes(bytes);
    if (of.ranks < 2 || whole == 0) return kNone;
    const uint32_t number =
        add(Task::with_group(kind, of.family, whole, stream), of.spent, name_ + " " + name_of(kind));
    if (after != kNone) graph.after(number, after);
    return number;
}

void StageGraph::add_main(Task task, Spent spent, const std::string& label)
{
    const uint32_t number = add(task, spent, label);
    roles.back().main = true;
    if (last_ != kNone) graph.after(number, last_);
    for (const uint32_t first : awaited_) graph.after(number, first);
    awaited_.clear();
    last_ = number;
}

uint32_t StageGraph::add(Task task, Spent spent, const std::string& label)
{
    if (graph.size() >= kMostTasks / layout_.pipeline)
        throw BadInput("micro-batches: the stages would have more than " + std::to_string(kMostTasks) +
                       " tasks; use fewer of them, fewer iterations or fewer layers");
    task.label = graph.label(label);
    roles.push_back({false, false, spent});
    return graph.add(task);
}

void StageGraph::join(const std::string& label)
{
    add_main(Task::compute(Time{}, kCompute), Spent::compute, label);
}

}  // namespace hpnsim
