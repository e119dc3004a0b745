// SPDX-License-Identifier: GPL-2.0-only
// Implements the costs: parameters, tokens and operations divided among the ranks that share them.
#include "training/costs.hpp"

#include "hpnsim/bad_input.hpp"

#include <cmath>

namespace hpnsim
{

Bytes whole_bytes(double bytes)
{
    if (bytes > 0x1p62) throw BadInput("micro-batch: a message would have more than 2^62 bytes");
    return std::llround(bytes);
}

double TrainingCosts::stored(double dense, double experts) const
{
    return dense * stored_dense_ + experts * stored_experts_;
}

TrainingCosts::TrainingCosts(const TrainingLayout& layout)
{
    const TrainingModel& model = layout.model;
    const double tp = layout.tensor, element = static_cast<double>(layout.element);
    const double rank_tokens = 1.0 * layout.micro_batch * model.sequence / layout.context;
    const double flops_per_s = layout.tflops * 1e12 * layout.utilisation;
    const double seconds_per_flop = rank_tokens / tp / flops_per_s;  // of a token
    for (uint32_t i = 0; i < model.layers; ++i) {
        LayerCosts costs;
        costs.attention_s = model.attention_flops() * seconds_per_flop;
        costs.scores_s = (model.attention_flops() - 2 * model.attention_parameters()) * seconds_per_flop;
        costs.mlp_s = model.mlp_flops(i) * seconds_per_flop;
        costs.experts_s = model.expert_flops(i) * seconds_per_flop;
        costs.dense = (model.attention_parameters() + model.mlp_parameters(i)) / tp;
        costs.experts = model.expert_parameters(i) / tp / layout.expert;
        layers.push_back(costs);
    }
    embedding = model.embedding_parameters() / tp;
    layers.front().dense += embedding;
    if (!model.tied || layout.pipeline > 1) layers.back().dense += embedding;
    logits_s = model.logit_flops() * seconds_per_flop;

    const double split = layout.sequence_parallel ? tp : 1;
    const double state = rank_tokens * model.hidden * element;
    hidden = whole_bytes(state);
    boundary = whole_bytes(state / split);
    const double held = std::ceil(model.kv_heads / tp);  // a head is not divided
    const double key = model.kv_rank > 0 ? model.kv_rank + model.rope : 2 * held * model.head_size;
    keys = whole_bytes(rank_tokens * layout.context * key * element);
    this->tokens = whole_bytes(state * model.top_k / split);
    routed = whole_bytes(state * model.top_k);
    // Adam reads a gradient, writes a parameter, and reads and writes master copy, mean and variance of 4
    // bytes each.
    stored_dense_ = (element + 12) / layout.data / layout.context;
    stored_experts_ = stored_dense_ * layout.expert;
    optimizer_s_ = (static_cast<double>(layout.gradient) + element + 24) / (layout.memory_tb_per_s * 1e12);
}

}  // namespace hpnsim
