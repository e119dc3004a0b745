// SPDX-License-Identifier: GPL-2.0-only
// Says in which order the rings of NCCL pass through the GPUs. Internal to the collectives.
// Channel c passes through all GPUs of a host over NVLink, enters a host on one rail and leaves it on
// another: even hosts are entered at GPU c and left from c+1, odd hosts the other way round, so that each
// NIC sends one channel and receives one, and no edge between hosts leaves its rail. With an odd number of
// hosts the edge that closes the ring crosses from rail c+1 to rail c.
#pragma once

#include "hpnsim/collective.hpp"

namespace hpnsim
{

/// Returns who stands at a position of the ring, 0 to ranks - 1. Even hosts walk c, c-1, ..., c+1; odd hosts
/// c+1, c+2, ..., c (modulo the GPUs of a host).
inline uint32_t ring_rank(CollectiveShape shape, uint32_t channel, uint32_t position)
{
    const uint32_t g = shape.gpus, c = channel % g, host = position / g, local = position % g;
    const uint32_t gpu = host % 2 == 0 ? (c + g - local) % g : (c + 1 + local) % g;
    return host * g + gpu;
}

/// Returns where a rank stands.
inline uint32_t ring_position(CollectiveShape shape, uint32_t channel, uint32_t rank)
{
    const uint32_t g = shape.gpus, c = channel % g, host = rank / g, gpu = rank % g;
    const uint32_t local = host % 2 == 0 ? (c + g - gpu) % g : (gpu + 2 * g - c - 1) % g;
    return host * g + local;
}

}  // namespace hpnsim
