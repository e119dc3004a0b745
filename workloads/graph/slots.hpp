// SPDX-License-Identifier: GPL-2.0-only
// Holds values under numbers that are used again once they are free. Internal to the graph engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hpnsim
{

template <class T> class Slots
{
public:
    uint64_t put(T value)
    {
        if (free_.empty()) {
            all_.push_back(std::move(value));
            return all_.size() - 1;
        }
        const uint64_t at = free_.back();
        free_.pop_back();
        all_[at] = std::move(value);
        return at;
    }
    T& at(uint64_t number) { return all_[number]; }
    const T& at(uint64_t number) const { return all_[number]; }
    T take(uint64_t number)
    {
        free_.push_back(number);
        return std::move(all_[number]);
    }
    /// Calls `see` with each value that is not free.
    template <class See> void each(See see) const
    {
        std::vector<bool> free(all_.size(), false);
        for (const uint64_t number : free_) free[number] = true;
        for (uint64_t number = 0; number < all_.size(); ++number)
            if (!free[number]) see(all_[number]);
    }
    size_t memory_bytes() const { return all_.capacity() * sizeof(T) + free_.capacity() * sizeof(uint64_t); }

private:
    std::vector<T> all_;
    std::vector<uint64_t> free_;
};

}  // namespace hpnsim
