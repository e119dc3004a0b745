// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>

namespace hpnsim
{

/// FIPS 180-4's SHA-256 of some bytes, in hexadecimal.
std::string sha256(const std::string& bytes);

}  // namespace hpnsim
