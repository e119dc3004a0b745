// SPDX-License-Identifier: GPL-2.0-only
// Describes the transformers that training jobs train: their shape, and what follows from it, parameters and
// floating-point operations.
#pragma once

#include "hpnsim/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hpnsim
{

/// A decoder-only transformer. Layers from `dense_layers` on are of experts if there are any.
struct TrainingModel {
    uint32_t layers = 1, hidden = 64, heads = 1, kv_heads = 1, head_size = 64, ffn = 256;
    bool gated = true;  ///< SwiGLU: three matrices in the MLP, else two
    uint32_t vocabulary = 1024;
    bool tied = false;  ///< the embedding's matrix is that of the logits
    uint32_t sequence = 1024;
    /// Latent attention (DeepSeek): ranks of the matrices of queries, keys and values, and what a head has
    /// for positions. A kv_rank of 0 is ordinary attention.
    uint32_t query_rank = 0, kv_rank = 0, rope = 0;
    uint32_t experts = 0, top_k = 0, expert_ffn = 0, shared_experts = 0, dense_layers = 0;

    static const std::vector<Setting>& settings();

    bool of_experts(uint32_t layer) const { return experts > 0 && layer >= dense_layers; }

    // Parameters: the matrices. Biases, norms and positions are left out (0.02 % of GPT-3).
    double attention_parameters() const;
    /// Of an MLP; where a layer is of experts, of its router and the experts that all tokens share.
    double mlp_parameters(uint32_t layer) const;
    /// Of all experts of a layer among which tokens choose.
    double expert_parameters(uint32_t layer) const;
    double embedding_parameters() const { return 1.0 * vocabulary * hidden; }
    double parameters() const;

    // Floating-point operations of a token in the forward pass: 2 for each parameter that it meets, and in
    // attention 2 x sequence for each of a head's numbers in the scores and again in their sum, 4 s h in all
    // (Narayanan et al., SC'21, appendix: 24 B s h^2 + 4 B s^2 h of a layer, 2 B s h V of the logits). A
    // causal mask saves nothing there.
    double attention_flops() const;
    double mlp_flops(uint32_t layer) const { return 2 * mlp_parameters(layer); }
    double expert_flops(uint32_t layer) const;
    double logit_flops() const { return 2 * embedding_parameters(); }
    /// Of so many tokens, forward and backward; the backward pass is two forward passes. A pass that only
    /// computes activations again does not count.
    double training_flops(double tokens) const;
};

/// A model that has a name.
struct TrainingPreset {
    const char* name;
    const char* source;
    TrainingModel model;
};
const std::vector<TrainingPreset>& training_presets();

/// Reads NAME[:key=value,...]. Throws BadInput that begins with `what`.
TrainingModel parse_training_model(const std::string& what, const std::string& text);

}  // namespace hpnsim
