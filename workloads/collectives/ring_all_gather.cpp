// SPDX-License-Identifier: GPL-2.0-only
// AllGather by NCCL's ring: n-1 steps of S/(C n) bytes on each of C channels, the second half of the ring of
// AllReduce. The block of rank r sets out from r, and whoever receives it keeps it and sends it on.
#include "collectives/ring_steps.hpp"

namespace hpnsim
{

namespace
{

struct RingAllGather : RingDefaults {
    static constexpr CollectiveInfo info{"ring", &kAllGather,
                                         "a ring through all GPUs with a channel per rail, as NCCL builds it",
                                         kChannels, kChunk};

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return make_ring(RingKind::all_gather, call);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(RingAllGather)

}  // namespace hpnsim
