// SPDX-License-Identifier: GPL-2.0-only
// Declares one builder per topology, and what they share. Internal to the topologies.
#pragma once

#include "generators/keys.hpp"

namespace hpnsim
{

/// The infos stand in the order of all_topologies().
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

/// Every generated topology has these keys.
TopologyKey link_ns_key();
TopologyKey switch_ns_key();
TopologyKey buffer_key();
TopologyKey rate_key(const char* name, const char* fallback, const char* doc, const char* source);
TopologyKey whole_key(const char* name, const char* fallback, double lo, double hi, const char* doc,
                      const char* source);

/// Adds a link that loses nothing.
void add_link(FabricPlan& plan, uint32_t a, uint32_t a_port, uint32_t b, uint32_t b_port, Rate rate,
              Time delay);

/// Fills in the buffers: `buffer-mb` each when given. Otherwise they are in proportion to the capacity of the
/// ports (165 MiB per 51.2 Tb/s: a Tomahawk 5's, as an assumption), with at least 32 ports of the fastest
/// rate, and never below 16 MiB.
void set_buffers(FabricPlan& plan, KeyValues& keys);

/// Throws BadInput if a topology would be larger than any may be.
void check_size(uint64_t endpoints, uint64_t links);

/// Makes a shortest-path router over all links of the plan. It throws nothing: count 0 means unreachable.
std::shared_ptr<const Router> shortest_path_router(const FabricPlan& plan, bool descending);

}  // namespace hpnsim
