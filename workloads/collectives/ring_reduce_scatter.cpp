// SPDX-License-Identifier: GPL-2.0-only
// ReduceScatter by NCCL's ring: n-1 steps of S/(C n) bytes on each of C channels, the first half of the ring
// of AllReduce. The sum of rank r's block sets out from the rank behind r and passes through all others, each
// of which adds its own part, until it ends at r.
#include "collectives/ring_steps.hpp"

namespace hpnsim
{

namespace
{

struct RingReduceScatter : RingDefaults {
    static constexpr CollectiveInfo info{"ring", &kReduceScatter,
                                         "a ring through all GPUs with a channel per rail, as NCCL builds it",
                                         kChannels, kChunk};

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return make_ring(RingKind::reduce_scatter, call);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(RingReduceScatter)

}  // namespace hpnsim
