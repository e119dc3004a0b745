// SPDX-License-Identifier: GPL-2.0-only
// Lanes are the threads that run one simulation together. What all nodes of a network would share, each lane
// has for itself.
#pragma once

#include <array>
#include <cstdint>

namespace hpnsim
{

constexpr uint32_t kMaxLanes = 64;

/// The number of this thread among the lanes. Where only one runs it is 0.
[[gnu::tls_model("initial-exec")]] inline thread_local uint32_t this_lane = 0;  // NOLINT: one a thread

/// One object for each lane. Whoever looks at them all does so while only one lane runs.
template <class T> class PerLane
{
public:
    T& mine() { return all_[this_lane].object; }
    T& of(uint32_t lane) { return all_[lane].object; }
    const T& of(uint32_t lane) const { return all_[lane].object; }
    template <class Act> void for_each(Act act) const
    {
        for (const Own& own : all_) act(own.object);
    }
    template <class Act> void for_each(Act act)
    {
        for (Own& own : all_) act(own.object);
    }

private:
    struct alignas(64) Own {  // lanes do not share cache lines
        T object;
    };
    std::array<Own, kMaxLanes> all_;
};

}  // namespace hpnsim
