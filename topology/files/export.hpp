// SPDX-License-Identifier: GPL-2.0-only
// Writes links as HPCC-sim's and SimAI's files have them. Internal to the exports.
#pragma once

#include "hpnsim/fabric.hpp"

#include <string>

namespace hpnsim
{

/// Writes "100Gbps".
std::string rate_text(Rate rate);

/// Writes "100Gbps 1000ns 0.000000\n": rate, delay and error rate.
std::string link_text(Rate rate, Time delay, double loss);

/// Returns the link's delay with what it takes over of the latency of the switches at its ends, half of each.
Time delay_with_switches(const FabricPlan& plan, const LinkPlan& link);

}  // namespace hpnsim
