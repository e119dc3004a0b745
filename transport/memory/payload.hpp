// SPDX-License-Identifier: GPL-2.0-only
// Moves payload between packets and the memory regions of a NIC, and executes atomics on them. The key 0
// belongs to no region: it grants everything, and nothing is moved. Internal to the transport.
#pragma once

#include "hpnsim/memory.hpp"
#include "qp/qp.hpp"

namespace hpnsim
{

/// Returns the region of `key` if it holds the range, grants `rights` and is in the QP's domain; else null.
inline const MemoryRegion* granted(const MemoryTable& regions, const Qp& qp, uint32_t key, uint64_t address,
                                   uint64_t bytes, uint32_t rights)
{
    const MemoryRegion* region = regions.check(key, address, bytes, rights);
    return region != nullptr && region->domain == qp.domain ? region : nullptr;
}

bool store_in_region(const MemoryTable& regions, const Qp& qp, uint32_t key, uint64_t address,
                     const Packet& data, uint32_t rights);
/// Puts the packet's payload into a region; false if the key does not grant it.
inline bool store(const MemoryTable& regions, const Qp& qp, uint32_t key, uint64_t address,
                  const Packet& data, uint32_t rights)
{
    return key == 0 || store_in_region(regions, qp, key, address, data, rights);
}
/// Copies the payload of a packet that is being made out of backed memory. From a region that is gone
/// meanwhile nothing is copied.
void load(const MemoryTable& regions, PacketPool& pool, Packet& packet, uint32_t key, uint64_t address);

/// Tells whether the peer may READ there.
bool readable(const MemoryTable& regions, const Qp& qp, uint32_t rkey, uint64_t address, Bytes bytes);
/// Returns 0, or the syndrome that refuses the atomic.
uint8_t check_atomic(const MemoryTable& regions, const Qp& qp, const Extension* what);
/// Checks likewise, and executes the atomic; `value` is what the memory held. A virtual region holds 0.
uint8_t execute_atomic(const MemoryTable& regions, const Qp& qp, Opcode opcode, const Extension* what,
                       uint64_t& value);
/// Stores the original value of an atomic's target in local memory, in host byte order.
void store_atomic(const MemoryTable& regions, const Qp& qp, const WorkRequest& request,
                  const Packet& response);

}  // namespace hpnsim
