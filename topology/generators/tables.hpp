// SPDX-License-Identifier: GPL-2.0-only
// Declares the built-in topologies and formats of topology files; CMake generates the lists (tables.cpp.in).
#pragma once

#include "files/formats.hpp"
#include "hpnsim/topologies.hpp"

namespace hpnsim::built_in
{

std::vector<const TopologyInfo*> topologies();
std::vector<const TopologyFormat*> topology_formats();

}  // namespace hpnsim::built_in
