// SPDX-License-Identifier: GPL-2.0-only
// FlowletSettings hold what a user may set of flowlet switching (`--switch-lb flowlet`).
#pragma once

#include "hpnsim/units.hpp"

#include <optional>
#include <vector>

namespace hpnsim
{

struct Setting;

struct FlowletSettings {
    std::optional<Time> gap;  ///< the pause that ends a burst; empty: the network's base RTT
    uint32_t entries{16384};  ///< size of the table of each switch

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim
