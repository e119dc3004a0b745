// SPDX-License-Identifier: GPL-2.0-only
// What `--profile NAME` sets of keys that users have, whatever the network is. It lies under the user's keys.
#pragma once

#include "hpnsim/settings.hpp"

#include <string>

namespace hpnsim
{

/// Of --transport; none without a profile.
KeyTexts transport_of_profile(const std::string& profile);

}  // namespace hpnsim
