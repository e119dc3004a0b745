// SPDX-License-Identifier: GPL-2.0-only
// Counts what steps still wait for, for those alone of which something has come and something is missing:
// all others are known without being remembered.
#pragma once

#include "hpnsim/random_streams.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hpnsim
{

/// An open-addressed table of keys with counts. A key is never ~0.
class JoinTable
{
public:
    /// Notes that one of the `waits` things for which `key` waits has come. True when it was the last; the
    /// key is forgotten then.
    bool arrive(uint64_t key, uint64_t waits)
    {
        if (waits <= 1) return true;
        if (2 * (used_ + 1) > slots_.size()) grow();
        size_t at = find(key);
        if (slots_[at].key != key) {
            slots_[at] = {key, waits};
            ++used_;
        }
        if (--slots_[at].left > 0) return false;
        erase(at);
        return true;
    }
    /// Counts the keys of which something is missing.
    size_t size() const { return used_; }
    size_t memory_bytes() const { return slots_.size() * sizeof(Slot); }

private:
    static constexpr uint64_t kFree = ~uint64_t{0};
    struct Slot {
        uint64_t key = kFree, left = 0;
    };

    size_t home(uint64_t key) const { return mix64(key) & (slots_.size() - 1); }
    /// Returns where the key is, or where it belongs.
    size_t find(uint64_t key) const
    {
        size_t at = home(key);
        while (slots_[at].key != key && slots_[at].key != kFree) at = (at + 1) & (slots_.size() - 1);
        return at;
    }
    /// Moves what follows back, so that no search ends too early.
    void erase(size_t hole)
    {
        const size_t mask = slots_.size() - 1;
        for (size_t at = (hole + 1) & mask; slots_[at].key != kFree; at = (at + 1) & mask) {
            if (((at - home(slots_[at].key)) & mask) < ((at - hole) & mask)) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole].key = kFree;
        --used_;
    }
    void grow()
    {
        std::vector<Slot> old(slots_.empty() ? 16 : 2 * slots_.size());
        old.swap(slots_);
        for (const Slot& slot : old)
            if (slot.key != kFree) slots_[find(slot.key)] = slot;
    }

    std::vector<Slot> slots_;
    size_t used_ = 0;
};

}  // namespace hpnsim
