// SPDX-License-Identifier: GPL-2.0-only
// Makes one collective of several that run at once, each in a group of its own.
#pragma once

#include "hpnsim/collective.hpp"

namespace hpnsim
{

/// Returns `one`, which is a collective over one group, carried out in every group. Its codes are those of a
/// group times the number of groups, plus the group.
std::unique_ptr<Collective> in_groups(std::unique_ptr<Collective> one, RankGroups groups);

/// Returns the shape that each group has whose members are on these hosts: what group_shape says of all of
/// them, or as many hosts as members where they differ.
CollectiveShape shape_of_groups(const std::vector<uint32_t>& host_of, RankGroups groups);

/// Returns the places of the members of one group.
RankPlaces places_of_group(const RankPlaces& all, RankGroups groups, uint32_t group);

}  // namespace hpnsim
