// SPDX-License-Identifier: GPL-2.0-only
// Declares the groups that ranks of a training job form: of tensor, data, expert and pipeline parallelism.
// Traces that tell what one rank does give the sizes, and the groups follow from them.
#pragma once

#include "hpnsim/program.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace hpnsim
{

enum class Parallel : uint8_t {
    tensor,
    data,
    expert,         ///< ranks that hold other experts of one layer, a part of a data group
    expert_data,    ///< ranks that hold the same experts, the other part of it
    expert_tensor,  ///< the tensor groups of an expert group together
    pipeline,
    embedding,  ///< the first and the last stage of a pipeline
};
inline constexpr size_t kParallels = 7;
const char* name_of(Parallel parallel);

struct ParallelSizes {
    uint32_t ranks = 1, tensor = 1, pipeline = 1, expert = 1;
    /// Which ranks are far from each other: those of other stages (Megatron), or those of other data ranks,
    /// so that the stages of a pipeline are neighbours (SimAI).
    bool stages_outermost = true;

    uint32_t data() const { return ranks / tensor / pipeline; }
    uint32_t size_of(Parallel parallel) const;
    uint32_t stage_of(uint32_t rank) const;
};

/// Numbers of the families, by Parallel.
using ParallelFamilies = std::array<uint16_t, kParallels>;

/// Adds the families of these sizes. Throws BadInput that begins with `place` if they do not divide each
/// other.
ParallelFamilies add_parallel_groups(const std::string& place, const ParallelSizes& sizes, GroupTable& table);

}  // namespace hpnsim
