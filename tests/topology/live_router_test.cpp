// SPDX-License-Identifier: GPL-2.0-only
// Tests routing around dead links, on fabrics small enough to see the answer.
#include "hpnsim/live_router.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

std::vector<uint16_t> hops(const Router& router, uint32_t sw, uint32_t dst)
{
    const NextHops next = router.next(sw, dst);
    std::vector<uint16_t> ports;
    for (uint32_t i = 0; i < next.count; ++i) ports.push_back(next.port(i));
    return ports;
}

using Ports = std::vector<uint16_t>;

/// 2 leaves with 2 hosts each, 3 spines. Leaf ports: hosts 0, 1, spines 2, 3, 4. Spine ports: leaves 0, 1.
/// Switches: leaves 0, 1, spines 2, 3, 4.
struct Clos {
    FabricPlan plan = make_fabric("leaf-spine:leaves=2,hosts=2,spines=3", 0);
    FabricIndex index{plan};
    LiveRouter router{plan};
    uint32_t link(uint32_t sw, uint16_t port) const { return index.end(plan.endpoints + sw, port).link; }
};

}  // namespace

TEST(LiveRouter, WithoutDeadLinksItIsTheFabricsOwn)
{
    const Clos clos;
    for (uint32_t sw = 0; sw < 5; ++sw)
        for (uint32_t dst = 0; dst < 4; ++dst)
            EXPECT_EQ(hops(clos.router, sw, dst), hops(*clos.plan.router, sw, dst));
}

TEST(LiveRouter, ADeadEgressIsLeftOutByItsOwnSwitchAlone)
{
    Clos clos;
    clos.router.set_local(0, 3, false);
    EXPECT_EQ(hops(clos.router, 0, 2), (Ports{2, 4}));
    EXPECT_EQ(hops(clos.router, 1, 0), (Ports{2, 3, 4}));
    EXPECT_EQ(hops(clos.router, 0, 1), (Ports{1}));
    clos.router.set_local(0, 3, true);
    EXPECT_EQ(hops(clos.router, 0, 2), (Ports{2, 3, 4}));
}

/// The link between spine 1 and leaf 0 is dead: leaf 1 must not send there what is for leaf 0's hosts.
TEST(LiveRouter, WhatEverybodyKnowsIsAvoidedUpstream)
{
    Clos clos;
    clos.router.set_known(clos.link(0, 3), false);
    EXPECT_EQ(hops(clos.router, 1, 0), (Ports{2, 4}));
    EXPECT_EQ(hops(clos.router, 1, 3), (Ports{1}));
    EXPECT_EQ(hops(clos.router, 3, 0), Ports{});
    EXPECT_EQ(hops(clos.router, 3, 2), (Ports{1}));
    clos.router.set_known(clos.link(0, 3), true);
    EXPECT_EQ(hops(clos.router, 1, 0), (Ports{2, 3, 4}));
}

/// A host's only link: every switch loses its route to it, nobody else's.
TEST(LiveRouter, AHostThatIsCutOffHasNoRouteAnywhere)
{
    Clos clos;
    clos.router.set_known(clos.link(0, 1), false);
    for (uint32_t sw = 0; sw < 5; ++sw) {
        EXPECT_EQ(hops(clos.router, sw, 1), Ports{}) << sw;
        EXPECT_FALSE(hops(clos.router, sw, 0).empty()) << sw;
    }
    EXPECT_EQ(clos.router.ports_to(3, 1), 0);
    EXPECT_EQ(clos.router.ports_to(1, 3), 0);
    EXPECT_EQ(clos.router.ports_to(3, 0), 1);
}

/// HPN with two planes: a dead NIC-ToR link leaves the other plane; so does the death of a whole ToR.
TEST(LiveRouter, ADualPortNicIsReachedByTheOtherPlane)
{
    const FabricPlan plan = make_fabric("hpn:segments=2,hosts=2,gpus=1,aggs=2", 0);
    const FabricIndex index(plan);
    LiveRouter router(plan);
    EXPECT_EQ(router.ports_to(0, 3), 3);
    router.set_known(index.end(3, 1).link, false);
    EXPECT_EQ(router.ports_to(0, 3), 1);
    EXPECT_EQ(router.ports_to(3, 0), 1);
    EXPECT_EQ(router.ports_to(0, 2), 3);
    router.set_known(index.end(3, 1).link, true);
    // ToR (segment 0, plane 0) is switch 0: all its links go.
    for (uint16_t port = 0; port < plan.switches[0].ports; ++port)
        router.set_known(index.end(plan.endpoints, port).link, false);
    EXPECT_EQ(router.ports_to(0, 3), 2);
    EXPECT_EQ(router.ports_to(3, 1), 2);
    EXPECT_EQ(router.ports_to(2, 3), 3);
}

/// One of two Aggs of plane 0 is dead: both planes still lead everywhere, by the other Agg.
TEST(LiveRouter, ADeadAggOnlyNarrowsTheWay)
{
    const FabricPlan plan = make_fabric("hpn:segments=2,hosts=2,gpus=1,aggs=2", 0);
    const FabricIndex index(plan);
    LiveRouter router(plan);
    uint32_t agg = 0;
    while (plan.switch_name(agg) != "agg p0 0") ++agg;
    for (uint16_t port = 0; port < plan.switches[agg].ports; ++port)
        router.set_known(index.end(plan.endpoints + agg, port).link, false);
    EXPECT_EQ(router.ports_to(0, 3), 3);
    EXPECT_EQ(hops(router, 0, 3), (Ports{3}));  // ports 0, 1: hosts; 2: agg 0; 3: agg 1
}
