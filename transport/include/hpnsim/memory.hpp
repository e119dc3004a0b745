// SPDX-License-Identifier: GPL-2.0-only
// Describes the memory that a NIC may read and write: registered regions with keys and access rights (IBTA
// 10.6).
#pragma once

#include "hpnsim/units.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hpnsim
{

/// Access rights of a region have the names and values of ibv_access_flags.
namespace access
{
inline constexpr uint32_t kLocalWrite = 1, kRemoteWrite = 2, kRemoteRead = 4, kRemoteAtomic = 8;
inline constexpr uint32_t kAll = 15;
}  // namespace access

/// A registered range of one endpoint's virtual addresses. Without `bytes` it is virtual: every check
/// applies, but no data moves.
struct MemoryRegion {
    uint64_t address = 0;  ///< virtual address of the first byte
    uint64_t length = 0;   ///< bytes
    uint32_t rights = access::kAll;
    std::byte* bytes = nullptr;  ///< the owner's storage of `length` bytes, or null
    uint32_t domain = 0;         ///< protection domain

    bool holds(uint64_t from, uint64_t count) const
    {
        return from >= address && count <= length && from - address <= length - count;
    }
    /// Returns where a virtual address is stored; null in a virtual region.
    std::byte* at(uint64_t where) const { return bytes == nullptr ? nullptr : bytes + (where - address); }
};

/// The regions of one NIC. Keys are multiples of 256, as libibverbs users know them, and are never used
/// again, so that a stale one is noticed. The key 0 belongs to no region: work that names it is not checked
/// and moves no data (the reserved L_Key, IBTA 10.6.3.2, as far as a simulation without contents needs it).
class MemoryTable
{
public:
    /// Returns the key, which serves as lkey and rkey.
    uint32_t add(const MemoryRegion& region);
    /// Returns false if there is no such key.
    bool remove(uint32_t key);
    /// Returns null if there is no such key.
    const MemoryRegion* find(uint32_t key) const;
    /// Returns the region of `key` if it holds the range and grants `rights`; else null.
    const MemoryRegion* check(uint32_t key, uint64_t address, uint64_t length, uint32_t rights) const;

private:
    struct Slot {
        uint32_t key = 0;  ///< 0: free
        MemoryRegion region;
    };
    std::vector<Slot> slots_;  // key / 256 - 1 is the index
};

}  // namespace hpnsim
