// SPDX-License-Identifier: GPL-2.0-only
// NCCL's PAT, "Parallel Aggregated Trees" (NCCL 2.23; Jeaugey, arXiv 2506.20252). Internal to the
// collectives. Every block has a binomial tree from the rank that owns it to all others, and all trees are
// walked in step: in a round of distance D a rank sends to the rank D further all blocks that are to go
// there, as one message. It is Bruck's algorithm with the far ranks first, when there is one block to send,
// and the near ones last, when there are n/2. ReduceScatter walks the trees backwards, from the near ranks to
// the far ones. The blocks of a message do not lie in a row in the buffer, so ranks keep them in another
// memory in the order in which the rounds bring them: what is to be sent then is a row, or two where n is no
// power of two. Blocks are copied out of it, and before a ReduceScatter into it. NCCL offers PAT to hosts of
// one GPU. Here the GPUs of the same number in all hosts do it on their rail, all rails at once, and then,
// with what each has, those of a host over NVLink; backwards for ReduceScatter. Simplified: NCCL bounds the
// memory: it aggregates fewer blocks in the last rounds the larger they are. Here blocks are cut into pieces
// instead, `channels` of which go through the trees at once, and every piece has memory of its own. Pieces of
// all blocks are as long as the longest one's.
#pragma once

#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

std::unique_ptr<Collective> make_pat(const CollectiveCall& call, bool reduces);

/// What the table says of both.
struct PatDefaults {
    static constexpr const char* kChannels = "number of pieces in progress at once (default 16)";
    static constexpr const char* kChunk =
        "size of the pieces into which a block is cut (default 32K, or a 1024th of the block)";

    // Of what was tried for 24 and 64 ranks in hosts of 8, 16M and 256M, these are the fastest or nearly so:
    // pieces that are larger, or fewer at once, leave the network idle while NVLink works.
    static uint32_t channels(CollectiveShape) { return 16; }
    static Bytes chunk(CollectiveShape shape, Bytes size);
    static double pairs(CollectiveShape shape);
};

}  // namespace hpnsim
