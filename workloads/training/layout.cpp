// SPDX-License-Identifier: GPL-2.0-only
// Refuses layouts that cannot be, with the nearest that can.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/training.hpp"
#include "training/places.hpp"

namespace hpnsim
{

namespace
{

constexpr uint64_t kMostRanks = 1 << 20;
constexpr uint32_t kMostBuckets = 100'000;

/// Returns the divisors of `whole` next to `wish`, in words.
std::string divisors_near(uint64_t whole, uint64_t wish)
{
    uint64_t below = 1, above = whole;
    for (uint64_t i = 1; i <= whole; ++i) {
        if (whole % i != 0) continue;
        if (i <= wish) below = i;
        if (i >= wish && i < above) above = i;
    }
    if (wish > whole || below == above) return "the nearest is " + std::to_string(below);
    return "the nearest are " + std::to_string(below) + " and " + std::to_string(above);
}

void divide(const char* option, uint64_t parts, uint64_t whole, const std::string& of)
{
    if (whole % parts == 0) return;
    throw BadInput(std::string(option) + ": " + std::to_string(parts) + " does not divide " +
                   std::to_string(whole) + " " + of + "; " + divisors_near(whole, parts));
}

void check_pipeline(const TrainingLayout& layout)
{
    const uint64_t parts = uint64_t{layout.pipeline} * layout.chunks;
    const uint32_t layers = layout.model.layers;
    if (layout.chunks > 1 && layout.pipeline == 1)
        throw BadInput("virtual: one pipeline stage has nothing to interleave; use 1, or more stages");
    if (parts > layers) {
        const bool stages = layout.chunks == 1;
        throw BadInput(std::string(stages ? "pp" : "virtual") + ": " + std::to_string(parts) +
                       " parts need a layer each, and the model has " + std::to_string(layers) +
                       "; the nearest is " +
                       std::to_string(stages ? layers : std::max(1U, layers / layout.pipeline)));
    }
    if (layout.chunks == 1 || layout.micro_batches % layout.pipeline == 0) return;
    const uint32_t below = layout.micro_batches / layout.pipeline * layout.pipeline;
    throw BadInput("micro-batches: interleaved stages take them in groups of " +
                   std::to_string(layout.pipeline) + "; the nearest of " +
                   std::to_string(layout.micro_batches) + " is " + std::to_string(below + layout.pipeline) +
                   (below > 0 ? " or " + std::to_string(below) : ""));
}

void check_experts(const TrainingLayout& layout)
{
    if (layout.model.experts == 0) {
        if (layout.expert > 1) throw BadInput("ep: the model has no experts; the nearest is 1");
        return;
    }
    divide("ep", layout.expert, layout.data,
           "data-parallel ranks (dp), of which the expert groups are parts");
    divide("ep", layout.expert, layout.model.experts, "experts");
    if (layout.tensor > 1 && !layout.sequence_parallel)
        throw BadInput("sequence-parallel: 0 does not go with experts and tensor parallelism, as in "
                       "Megatron-LM; use 1, or tp 1");
}

void check_exchanges(const TrainingLayout& layout)
{
    if (layout.buckets && layout.bucket_bytes)
        throw BadInput("bucket-bytes: the number of buckets is given as well; leave one of the two out");
    const double gradients = layout.model.parameters() * static_cast<double>(layout.gradient) / layout.tensor;
    if (layout.bucket_bytes && gradients / static_cast<double>(*layout.bucket_bytes) > kMostBuckets)
        throw BadInput("bucket-bytes: the model's gradients would be more than " +
                       std::to_string(kMostBuckets) + " buckets; the nearest is " +
                       std::to_string(static_cast<uint64_t>(gradients / kMostBuckets) + 1));
    if (layout.ring && layout.context < 2)
        throw BadInput("cp-exchange: a ring needs ranks that share a sequence; use cp 2 or more");
}

void check_storage(const TrainingLayout& layout)
{
    const TrainingStorage& storage = layout.storage;
    const TrainingStorage usual;
    const bool own_rate = storage.gbps < usual.gbps || storage.gbps > usual.gbps;
    if (!storage.used() && (storage.hosts != usual.hosts || !storage.shared || own_rate))
        throw BadInput("storage: nothing is loaded or written; use checkpoint-every or data-bytes as well");
    if (storage.shared && own_rate)
        throw BadInput("storage-gbps: shared storage has the rate of its NICs; use storage separate");
    if (storage.checkpoint_every > layout.iterations)
        throw BadInput("checkpoint-every: " + std::to_string(storage.checkpoint_every) +
                       " iterations never pass in " + std::to_string(layout.iterations) +
                       "; the nearest is " + std::to_string(layout.iterations) + ", or raise iterations");
    if (storage.checkpoint_every > 0) return;
    if (storage.checkpoint_bytes || storage.background)
        throw BadInput(std::string(storage.background ? "checkpoint-async" : "checkpoint-bytes") +
                       ": no checkpoint is written without checkpoint-every");
}

}  // namespace

std::pair<uint32_t, uint32_t> TrainingLayout::layers_of(uint32_t stage, uint32_t chunk) const
{
    const uint64_t parts = uint64_t{pipeline} * chunks, part = uint64_t{chunk} * pipeline + stage;
    return {static_cast<uint32_t>(part * model.layers / parts),
            static_cast<uint32_t>((part + 1) * model.layers / parts)};
}

void check_layout(const TrainingLayout& layout)
{
    if (layout.ranks() + layout.storage.ranks() > kMostRanks)
        throw BadInput("dp: " + std::to_string(layout.ranks()) + " ranks are more than " +
                       std::to_string(kMostRanks));
    divide("tp", layout.tensor, layout.model.heads, "attention heads");
    const bool split = layout.sequence_parallel && layout.tensor > 1;
    divide("cp", layout.context, layout.model.sequence, "tokens of a sequence");
    if (split)
        divide("tp", layout.tensor, layout.model.sequence / layout.context, "tokens of a rank's sequence");
    check_experts(layout);
    check_pipeline(layout);
    check_exchanges(layout);
    check_storage(layout);
    order_of(layout.placement);
}

}  // namespace hpnsim
