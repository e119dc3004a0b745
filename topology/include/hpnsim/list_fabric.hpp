// SPDX-License-Identifier: GPL-2.0-only
// Lists nodes, ports and paths of a fabric by the names that options take: "tor-s0-r3-p1:128" is a port of a
// switch in --faults, --pcap and --series-only.
#pragma once

#include "hpnsim/fabric.hpp"

#include <iosfwd>

namespace hpnsim
{

/// Writes a line for each node: its name, and for each wired port its number and what it leads to.
void list_nodes(std::ostream& out, const FabricPlan& plan);

/// Writes a line for each path between two endpoints, as the ports by which it leaves its nodes; at most
/// `most` of them, and how many there are.
void list_paths(std::ostream& out, const FabricPlan& plan, uint32_t src, uint32_t dst, uint64_t most);

/// Draws the tiers above each other as SVG, with the nodes of each, or the first and last few of many, and
/// the links between those that are shown.
void draw_fabric(std::ostream& out, const FabricPlan& plan);

}  // namespace hpnsim
