// SPDX-License-Identifier: GPL-2.0-only
// SwitchLbSettings say how a switch chooses among equal next hops, beyond the hash.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

enum class SwitchLb : uint8_t {
    ECMP,      ///< by the hash alone
    ADAPTIVE,  ///< a packet at a time, to the least loaded (adaptive_routing.hpp)
    FLOWLET,   ///< a burst at a time, at random (flowlet_table.hpp)
};

struct SwitchLbSettings {
    SwitchLb kind{SwitchLb::ECMP};
    uint32_t levels{8};       ///< ADAPTIVE: how many levels of load are told apart
    Bytes step{64000};        ///< ADAPTIVE: where the second level begins
    Time gap;                 ///< FLOWLET: the pause that ends a burst
    uint32_t entries{16384};  ///< FLOWLET: size of the table
};

}  // namespace hpnsim
