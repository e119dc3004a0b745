// SPDX-License-Identifier: GPL-2.0-only
// Tests how destinations are grouped: by ToR and by pod, in fabrics whose answer is known.
#include "hpnsim/destination_groups.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

struct Grouped {
    explicit Grouped(const char* topology) : plan(make_fabric(topology, 16)), index(plan), groups(plan, index)
    {
    }
    FabricPlan plan;
    FabricIndex index;
    DestinationGroups groups;
};

}  // namespace

/// k = 4: 16 hosts, 8 edge switches of two hosts, 4 pods of four.
TEST(DestinationGroups, AFatTreeHasEdgesAndPods)
{
    const Grouped tree("fat-tree:k=4");
    EXPECT_EQ(tree.groups.level(0), 1U);
    EXPECT_EQ(tree.groups.level(8), 2U);
    EXPECT_EQ(tree.groups.level(16), 3U);
    EXPECT_EQ(tree.groups.count(1), 8U);
    EXPECT_EQ(tree.groups.count(2), 4U);
    EXPECT_EQ(tree.groups.count(3), 1U);
    for (uint32_t host = 0; host < 16; ++host) {
        EXPECT_EQ(tree.groups.of(1, host), host / 2);
        EXPECT_EQ(tree.groups.of(2, host), host / 4);
    }
    EXPECT_EQ(tree.groups.first(2, 3), 12U);
}

/// The two ToRs of a segment's rail have the same hosts, and are one group.
TEST(DestinationGroups, ABondIsOneDestination)
{
    for (const char* topology :
         {"hpn:segments=2,hosts=3,gpus=2", "hpn-single-plane:segments=2,hosts=3,gpus=2"}) {
        const Grouped hpn(topology);
        EXPECT_EQ(hpn.groups.count(1), 4U) << topology;
        for (uint32_t nic = 0; nic < 12; ++nic)
            EXPECT_EQ(hpn.groups.of(1, nic), nic / 6 * 2 + nic % 2) << topology;
    }
}

TEST(DestinationGroups, ALoneSwitchIsOneGroup)
{
    const Grouped star("star:hosts=3");
    EXPECT_EQ(star.groups.count(1), 1U);
    EXPECT_EQ(star.groups.of(1, 2), 0U);
}
