// SPDX-License-Identifier: GPL-2.0-only
// Implements what the collectives of one kind have in common.
#include "hpnsim/collective_table.hpp"
#include "hpnsim/contents.hpp"

namespace hpnsim
{

const Operation kAllReduce{"all_reduce",
                           [](double algbw, uint32_t ranks) { return algbw * 2 * (ranks - 1) / ranks; },
                           make_allreduce_contents};

/// The size is that of a rank's whole send buffer.
const Operation kAllToAll{"all_to_all",
                          [](double algbw, uint32_t ranks) { return algbw * (ranks - 1) / ranks; },
                          make_alltoall_contents};

double busbw_GBps(const Operation& operation, Bytes size, Time time, uint32_t ranks)
{
    return operation.busbw(algbw_GBps(size, time), ranks);
}

}  // namespace hpnsim
