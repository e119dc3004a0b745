// SPDX-License-Identifier: GPL-2.0-only
// RoundRobinSettings hold what a user may set of round robin (`--switch-lb round-robin`).
#pragma once

#include <cstdint>
#include <vector>

namespace hpnsim
{

struct Setting;

struct RoundRobinSettings {
    uint32_t reshuffle{0};  ///< rounds after which the order of the next hops is drawn anew; 0: never

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim
