// SPDX-License-Identifier: GPL-2.0-only
// Conditions as a chart names them, whose room is small.
#pragma once

#include "hpnsim/claim.hpp"

namespace hpnsim
{

/// The same conditions in fewer words. An option whose value follows from another one's is left out, as that
/// of the transport where each CC has one; options that are not varied independently, as CC and path, become
/// one.
std::vector<Condition> condensed(std::vector<Condition> conditions);

}  // namespace hpnsim
