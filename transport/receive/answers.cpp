// SPDX-License-Identifier: GPL-2.0-only
// Reads and writes memory for READs and atomics of the peer, and for the answers to those of this side.
#include "hpnsim/nic.hpp"
#include "qp/qp.hpp"

#include <cstring>

namespace hpnsim
{

/// Stores the original value of an atomic's target in local memory, in host byte order.
void Nic::store_atomic(Qp& qp, const WorkRequest& request, const Packet& response)
{
    if (request.lkey == 0 || response.extension == nullptr) return;
    const MemoryRegion* region = regions_.check(request.lkey, request.local, 8, access::kLocalWrite);
    if (region == nullptr || region->domain != qp.domain || region->bytes == nullptr) return;
    std::memcpy(region->at(request.local), &response.extension->swap_add, 8);
}

bool Nic::readable(const Qp& qp, uint32_t rkey, uint64_t address, Bytes bytes) const
{
    if (rkey == 0) return true;
    const MemoryRegion* region =
        regions_.check(rkey, address, static_cast<uint64_t>(bytes), access::kRemoteRead);
    return region != nullptr && region->domain == qp.domain;
}

/// Returns 0, or the syndrome that refuses the atomic.
uint8_t Nic::check_atomic(const Qp& qp, const Extension* what) const
{
    if (what == nullptr || what->address % 8 != 0) return syndrome::kInvalidRequest;
    if (what->rkey == 0) return 0;
    const MemoryRegion* region = regions_.check(what->rkey, what->address, 8, access::kRemoteAtomic);
    return region != nullptr && region->domain == qp.domain ? 0 : syndrome::kRemoteAccess;
}

/// Checks likewise, and executes the atomic; `value` is what the memory held. A virtual region holds 0.
uint8_t Nic::execute_atomic(const Qp& qp, Opcode opcode, const Extension* what, uint64_t& value)
{
    value = 0;
    const uint8_t code = check_atomic(qp, what);
    if (code != 0 || what->rkey == 0) return code;
    const MemoryRegion* region = regions_.find(what->rkey);
    if (region->bytes == nullptr) return 0;
    std::memcpy(&value, region->at(what->address), 8);
    uint64_t result = value + what->swap_add;
    if (opcode == Opcode::compare_swap) result = value == what->compare ? what->swap_add : value;
    std::memcpy(region->at(what->address), &result, 8);
    return 0;
}

}  // namespace hpnsim
