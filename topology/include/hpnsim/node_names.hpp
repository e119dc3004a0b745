// SPDX-License-Identifier: GPL-2.0-only
// Finds nodes and ports by their names, in every form that a user meets: "h0-g3" and "tor-s0-r3-p1" of
// `topology NAME --nodes`, the same with blanks as csv files have them, "nic3", and for an endpoint its
// number.
#pragma once

#include "hpnsim/fabric.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// Returns the node of this name; kNoNode if there is none.
uint32_t node_called(const FabricPlan& plan, const std::string& name);
/// The same of an endpoint alone, which a number names, too.
uint32_t endpoint_called(const FabricPlan& plan, const std::string& name);
/// Two endpoints with a dash or an arrow between: "3-0", "h0-g3-h1-g2", "nic3->nic0".
std::optional<std::pair<uint32_t, uint32_t>> endpoints_called(const FabricPlan& plan,
                                                              const std::string& text);
/// All endpoints by their names, for sentences about one that is wrong.
std::vector<std::string> endpoint_names(const FabricPlan& plan);

/// A port as csv files name it, "tor 0 -> h3" or "tor 0:4 -> tor 1:4", in the other form, "tor 0:h3" or
/// "tor 0:4"; any other name as it is.
std::string without_arrow(const std::string& name);
/// Returns the first port of `node` that leads to `peer`; nothing if none does.
std::optional<uint32_t> port_towards(const FabricIndex& index, uint32_t node, uint32_t peer);
/// Names what the ports of a node lead to.
std::vector<std::string> neighbours_of(const FabricPlan& plan, const FabricIndex& index, uint32_t node);

}  // namespace hpnsim
