// SPDX-License-Identifier: GPL-2.0-only
// The ring of NCCL: reduce-scatter, then all-gather, 2(n-1) steps of S/(C n) bytes on each of C channels.
// A segment of the buffer travels twice round the ring, and whoever receives it sends it on.
#include "collectives/ring_steps.hpp"

namespace hpnsim
{

namespace
{

struct Ring : RingDefaults {
    static constexpr CollectiveInfo info{"ring", &kAllReduce,
                                         "a ring through all GPUs with a channel per rail, as NCCL builds it",
                                         kChannels, kChunk};

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return make_ring(RingKind::all_reduce, call);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Ring)

}  // namespace hpnsim
