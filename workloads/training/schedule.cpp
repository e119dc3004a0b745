// SPDX-License-Identifier: GPL-2.0-only
// Orders the forward and backward passes of a pipeline stage.
#include "hpnsim/training.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Micro-batches go through the chunks in groups of as many as there are stages.
PipelineStep step_of(bool forward, uint32_t number, uint32_t stages, uint32_t chunks)
{
    const uint32_t chunk = number / stages % chunks;
    return {forward, number / (stages * chunks) * stages + number % stages,
            forward ? chunk : chunks - 1 - chunk};
}

}  // namespace

std::vector<PipelineStep> one_f_one_b(uint32_t stages, uint32_t stage, uint32_t micro_batches,
                                      uint32_t chunks)
{
    const uint32_t total = micro_batches * chunks, later = stages - stage - 1;
    const uint32_t ahead = std::min(chunks == 1 ? later : 2 * later + (chunks - 1) * stages, total);
    std::vector<PipelineStep> steps;
    for (uint32_t i = 0; i < total + ahead; ++i) {
        if (i < total) steps.push_back(step_of(true, i, stages, chunks));
        if (i >= ahead) steps.push_back(step_of(false, i - ahead, stages, chunks));
    }
    return steps;
}

}  // namespace hpnsim
