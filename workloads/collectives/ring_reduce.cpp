// SPDX-License-Identifier: GPL-2.0-only
// Reduce along the rings of NCCL, a channel per rail: each ring is cut open behind rank 0. The rank that
// follows it sends its part of the buffer in chunks, every other adds its own to a chunk and sends it on, and
// rank 0 has the sum. All but rank 0 send S/C bytes on each of C channels.
// Source: NCCL, src/device/reduce.h.
#include "collectives/one_way.hpp"

namespace hpnsim
{

namespace
{

struct RingReduce : AlongRings<TreeWay::up> {
    static constexpr CollectiveInfo info{"ring", &kReduce, kDoc, kChannels, kChunk};
};

}  // namespace

HPNSIM_COLLECTIVE(RingReduce)

}  // namespace hpnsim
