// SPDX-License-Identifier: GPL-2.0-only
// Makes the tasks that readers of traces have in common, and keeps to the bounds that they share.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/task_graph.hpp"

#include <cstddef>
#include <string>

namespace hpnsim
{

/// Bounds of what a trace may hold. They are assumptions, far above any trace that is meant to be run.
inline constexpr uint32_t kMostTraceRanks = 1U << 20;
inline constexpr uint32_t kMostTraceTasks = 1U << 28;
inline constexpr Bytes kMostTraceBytes = Bytes{1} << 62;
inline constexpr int64_t kMostTraceNs =
    4'000'000'000'000'000;  // 46 days, of one rank's computations together

/// Returns a rank's part in a collective. Alone in a group, or without bytes, nothing is moved: the task only
/// joins what it waits for. A barrier has no bytes.
inline Task collective_task(CollectiveKind kind, uint16_t family, size_t group_size, Bytes bytes,
                            uint8_t stream)
{
    const bool moves = group_size > 1 && (bytes > 0 || kind == CollectiveKind::barrier);
    return moves ? Task::with_group(kind, family, bytes, stream) : Task::compute(Time{}, stream);
}

/// Adds up the computations of a rank, so that no sum of times leaves its range.
class ComputedTime
{
public:
    /// Throws BadInput that begins with `place()`.
    template <class Place> Time ns(uint64_t ns, const Place& place)
    {
        left_ -= ns < uint64_t{kMostTraceNs} ? static_cast<int64_t>(ns) : kMostTraceNs;
        if (left_ < 0)
            throw BadInput(place() + ": the computations of a rank last more than " +
                           std::to_string(kMostTraceNs / 1'000'000'000) + " s together");
        return nanoseconds(static_cast<int64_t>(ns));
    }

private:
    int64_t left_ = kMostTraceNs - 1;
};

}  // namespace hpnsim
