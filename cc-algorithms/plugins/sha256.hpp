// SPDX-License-Identifier: GPL-2.0-only
// Hashes the bytes of plug-in files, so that results can say which file ran. Internal to the plug-ins.
#pragma once

#include <string>

namespace hpnsim
{

/// FIPS 180-4's SHA-256 of some bytes, in hexadecimal.
std::string sha256(const std::string& bytes);

}  // namespace hpnsim
