// SPDX-License-Identifier: GPL-2.0-only
// Declares the tables of built-in algorithms, in the order of the build's list. CMake generates their
// definitions.
#pragma once

#include "hpnsim/registry.hpp"

namespace hpnsim::built_in
{

std::vector<const CcOps*> cc();
std::vector<const PathOps*> paths();
std::vector<const ReceiverOps*> receivers();

}  // namespace hpnsim::built_in
