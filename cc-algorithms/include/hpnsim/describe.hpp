// SPDX-License-Identifier: GPL-2.0-only
// Describes algorithms in words: `cc --list`, `cc NAME` and the generated documents print what these
// functions write.
#pragma once

#include "hpnsim/registry.hpp"

#include <string>

namespace hpnsim
{

/// Lists every algorithm of every slot, a line each.
std::string list_algorithms();

/// Describes one algorithm in full: what it needs, its defaults, parameters and presets.
std::string describe(const SlotOps& slot);

/// Finds the algorithm called `name`: a CC, else a path policy, else a receiver policy, else what the plug-in
/// path has under that name. Throws BadInput.
const SlotOps& find_algorithm(const std::string& name);

}  // namespace hpnsim
