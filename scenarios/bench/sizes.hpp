// SPDX-License-Identifier: GPL-2.0-only
// Lists the sizes of what a packet touches on its way. At the scale of a pod none of it is in a cache, so
// that each further cache line costs time at every hop.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hpnsim
{

struct TouchedSize {
    std::string name;
    size_t bytes;
    size_t ceiling;       ///< a test fails above it; lower it when the size has become less
    std::string touched;  ///< how many there are, or when a packet touches it
};

std::vector<TouchedSize> touched_sizes();

}  // namespace hpnsim
