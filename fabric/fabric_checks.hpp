// SPDX-License-Identifier: GPL-2.0-only
// Refuses settings of a fabric's parts that do not go together.
#pragma once

#include "fabric_settings.hpp"

#include <string>

namespace hpnsim
{

/// Throws BadInput, which begins with `what` and names keys of --fabric.
void CheckTogether(const std::string& what, FabricMode mode, const FabricParts& parts);

}  // namespace hpnsim
