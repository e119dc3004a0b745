// SPDX-License-Identifier: GPL-2.0-only
// Nodes of a fabric put together until they are few enough to draw.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

struct FabricNode {
    std::string name, tier;
};

/// The nodes of one tier in groups, which stay neighbours as their names do.
struct TierGroups {
    std::string tier;
    std::vector<uint32_t> nodes;     ///< their numbers, in the natural order of their names
    std::vector<std::string> names;  ///< of the groups
    std::vector<size_t> group_of;    ///< of each of `nodes`
    size_t level = 0;                ///< how often it was made coarser
    /// Puts groups together. False: there is one group only.
    bool coarsen();
    std::vector<size_t> sizes() const;
};

/// Each tier from the top of the fabric to its bottom. No tier has more than `most_nodes` groups, and there
/// are no more than `most_links` pairs of groups with a link between them. `links` are pairs of indices of
/// `nodes`, whose names differ.
std::vector<TierGroups> group_nodes(const std::vector<FabricNode>& nodes,
                                    const std::vector<std::pair<uint32_t, uint32_t>>& links,
                                    size_t most_nodes, size_t most_links);

}  // namespace hpnsim
