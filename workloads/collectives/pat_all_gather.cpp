// SPDX-License-Identifier: GPL-2.0-only
// AllGather by NCCL's PAT (pat.hpp): log2(n) rounds, far ranks first, in which blocks go along binomial
// trees, down from their owners.
#include "collectives/pat.hpp"

namespace hpnsim
{

namespace
{

struct PatAllGather : PatDefaults {
    static constexpr CollectiveInfo info{
        "pat", &kAllGather,
        "parallel aggregated trees, far ranks first, as NCCL 2.23 does, on each rail and then in each host",
        kChannels, kChunk};

    static std::unique_ptr<Collective> make(const CollectiveCall& call) { return make_pat(call, false); }
};

}  // namespace

HPNSIM_COLLECTIVE(PatAllGather)

}  // namespace hpnsim
