// SPDX-License-Identifier: GPL-2.0-only
// Implements the steps along trees.
#include "collectives/tree_steps.hpp"

#include <algorithm>

namespace hpnsim
{

Bytes pipelined_chunk(Bytes channel_bytes, uint32_t depth)
{
    constexpr Bytes kKib = 1024;
    Bytes chunk = 512 * kKib;
    const auto halve = [&](Bytes least, Bytes chunks) {
        while (chunk > least && channel_bytes / chunk < chunks) chunk /= 2;
    };
    halve(128 * kKib, Bytes{8} * depth);
    halve(64 * kKib, Bytes{4} * depth);
    halve(32 * kKib, depth);
    return chunk;
}

TreeSteps::TreeSteps(std::unique_ptr<const Trees> trees, const CollectiveCall& call, TreeWay way,
                     uint32_t window)
    : trees_(std::move(trees)), size_(call.size), ranks_(call.shape.ranks), gpus_(call.shape.gpus),
      channels_(call.channels), pieces_(count_pieces(cut(call.size, call.channels, 0).bytes, call.chunk)),
      window_(std::min(window, pieces_)), way_(way)
{
}

Bytes TreeSteps::memory_bytes(uint32_t rank) const
{
    uint32_t most = 0;
    for (uint32_t channel = 0; sums() && channel < channels_; ++channel)
        most = std::max(most, trees_->children(channel, rank).count());
    return size_ * (1 + most) + credit_room();
}

uint64_t TreeSteps::credits(uint32_t channel, uint32_t rank) const
{
    if (way_ != TreeWay::up || filled(channel) <= window_ || !leaf(channel, rank)) return 0;
    return trees_->parent(channel, rank) / gpus_ == rank / gpus_ ? filled(channel) - window_ : 0;
}

uint64_t TreeSteps::transfers() const
{
    uint64_t count = 0;
    for (uint32_t channel = 0; channel < channels_; ++channel) {
        count += filled(channel) * ways() * (ranks_ - 1);
        for (uint32_t rank = 0; rank < ranks_ && filled(channel) > window_; ++rank)
            count += credits(channel, rank);
    }
    return count;
}

uint64_t TreeSteps::share(uint32_t rank) const
{
    uint64_t count = 0;
    for (uint32_t channel = 0; channel < channels_; ++channel) {
        if (trees_->parent(channel, rank) != Trees::kNone)
            count += filled(channel) * ways() + credits(channel, rank);
        for (const uint32_t child : trees_->children(channel, rank))
            count += filled(channel) * ways() + credits(channel, child);
    }
    return count;
}

uint64_t TreeSteps::code_of(const Hop& hop) const
{
    const uint64_t edge = (uint64_t{hop.piece} * channels_ + hop.channel) * ranks_ + hop.rank;
    return edge * 2 + (hop.down ? 1 : 0);
}

TreeSteps::Hop TreeSteps::hop_of(uint64_t code) const
{
    Hop hop;
    hop.down = code % 2 == 1;
    code /= 2;
    hop.rank = static_cast<uint32_t>(code % ranks_);
    code /= ranks_;
    hop.channel = static_cast<uint32_t>(code % channels_);
    hop.piece = static_cast<uint32_t>(code / channels_);
    return hop;
}

Bytes TreeSteps::staging(uint32_t parent, const Hop& hop) const
{
    const Trees::Children children = trees_->children(hop.channel, parent);
    const auto number = std::find(children.begin(), children.end(), hop.rank) - children.begin();
    return credit_room() + size_ * (1 + number);
}

/// No two credits that are under way share their place: a window lies between them.
Transfer TreeSteps::credit(const Hop& hop, uint32_t parent) const
{
    Transfer t;
    t.src = parent;
    t.dst = hop.rank;
    t.bytes = kCredit;
    t.offset = t.landing = t.result = size_ + kCredit * (hop.channel * window_ + hop.piece % window_);
    t.channel = hop.channel;
    return t;
}

Transfer TreeSteps::transfer(uint64_t code) const
{
    const Hop hop = hop_of(code);
    const uint32_t parent = trees_->parent(hop.channel, hop.rank);
    if (parent == Trees::kNone) return {};
    if (hop.down && way_ == TreeWay::up) return credit(hop, parent);
    const Cut range = range_of(hop);
    Transfer t;
    t.src = hop.down ? parent : hop.rank;
    t.dst = hop.down ? hop.rank : parent;
    t.offset = t.result = t.landing = range.offset;
    t.bytes = range.bytes;
    t.reduce = !hop.down;
    if (t.reduce) t.landing += staging(parent, hop);
    t.channel = hop.channel;
    return t;
}

void TreeSteps::begin(uint32_t rank, Codes& out) const
{
    for (uint32_t piece = 0; piece < pieces_; ++piece)
        for (uint32_t channel = 0; channel < channels_; ++channel) {
            if (piece >= filled(channel)) continue;
            const Hop hop{piece, channel, rank, false};
            if (!sums() && trees_->parent(channel, rank) == Trees::kNone)
                spread(hop, rank, out);
            else if (sums() && leaf(channel, rank) && (piece < window_ || !returns(channel, rank)))
                out.push_back(code_of(hop));
        }
}

/// Sends the chunk from `parent` to each of its children.
void TreeSteps::spread(Hop hop, uint32_t parent, Codes& out) const
{
    hop.down = true;
    for (const uint32_t child : trees_->children(hop.channel, parent)) {
        hop.rank = child;
        out.push_back(code_of(hop));
    }
}

void TreeSteps::enables(uint64_t code, Codes& out) const
{
    Hop hop = hop_of(code);
    if (!hop.down) return after_up(hop, out);
    spread(hop, hop.rank, out);
    hop.down = false;
    hop.piece += window_;
    if (sums() && hop.piece < filled(hop.channel) && leaf(hop.channel, hop.rank)) out.push_back(code_of(hop));
}

/// The parent has the chunk.
void TreeSteps::after_up(Hop hop, Codes& out) const
{
    if (credits(hop.channel, hop.rank) > hop.piece) {
        hop.down = true;
        out.push_back(code_of(hop));
        hop.down = false;
    }
    hop.rank = trees_->parent(hop.channel, hop.rank);
    if (trees_->parent(hop.channel, hop.rank) != Trees::kNone)
        out.push_back(code_of(hop));
    else if (way_ == TreeWay::up_then_down)
        spread(hop, hop.rank, out);
}

/// What is added up waits for every child; so does the sum that the root sends down.
uint64_t TreeSteps::waits(uint64_t code) const
{
    const Hop hop = hop_of(code);
    uint32_t rank = hop.rank;
    if (hop.down) {
        rank = trees_->parent(hop.channel, hop.rank);
        if (way_ != TreeWay::up_then_down || rank == Trees::kNone ||
            trees_->parent(hop.channel, rank) != Trees::kNone)
            return 1;
    }
    return std::max(trees_->children(hop.channel, rank).count(), 1U);
}

}  // namespace hpnsim
