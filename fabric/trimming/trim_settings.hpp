// SPDX-License-Identifier: GPL-2.0-only
// TrimSettings hold what a user may set of the queues of a trimming fabric, all in bandwidth-delay products
// of a port.
#pragma once

#include "marking/ecn_marker.hpp"

#include "hpnsim/units.hpp"

#include <vector>

namespace hpnsim
{

struct EcnSettings;
struct Setting;

struct TrimSettings {
    double limit{1.0};         ///< of a queue inside the fabric
    double limitLastHop{1.5};  ///< of the queue before an endpoint
    double markFrom{0.2};      ///< ECN begins
    double markAll{0.8};       ///< every packet is marked

    /// The queue limit of a port of `rate`, `rtt` being the base RTT of the network.
    Bytes Limit(Rate rate, bool lastHop, Time rtt) const;

    /// What marks there. Thresholds that somebody has chosen for ECN come before those in BDPs.
    RedCurve Curve(const EcnSettings& ecn, Rate rate, Time rtt) const;

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim
