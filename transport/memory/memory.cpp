// SPDX-License-Identifier: GPL-2.0-only
// Finds a region by its key, and checks that an access lies within it and is allowed.
#include "hpnsim/memory.hpp"

namespace hpnsim
{

uint32_t MemoryTable::add(const MemoryRegion& region)
{
    const auto key = static_cast<uint32_t>(slots_.size() + 1) << 8;
    slots_.push_back({key, region});
    return key;
}

bool MemoryTable::remove(uint32_t key)
{
    if (find(key) == nullptr) return false;
    slots_[(key >> 8) - 1].key = 0;
    return true;
}

const MemoryRegion* MemoryTable::find(uint32_t key) const
{
    const size_t index = (key >> 8) - 1U;
    return key != 0 && index < slots_.size() && slots_[index].key == key ? &slots_[index].region : nullptr;
}

const MemoryRegion* MemoryTable::check(uint32_t key, uint64_t address, uint64_t length, uint32_t rights) const
{
    const MemoryRegion* region = find(key);
    const bool ok =
        region != nullptr && (region->rights & rights) == rights && region->holds(address, length);
    return ok ? region : nullptr;
}

}  // namespace hpnsim
