// SPDX-License-Identifier: GPL-2.0-only
// Derives the shape of a collective from a fabric, and makes the algorithm that a user named.
#include "hpnsim/collective.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/unavailable.hpp"

#include <algorithm>

namespace hpnsim
{

CollectiveShape collective_shape(const FabricPlan& plan, uint32_t ranks)
{
    if (ranks < 2) throw BadInput("--ranks: a collective needs at least 2 ranks");
    if (ranks > plan.endpoints)
        throw BadInput("--ranks: " + std::to_string(ranks) + " ranks need as many GPUs, and '" + plan.name +
                       "' has " + std::to_string(plan.endpoints));
    const uint32_t per_host = plan.nvlink.rate.bps == 0 ? 1 : std::max(plan.nics_per_host, 1U);
    if (per_host == 1) return {ranks, 1, ranks};
    if (ranks <= per_host) return {ranks, ranks, 1};
    if (ranks % per_host != 0)
        throw BadInput("--ranks: " + std::to_string(ranks) +
                       " ranks leave a host partly filled; the nearest are " +
                       std::to_string(ranks / per_host * per_host) + " and " +
                       std::to_string((ranks / per_host + 1) * per_host) + " (" + std::to_string(per_host) +
                       " GPUs per host)");
    return {ranks, per_host, ranks / per_host};
}

uint32_t default_channels(const std::string& algorithm, CollectiveShape shape)
{
    return algorithm == "ring" ? std::min(shape.gpus, 8U) : algorithm == "pairwise" ? 8 : 16;
}

std::unique_ptr<Collective> make_allreduce(const std::string& algorithm, CollectiveShape shape, Bytes size,
                                           uint32_t channels, Bytes chunk)
{
    if (algorithm == "ring") return make_ring_allreduce(shape, size, channels, chunk);
    if (algorithm == "hierarchical") return make_hierarchical_allreduce(shape, size, channels, chunk);
    refuse_unavailable("--algorithm", "algorithm", algorithm);
    throw BadInput("--algorithm: no '" + algorithm + "'; the nearest is '" +
                   nearest(algorithm, {"ring", "hierarchical"}) + "'");
}

}  // namespace hpnsim
