// SPDX-License-Identifier: GPL-2.0-only
// The steps of every collective that adds up or spreads buffers along trees. Internal to the collectives.
// The buffer is shared out among the channels, and each channel's part is cut into chunks that follow each
// other through its tree: upwards a rank sends its parent a chunk when all its children's have come and were
// added to its own; downwards it sends a chunk on when it has come.
// Who only sends upwards would hand all its chunks to NVLink at once, and those that it passes on for others
// would wait behind them. So its parent gives it credits, as NCCL does: a message of 8 bytes says that a slot
// is free again. Where sums come down again, they serve as credits.
#pragma once

#include "collectives/pieces.hpp"
#include "collectives/trees.hpp"

#include <memory>

namespace hpnsim
{

enum class TreeWay : uint8_t {
    up,            ///< the root ends with the sum
    down,          ///< all end with what the root has
    up_then_down,  ///< all end with the sum
};

/// Returns the size of a chunk by NCCL's rule for trees (src/enqueue.cc): 512 KiB, a slot of its buffers,
/// but halved down to 128, 64 and 32 KiB while a channel has fewer chunks than 8, 4 times and once the depth,
/// so that filling the pipeline takes little of the whole time.
Bytes pipelined_chunk(Bytes channel_bytes, uint32_t depth);

/// So many chunks keep a leaf's NVLink busy: one is on its way while the credit for the one before returns.
inline constexpr uint32_t kLeafWindow = 2;

class TreeSteps : public Collective
{
public:
    /// `window`: a leaf has so many chunks of a channel under way at once.
    TreeSteps(std::unique_ptr<const Trees> trees, const CollectiveCall& call, TreeWay way, uint32_t window);

    uint64_t code_limit() const override { return uint64_t{channels_} * pieces_ * ranks_ * 2; }
    bool names_all() const override { return way_ == TreeWay::up_then_down; }
    Bytes memory_bytes(uint32_t rank) const override;
    uint64_t transfers() const override;
    uint64_t share(uint32_t rank) const override;
    Transfer transfer(uint64_t code) const override;
    void begin(uint32_t rank, Codes& out) const override;
    void enables(uint64_t code, Codes& out) const override;
    uint64_t waits(uint64_t code) const override;

private:
    /// A chunk on its way between a rank and its parent. If nothing else comes down, a hop down is a credit.
    struct Hop {
        uint32_t piece = 0, channel = 0, rank = 0;
        bool down = false;
    };
    static constexpr Bytes kCredit = 8;  ///< as NCCL's counter of free slots

    uint64_t code_of(const Hop& hop) const;
    Hop hop_of(uint64_t code) const;
    Cut channel_part(uint32_t channel) const { return cut(size_, channels_, channel); }
    Cut range_of(const Hop& hop) const { return nested(channel_part(hop.channel), pieces_, hop.piece); }
    uint64_t filled(uint32_t channel) const { return filled_parts(channel_part(channel).bytes, pieces_); }
    bool sums() const { return way_ != TreeWay::down; }
    uint64_t ways() const { return way_ == TreeWay::up_then_down ? 2 : 1; }
    bool leaf(uint32_t channel, uint32_t rank) const { return trees_->children(channel, rank).count() == 0; }
    /// Counts the credits that a rank gets from its parent: none over the network, where a leaf's chunks are
    /// in no one's way.
    uint64_t credits(uint32_t channel, uint32_t rank) const;
    /// Behind the buffer there is room for credits, then for what each child sends.
    Bytes credit_room() const { return way_ == TreeWay::up ? kCredit * channels_ * window_ : 0; }
    Bytes staging(uint32_t parent, const Hop& hop) const;
    Transfer credit(const Hop& hop, uint32_t parent) const;
    /// Something tells the leaf that a chunk is with its parent, or its sum with all.
    bool returns(uint32_t channel, uint32_t rank) const
    {
        return way_ == TreeWay::up_then_down || credits(channel, rank) > 0;
    }
    void after_up(Hop hop, Codes& out) const;
    void spread(Hop hop, uint32_t parent, Codes& out) const;

    std::unique_ptr<const Trees> trees_;
    Bytes size_;
    uint32_t ranks_, gpus_, channels_, pieces_, window_;
    TreeWay way_;
};

}  // namespace hpnsim
