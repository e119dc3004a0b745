// SPDX-License-Identifier: GPL-2.0-only
// Says which ns-3 this runs on, for results.
#pragma once

#include <string>

namespace hpnsim
{

/// "3.37": what the ns-3 library says of itself, or the package that was built against if it says
/// nothing.
std::string Ns3Version();

} // namespace hpnsim
