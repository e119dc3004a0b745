// SPDX-License-Identifier: GPL-2.0-only
// Says which keys that users have `--profile NAME` sets, whatever the network is. They lie under the user's
// own keys.
#pragma once

#include "hpnsim/settings.hpp"

#include <string>

namespace hpnsim
{

/// Of --transport; none without a profile.
KeyTexts transport_of_profile(const std::string& profile);

}  // namespace hpnsim
