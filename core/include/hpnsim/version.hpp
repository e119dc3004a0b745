// SPDX-License-Identifier: GPL-2.0-only
// Says which hpnsim this is: --version prints it, and results say that they were made with it.
#pragma once

namespace hpnsim
{

/// `git describe --always --dirty --tags` of the clone that this was built in ("v0.2-5-gc1b0544",
/// "c1b0544-dirty"), or the version of the project where there is no clone or no git.
/// cmake/HpnsimVersion.cmake writes it.
const char* version();

}  // namespace hpnsim
