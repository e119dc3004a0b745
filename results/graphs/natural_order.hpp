// SPDX-License-Identifier: GPL-2.0-only
// The order of names that hold numbers.
#pragma once

#include <string>

namespace hpnsim
{

/// Numbers within names count as numbers: port 10 comes after port 9.
bool natural_before(const std::string& a, const std::string& b);

}  // namespace hpnsim
