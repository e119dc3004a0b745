// SPDX-License-Identifier: GPL-2.0-only
// Compares the dragonfly with the formulas of its paper (Kim et al., ISCA'08, section 3).
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <map>

using namespace hpnsim;

// N = a p (a h + 1) hosts, a h + 1 groups, routers of p + a - 1 + h ports.
TEST(Dragonfly, HasThePapersCounts)
{
    const FabricPlan plan = make_fabric("dragonfly", 0);
    EXPECT_EQ(plan.endpoints, 1056U);
    EXPECT_EQ(plan.switches.size(), 264U);
    for (const SwitchPlan& sw : plan.switches) ASSERT_EQ(sw.ports, 4 + 7 + 4);
    EXPECT_EQ(make_fabric("dragonfly:p=2,a=4,h=2", 0).endpoints, 72U);  // its figure 5
    EXPECT_EQ(plan.links.size(), 1056U + 33 * 28 + 33 * 32 / 2);
}

TEST(Dragonfly, JoinsEveryTwoGroupsByOneLink)
{
    for (const auto& [spec, groups] :
         {std::pair("dragonfly:p=1,a=4,h=2", 9), std::pair("dragonfly:p=1,a=4,h=2,groups=6", 6)}) {
        const FabricPlan plan = make_fabric(spec, 0);
        std::map<std::pair<uint32_t, uint32_t>, int> links;
        for (const LinkPlan& link : plan.links) {
            if (link.a < plan.endpoints) continue;
            const uint32_t a = (link.a - plan.endpoints) / 4, b = (link.b - plan.endpoints) / 4;
            if (a != b) ++links[std::minmax(a, b)];
        }
        EXPECT_EQ(links.size(), static_cast<size_t>(groups * (groups - 1) / 2)) << spec;
        for (const auto& [pair, count] : links) EXPECT_EQ(count, 1) << spec;
    }
}

// A local link, a global one and a local one at most, and two to the hosts; one way for each pair.
TEST(Dragonfly, RoutesAreMinimal)
{
    const FabricPlan plan = make_fabric("dragonfly:p=2,a=4,h=2", 0);
    const FabricIndex index(plan);
    Walk walk{plan, index, false, 5};
    std::map<uint32_t, int> lengths;
    for (uint32_t dst = 1; dst < plan.endpoints; ++dst) {
        EXPECT_EQ(walk.count(0, dst, 0), 1U) << dst;
        ++lengths[walk.length];
    }
    EXPECT_EQ(walk.why, "");
    // 1 host at the own router, 3 x 2 in the group. Router 0 owns links to groups 1 and 5 of 8: there the
    // router at the far end has 2 hosts, and the others 6; of the other 6 groups as well, one link further.
    EXPECT_EQ(lengths, (std::map<uint32_t, int>{{2, 1}, {3, 6 + 2 * 2}, {4, 2 * 6 + 6 * 2}, {5, 6 * 6}}));
}
