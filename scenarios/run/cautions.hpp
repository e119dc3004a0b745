// SPDX-License-Identifier: GPL-2.0-only
// Warns of a fabric that promises less than its name: with a sentence each, empty if all is well.
#pragma once

#include "helper/roce-network.h"

#include <string>

namespace hpnsim
{

/// Warns before the run of headrooms and reserves that are more than the buffer, where a profile allows it.
std::string overbooking(RoceNetwork& network);

/// Warns after the run of a lossless switch that has dropped packets, when the headroom of one of its ports
/// is less than what may arrive after a PAUSE. What its watchdog dropped does not count.
std::string short_headroom(RoceNetwork& network);

}  // namespace hpnsim
