// SPDX-License-Identifier: GPL-2.0-only
// Declares one builder per topology, and what they share. Internal to the topologies.
#pragma once

#include "generators/keys.hpp"

namespace hpnsim
{

/// Lists, in the order of all_topologies().
TopologyInfo dcn_plus_info();
TopologyInfo dumbbell_info();
TopologyInfo fat_tree_info();
TopologyInfo file_info();
TopologyInfo hpn_info();
TopologyInfo hpn_single_plane_info();
TopologyInfo hpn_single_tor_info();
TopologyInfo leaf_spine_info();
TopologyInfo star_info();

FabricPlan make_dcn_plus(KeyValues& keys);
FabricPlan make_dumbbell(KeyValues& keys);
FabricPlan make_fat_tree(KeyValues& keys);
FabricPlan make_file(KeyValues& keys, const PlanOptions& options);
FabricPlan make_hpn(KeyValues& keys);
FabricPlan make_hpn_single_plane(KeyValues& keys);
FabricPlan make_hpn_single_tor(KeyValues& keys);
FabricPlan make_leaf_spine(KeyValues& keys);
FabricPlan make_star(KeyValues& keys, const PlanOptions& options);

/// The keys that every generated topology has.
TopologyKey link_ns_key();
TopologyKey switch_ns_key();
TopologyKey buffer_key();
TopologyKey rate_key(const char* name, const char* fallback, const char* doc, const char* source);
TopologyKey whole_key(const char* name, const char* fallback, double lo, double hi, const char* doc,
                      const char* source);

/// Adds a link with the loss rate 0.
void add_link(FabricPlan& plan, uint32_t a, uint32_t a_port, uint32_t b, uint32_t b_port, Rate rate,
              Time delay);

/// Fills in the buffers: `buffer-mb` each when given, else in proportion to the capacity of the ports
/// (165 MiB per 51.2 Tb/s: a Tomahawk 5's, as an assumption), of 32 ports of the fastest rate at least, and
/// never below 16 MiB.
void set_buffers(FabricPlan& plan, KeyValues& keys);

/// The most that any topology may hold; throws BadInput beyond.
void check_size(uint64_t endpoints, uint64_t links);

/// Shortest-path router over all links of the plan; throws nothing, unreachable means count 0.
std::shared_ptr<const Router> shortest_path_router(const FabricPlan& plan, bool descending);

}  // namespace hpnsim
