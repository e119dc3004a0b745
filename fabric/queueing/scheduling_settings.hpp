// SPDX-License-Identifier: GPL-2.0-only
// SchedulingSettings hold what a user may set of the eight priorities: which one a packet has, and which goes
// first.
#pragma once

#include "hpnsim/packet.hpp"

#include <array>
#include <vector>

namespace hpnsim
{

struct Setting;

constexpr size_t kDscps = 64;
using DscpMap = std::array<Priority, kDscps>;

/// Priority = DSCP / 8: the class selectors of RFC 2474.
constexpr DscpMap ClassSelectors()
{
    DscpMap map{};
    for (size_t dscp = 0; dscp < kDscps; ++dscp) {
        map[dscp] = static_cast<Priority>(dscp / 8);
    }
    return map;
}

/// The class in which ACKs leave every port.
enum class AckClass { CONTROL, DATA };

struct SchedulingSettings {
    PausedPriorities strict{priority_bit(kControlPriority)};
    std::array<uint8_t, kPriorities> weights{1, 1, 1, 4, 1, 1, 1, 1};  ///< of those that are not strict
    DscpMap dscpMap{ClassSelectors()};
    uint8_t dscp{26};         ///< of data
    uint8_t controlDscp{48};  ///< of ACK, NAK and CNP
    AckClass ackClass{AckClass::CONTROL};

    Priority Data() const { return dscpMap[dscp]; }
    Priority Control() const { return dscpMap[controlDscp]; }

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim
