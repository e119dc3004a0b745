// SPDX-License-Identifier: GPL-2.0-only
// Warns of a fabric that promises less than its name: with a sentence each, empty if all is well.
#pragma once

#include "helper/roce-network.h"

#include <string>

namespace hpnsim
{

/// Before the run: headrooms and reserves that are more than the buffer, where a profile allows it.
std::string overbooking(RoceNetwork& network);

/// After it: a lossless switch has dropped packets, and the headroom of a port of its is less than what may
/// arrive after a PAUSE. What its watchdog dropped is left out.
std::string short_headroom(RoceNetwork& network);

}  // namespace hpnsim
