// SPDX-License-Identifier: GPL-2.0-only
// ReduceScatter by NCCL's PAT (pat.hpp): log2(n) rounds, far ranks last, in which blocks go along binomial
// trees, up to their owners.
#include "collectives/pat.hpp"

namespace hpnsim
{

namespace
{

struct PatReduceScatter : PatDefaults {
    static constexpr CollectiveInfo info{
        "pat", &kReduceScatter,
        "parallel aggregated trees, far ranks last, as NCCL 2.23 does, in each host and then on each rail",
        kChannels, kChunk};

    static std::unique_ptr<Collective> make(const CollectiveCall& call) { return make_pat(call, true); }
};

}  // namespace

HPNSIM_COLLECTIVE(PatReduceScatter)

}  // namespace hpnsim
