// SPDX-License-Identifier: GPL-2.0-only
// Moves payload between packets and memory regions, and executes atomics.
#include "memory/payload.hpp"

#include <cstring>

namespace hpnsim
{

bool store_in_region(const MemoryTable& regions, const Qp& qp, uint32_t key, uint64_t address,
                     const Packet& data, uint32_t rights)
{
    const MemoryRegion* region = granted(regions, qp, key, address, data.payload, rights);
    if (region == nullptr) return false;
    if (region->bytes != nullptr && data.extension != nullptr && data.extension->bytes != nullptr)
        std::memcpy(region->at(address), data.extension->bytes, data.payload);
    return true;
}

void load(const MemoryTable& regions, PacketPool& pool, Packet& packet, uint32_t key, uint64_t address)
{
    if (key == 0 || packet.payload == 0) return;
    const MemoryRegion* region = regions.check(key, address, packet.payload, 0);
    if (region == nullptr || region->bytes == nullptr) return;
    std::memcpy(pool.take_bytes(packet), region->at(address), packet.payload);
}

bool readable(const MemoryTable& regions, const Qp& qp, uint32_t rkey, uint64_t address, Bytes bytes)
{
    return rkey == 0 ||
           granted(regions, qp, rkey, address, static_cast<uint64_t>(bytes), access::kRemoteRead) != nullptr;
}

uint8_t check_atomic(const MemoryTable& regions, const Qp& qp, const Extension* what)
{
    if (what == nullptr || what->address % 8 != 0) return syndrome::kInvalidRequest;
    if (what->rkey == 0) return 0;
    const MemoryRegion* region = granted(regions, qp, what->rkey, what->address, 8, access::kRemoteAtomic);
    return region != nullptr ? 0 : syndrome::kRemoteAccess;
}

uint8_t execute_atomic(const MemoryTable& regions, const Qp& qp, Opcode opcode, const Extension* what,
                       uint64_t& value)
{
    value = 0;
    const uint8_t code = check_atomic(regions, qp, what);
    if (code != 0 || what->rkey == 0) return code;
    const MemoryRegion* region = regions.find(what->rkey);
    if (region->bytes == nullptr) return 0;
    std::memcpy(&value, region->at(what->address), 8);
    uint64_t result = value + what->swap_add;
    if (opcode == Opcode::compare_swap) result = value == what->compare ? what->swap_add : value;
    std::memcpy(region->at(what->address), &result, 8);
    return 0;
}

void store_atomic(const MemoryTable& regions, const Qp& qp, const WorkRequest& request,
                  const Packet& response)
{
    if (request.lkey == 0 || response.extension == nullptr) return;
    const MemoryRegion* region = granted(regions, qp, request.lkey, request.local, 8, access::kLocalWrite);
    if (region == nullptr || region->bytes == nullptr) return;
    std::memcpy(region->at(request.local), &response.extension->swap_add, 8);
}

}  // namespace hpnsim
