// SPDX-License-Identifier: GPL-2.0-only
// SwitchLbSettings say how a switch chooses among equal next hops, beyond the hash.
#pragma once

#include "balancing/adaptive_settings.hpp"
#include "balancing/flowlet_settings.hpp"
#include "balancing/round_robin_settings.hpp"

#include <cstdint>

namespace hpnsim
{

enum class SwitchLb : uint8_t {
    ECMP,         ///< by the hash alone
    ADAPTIVE,     ///< a packet at a time, to the least loaded (adaptive_routing.hpp)
    FLOWLET,      ///< a burst at a time, at random (flowlet_table.hpp)
    ROTATION,     ///< a packet at a time, in turn for each group of destinations (destination_rotation.hpp)
    ROUND_ROBIN,  ///< a packet at a time, in turn for all packets alike (round_robin.hpp)
    WEIGHTED,     ///< by the hash, in proportion to the capacity behind each (WeightedRouter)
    IN_PORT,  ///< by the port that a packet came in by, else the hash (SwitchPlan::by_port); nobody asks for
              ///< it
};

struct SwitchLbSettings {
    SwitchLb kind{SwitchLb::ECMP};
    AdaptiveSettings adaptive;
    FlowletSettings flowlet;
    RoundRobinSettings roundRobin;
};

}  // namespace hpnsim
