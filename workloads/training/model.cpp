// SPDX-License-Identifier: GPL-2.0-only
// Counts the parameters and operations of a transformer.
#include "hpnsim/training_model.hpp"

namespace hpnsim
{

const std::vector<Setting>& TrainingModel::settings()
{
    using M = TrainingModel;
    static const std::vector<Setting> list = {
        count<&M::layers>("layers", "transformer layers", 1, 10'000),
        count<&M::hidden>("hidden", "width of the hidden state", 1, 1 << 20),
        count<&M::heads>("heads", "attention heads", 1, 1 << 16),
        count<&M::kv_heads>("kv-heads", "heads of keys and values", 1, 1 << 16),
        count<&M::head_size>("head-size", "width of a head", 1, 1 << 16),
        count<&M::ffn>("ffn", "width inside an MLP", 1, 1 << 24),
        flag<&M::gated>("gated", "MLPs have three matrices (SwiGLU), not two"),
        count<&M::vocabulary>("vocabulary", "tokens that there are", 1, 1 << 24),
        flag<&M::tied>("tied", "the embedding and the logits share a matrix"),
        count<&M::sequence>("sequence", "tokens of a sequence", 1, 1 << 24),
        count<&M::query_rank>("query-rank", "of latent attention, rank of the queries' matrix; 0: it is full",
                              0, 1 << 20),
        count<&M::kv_rank>("kv-rank", "of latent attention, rank of keys and values; 0: ordinary attention",
                           0, 1 << 20),
        count<&M::rope>("rope", "of latent attention, what a head has more for positions", 0, 1 << 16),
        count<&M::experts>("experts", "experts of a layer; 0: none", 0, 1 << 16),
        count<&M::top_k>("top-k", "experts of a token", 0, 1 << 16),
        count<&M::expert_ffn>("expert-ffn", "width inside an expert", 0, 1 << 24),
        count<&M::shared_experts>("shared-experts", "experts that every token has besides", 0, 1 << 16),
        count<&M::dense_layers>("dense-layers", "layers without experts, which are the first", 0, 10'000),
    };
    return list;
}

double TrainingModel::attention_parameters() const
{
    const double h = hidden, a = heads, d = head_size;
    if (kv_rank == 0) return 2 * h * a * d + 2 * h * kv_heads * d;
    const double query = query_rank == 0 ? h * a * (d + rope) : query_rank * (h + a * (d + rope));
    return query + h * (kv_rank + rope) + kv_rank * a * 2 * d + a * d * h;
}

double TrainingModel::mlp_parameters(uint32_t layer) const
{
    const double matrices = gated ? 3 : 2, h = hidden;
    if (!of_experts(layer)) return matrices * h * ffn;
    return h * experts + matrices * h * expert_ffn * shared_experts;
}

double TrainingModel::expert_parameters(uint32_t layer) const
{
    const double matrices = gated ? 3 : 2;
    return of_experts(layer) ? matrices * hidden * expert_ffn * experts : 0;
}

double TrainingModel::parameters() const
{
    double sum = embedding_parameters() * (tied ? 1 : 2);
    for (uint32_t layer = 0; layer < layers; ++layer)
        sum += attention_parameters() + mlp_parameters(layer) + expert_parameters(layer);
    return sum;
}

double TrainingModel::attention_flops() const
{
    const double scores = 1.0 * heads * (head_size + (kv_rank > 0 ? rope : 0)),
                 values = 1.0 * heads * head_size;
    return 2 * attention_parameters() + 2.0 * sequence * (scores + values);
}

double TrainingModel::expert_flops(uint32_t layer) const
{
    return of_experts(layer) ? 2 * expert_parameters(layer) / experts * top_k : 0;
}

double TrainingModel::training_flops(double tokens) const
{
    double forward = logit_flops();
    for (uint32_t layer = 0; layer < layers; ++layer)
        forward += attention_flops() + mlp_flops(layer) + expert_flops(layer);
    return 3 * forward * tokens;
}

}  // namespace hpnsim
