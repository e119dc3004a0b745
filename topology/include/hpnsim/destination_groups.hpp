// SPDX-License-Identifier: GPL-2.0-only
// Groups destinations as switches of each level see them: by ToR, by pod. Rotation keeps a place in its round
// for each group.
#pragma once

#include "hpnsim/fabric.hpp"

#include <cstdint>
#include <vector>

namespace hpnsim
{

/**
 * Levels count from the endpoints: ToRs, which have some, are level 1, their neighbours 2, and so on. The
 * group of a destination at a level is named by one switch there, which is found by going up from the
 * destination's first port, always to the lowest number. In a fat tree that is its edge switch at level 1,
 * and its pod at level 2. Where nothing is further up, the way ends, so odd fabrics have groups too.
 */
class DestinationGroups
{
public:
    DestinationGroups(const FabricPlan& plan, const FabricIndex& index);

    /// Returns the level of a switch; 0 if no endpoint can be reached from it.
    uint32_t level(uint32_t sw) const { return level_[sw]; }
    /// Returns how many groups there are at a level (1 or more).
    uint32_t count(uint32_t level) const { return static_cast<uint32_t>(first_[level].size()); }
    /// Returns the group of a destination, which is below count().
    uint32_t of(uint32_t level, uint32_t dst) const { return group_[level][dst]; }
    /// Returns the lowest destination of a group.
    uint32_t first(uint32_t level, uint32_t group) const { return first_[level][group]; }

private:
    void find_levels(const FabricPlan& plan, const FabricIndex& index);
    static uint32_t tor_of(const FabricPlan& plan, const FabricIndex& index, uint32_t endpoint);
    uint32_t above(const FabricPlan& plan, const FabricIndex& index, uint32_t sw) const;
    void number_groups(uint32_t level, const std::vector<uint32_t>& names);

    std::vector<uint32_t> level_;
    std::vector<std::vector<uint32_t>> group_, first_;  // by level; that of level 0 is empty
};

}  // namespace hpnsim
