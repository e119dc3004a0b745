// SPDX-License-Identifier: GPL-2.0-only
// With adaptive routing a switch sends each packet to the least loaded of the equal next hops. A switch's
// egress choice uses it.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/random.hpp"
#include "hpnsim/units.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace hpnsim
{

/**
 * \brief Chooses the lowest load level; ties at random, from the switch's own stream.
 *
 * Switch chips sort ports into a few quality bands by what is queued (eight in Broadcom's dynamic
 * load balancing) rather than compare bytes: near-equal ports then share the packets instead of
 * taking turns at being the best one. Where the bands lie is configurable in chips; here each is
 * twice as wide as the one below it, so that small queues are told apart finely.
 */
class AdaptiveRouting
{
public:
    /// The load of a next hop that PFC has paused. Such a hop is taken only when all of them are paused.
    static constexpr Bytes kPaused = -1;

    /// `levels` >= 1; level 0 is less than `step` (>= 1) bytes, level i less than step x 2^i. Else BadInput.
    AdaptiveRouting(uint32_t levels, Bytes step, uint64_t stream)
        : m_levels(levels), m_step(step), m_stream(stream)
    {
        if (levels < 1 || step < 1) {
            throw BadInput("adaptive routing with " + std::to_string(levels) + " levels of " +
                           std::to_string(step) + " bytes; it takes 1 or more of either");
        }
    }

    uint32_t Level(Bytes load) const
    {
        if (load == kPaused) {
            return m_levels;
        }
        const auto steps = static_cast<uint64_t>(load / m_step);
        const uint32_t level = steps == 0 ? 0 : 64U - static_cast<uint32_t>(__builtin_clzll(steps));
        return std::min(level, m_levels - 1);
    }

    /// Returns one of 0..count-1 (count >= 1); `loadOf(i)` says what waits at the i-th, or kPaused.
    template <class LoadOf> uint32_t Choose(uint32_t count, LoadOf loadOf)
    {
        uint32_t best = UINT32_MAX;
        uint32_t chosen = 0;
        uint32_t ties = 0;
        for (uint32_t i = 0; i < count; ++i) {
            const uint32_t level = Level(loadOf(i));
            if (level > best) {
                continue;
            }
            ties = level < best ? 1 : ties + 1;
            best = level;
            // Reservoir sampling makes each of the ties as likely as the others.
            if (ties == 1 || next_below(m_stream, ties) == 0) {
                chosen = i;
            }
        }
        return chosen;
    }

private:
    uint32_t m_levels;
    Bytes m_step;
    uint64_t m_stream;
};

}  // namespace hpnsim
