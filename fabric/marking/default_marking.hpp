// SPDX-License-Identifier: GPL-2.0-only
// This table gives a port its ECN thresholds when nobody chose any, in the scenarios as in programs of their
// own on the ns-3 module.
#pragma once

#include "hpnsim/units.hpp"

namespace hpnsim
{

/// The marking curve of one link rate: no marks up to kmin, rising to pmax at kmax, and all packets above. 1
/// KB is 1000 bytes, as in HPCC-sim's and SimAI's configurations. A value below 0 means automatic.
struct EcnThresholds {
    double kmin_kb = -1, kmax_kb = -1, pmax = -1;
};

/// Returns the published defaults: SimAI at 200G (300/1200 KB, 0.8) and 400G (800/3200 KB, 0.2), HPCC-sim's
/// run.py up to 100G (4/16 KB per Gb/s, 0.2; 100G: 400/1600 KB). Other rates take SimAI's 400G in proportion
/// (2/8 KB per Gb/s, 0.2): an assumption.
inline EcnThresholds default_ecn(Rate rate)
{
    const double g = rate.gbps();
    if (rate == gbps(200)) return {300, 1200, 0.8};
    if (rate <= gbps(100)) return {4 * g, 16 * g, 0.2};
    return {2 * g, 8 * g, 0.2};
}

}  // namespace hpnsim
