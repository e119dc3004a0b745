// SPDX-License-Identifier: GPL-2.0-only
// Implements attention over blocks of keys and values that go round a context group (Ring Attention): each
// rank computes with the block that it has while the next one comes.
#include "training/stage_graph.hpp"

namespace hpnsim
{

/// In the backward pass the blocks go round again, and each block's gradients behind it: a rank adds its own
/// to what comes, and after as many steps as there are ranks they are back where the block belongs.
void StageGraph::ring_attention(double seconds, bool back)
{
    const auto ranks = static_cast<uint32_t>(context_.ranks);
    const uint32_t first = blocks_;
    blocks_ += 2 * ranks;
    uint32_t block = kNone, gradients = kNone;
    for (uint32_t step = 0; step < ranks; ++step) {
        const uint32_t here = position();
        if (step + 1 < ranks) {
            pass_block(first + step, here, block);
            block = take_block(first + step, here, kKeys);
        }
        compute(seconds / ranks);
        const uint32_t done = position();
        if (step + 1 < ranks) awaited_.push_back(block);
        if (!back) continue;
        pass_block(first + ranks + step, done, gradients);
        gradients = take_block(first + ranks + step, done, kKeyGradients);
    }
    if (back) awaited_.push_back(gradients);
}

/// Sends a block to the next rank, after two tasks.
uint32_t StageGraph::pass_block(uint32_t tag, uint32_t after, uint32_t and_after)
{
    const auto ranks = static_cast<uint32_t>(context_.ranks);
    Task task = Task::send((position_ + 1) % ranks, costs_.keys / ranks, tag);
    task.family = context_.family;
    const uint32_t number = add(task, Spent::context, name_ + " pass block");
    if (after != kNone) graph.after(number, after);
    if (and_after != kNone) graph.after(number, and_after);
    return number;
}

/// Waits for a block of the rank before, beside the main order.
uint32_t StageGraph::take_block(uint32_t tag, uint32_t after, uint8_t stream)
{
    const auto ranks = static_cast<uint32_t>(context_.ranks);
    Task task = Task::receive((position_ + ranks - 1) % ranks, costs_.keys / ranks, tag, stream);
    task.family = context_.family;
    const uint32_t number = add(task, Spent::context, name_ + " wait for block");
    if (after != kNone) graph.after(number, after);
    return number;
}

}  // namespace hpnsim
