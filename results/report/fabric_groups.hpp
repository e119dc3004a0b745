// SPDX-License-Identifier: GPL-2.0-only
// Nodes of a fabric put together until they are few enough to draw.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// The nodes of one tier in groups, which stay neighbours as their names do.
struct TierGroups {
    std::string tier;
    std::vector<std::string> nodes;          ///< in natural order
    std::vector<std::string> names;          ///< of the groups
    std::map<std::string, size_t> group_of;  ///< node to group
    size_t level = 0;                        ///< how often it was made coarser
    /// Puts groups together. False: there is one group only.
    bool coarsen();
    std::vector<size_t> sizes() const;
};

/// Each tier from the top of the fabric to its bottom. No tier has more than `most_nodes` groups, and there
/// are no more than `most_links` pairs of groups with a link between them. `links` are pairs of nodes;
/// `tier_of` has all nodes.
std::vector<TierGroups> group_nodes(const std::map<std::string, std::string>& tier_of,
                                    const std::vector<std::pair<std::string, std::string>>& links,
                                    size_t most_nodes, size_t most_links);

}  // namespace hpnsim
