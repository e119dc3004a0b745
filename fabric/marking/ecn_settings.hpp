// SPDX-License-Identifier: GPL-2.0-only
// EcnSettings hold what a user may set of ECN marking, and the published curves that hold otherwise: one
// table for scenarios and for programs of their own on the ns-3 module.
#pragma once

#include "marking/ecn_marker.hpp"

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <map>
#include <optional>
#include <vector>

namespace hpnsim
{

struct Setting;

/// The published curve of a port of that rate: SimAI at 200G (300/1200 KB, 0.8) and 400G (800/3200 KB, 0.2),
/// HPCC-sim's run.py up to 100G (4/16 KB per Gb/s, 0.2; 100G: 400/1600 KB). Other rates take SimAI's 400G in
/// proportion (2/8 KB per Gb/s, 0.2): an assumption. 1 KB is 1000 bytes, as in the configurations of both.
RedCurve DefaultRed(Rate rate);

/// What somebody has set of a curve; what is empty is found automatically.
struct EcnThresholds {
    std::optional<Bytes> kmin;
    std::optional<Bytes> kmax;
    std::optional<double> pmax;
};

struct EcnSettings {
    std::optional<Bytes> kmin;                ///< empty: by rate
    std::optional<Bytes> kmax;                ///< empty: by rate
    std::optional<double> pmax;               ///< 0: nothing is marked; empty: by rate
    std::map<int64_t, EcnThresholds> byRate;  ///< the same of links of one rate, in Gb/s
    double stepKb{0};   ///< one threshold in place of a curve, KB per 10 Gb/s of the port; 0: a curve
    double phantom{0};  ///< share of its rate at which a port's phantom queue drains; 0: none
    MarkAt at{MarkAt::DEQUEUE};
    PausedPriorities marked{0xff};  ///< where ECN applies

    /// What marks at a port of `rate`: the keys of its rate, then the common ones, then DefaultRed. Throws
    /// BadInput if kmin exceeds kmax.
    RedCurve At(Rate rate) const;

    /// Somebody has chosen where marking begins or ends, be it a CC.
    bool OwnThresholds() const;

    /// Somebody has chosen thresholds that hold as they are: MarkingPlan does not bring them down.
    bool Fixed() const;

    /// Whether `key` sets a threshold. Those that one text sets replace all that others have set.
    static bool IsThreshold(const std::string& key);
    void ForgetThresholds();

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim
