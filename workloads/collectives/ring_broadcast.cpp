// SPDX-License-Identifier: GPL-2.0-only
// Broadcast along the rings of NCCL, a channel per rail: each ring is cut open at rank 0, which sends its
// part of the buffer in chunks; whoever receives a chunk sends it on, and the last rank keeps it. All but the
// last send S/C bytes on each of C channels, so the time is S/C over a NIC's rate, and n - 1 hops for the
// first chunk.
// Source: NCCL, src/device/broadcast.h; E. Chan et al., "Collective communication: theory, practice, and
// experience" (2007), describe the chain.
#include "collectives/one_way.hpp"

namespace hpnsim
{

namespace
{

struct RingBroadcast : AlongRings<TreeWay::down> {
    static constexpr CollectiveInfo info{"ring", &kBroadcast, kDoc, kChannels, kChunk};
};

}  // namespace

HPNSIM_COLLECTIVE(RingBroadcast)

}  // namespace hpnsim
