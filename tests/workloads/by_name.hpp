// SPDX-License-Identifier: GPL-2.0-only
// Makes collectives of the table by name, for tests.
#pragma once

#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

inline std::unique_ptr<Collective> make_allreduce(const std::string& algorithm, CollectiveShape shape,
                                                  Bytes size, uint32_t channels, Bytes chunk)
{
    return make_collective(find_collective("algorithm", kAllReduce, algorithm),
                           {shape, size, channels, chunk});
}

inline std::unique_ptr<Collective> make_alltoall(CollectiveShape shape, Bytes size, uint32_t channels)
{
    return make_collective(find_collective("algorithm", kAllToAll, "pairwise"), {shape, size, channels});
}

inline CollectiveIdeal allreduce_ideal(const std::string& algorithm, CollectiveShape shape, Bytes size,
                                       uint32_t channels, Bytes chunk, const CollectiveLimits& limits)
{
    return collective_ideal(find_collective("algorithm", kAllReduce, algorithm),
                            {shape, size, channels, chunk}, limits);
}

inline CollectiveIdeal alltoall_ideal(CollectiveShape shape, Bytes size, uint32_t channels,
                                      const CollectiveLimits& limits)
{
    return collective_ideal(find_collective("algorithm", kAllToAll, "pairwise"), {shape, size, channels},
                            limits);
}

}  // namespace hpnsim
