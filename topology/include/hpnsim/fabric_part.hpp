// SPDX-License-Identifier: GPL-2.0-only
// Shows some endpoints of a fabric as a fabric of their own, to who shall see no others.
#pragma once

#include "hpnsim/fabric.hpp"

namespace hpnsim
{

/// Returns a plan with the endpoints of this list, numbered in its order, and all switches; paths and names
/// are those of the whole. Where the list has equally many endpoints of each host, one host after the other,
/// these are its hosts, joined by NVLink; else each endpoint is a host of its own, and there is no NVLink.
/// Segments remain if as many hosts of the list lie in each.
FabricPlan part_of(const FabricPlan& whole, const std::vector<uint32_t>& endpoints);

}  // namespace hpnsim
