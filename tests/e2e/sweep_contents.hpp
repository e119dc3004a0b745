// SPDX-License-Identifier: GPL-2.0-only
// Reads what a sweep has found from its database, for tests that compare sweeps.
#pragma once

#include <filesystem>
#include <string>

namespace hpnsim::test
{

/// Returns everything in the folder's database but what the machine adds: how long a run took, and in how
/// much memory.
std::string contents_of_sweep(const std::filesystem::path& out);

}  // namespace hpnsim::test
