// SPDX-License-Identifier: GPL-2.0-only
// Tests shares by capacity, on fabrics small enough to see the answer: what weighs what, what everybody knows
// of links, and that whole fabrics are left alone.
#include "hpnsim/live_router.hpp"
#include "hpnsim/weighted_router.hpp"

#include <gtest/gtest.h>

#include <map>

using namespace hpnsim;

namespace
{

/// A fabric with routers that know dead and slow links.
struct Fabric {
    FabricPlan plan;
    FabricIndex index;
    std::shared_ptr<LiveRouter> live;
    WeightedRouter router;

    explicit Fabric(const std::string& spec) : Fabric(make_fabric(spec, 0)) {}
    explicit Fabric(FabricPlan made)
        : plan(std::move(made)), index(plan), live(std::make_shared<LiveRouter>(plan)), router(plan, live)
    {
    }

    /// How often each port is among the next hops.
    std::map<uint16_t, int> shares(uint32_t sw, uint32_t dst) const
    {
        const NextHops hops = router.next(sw, dst);
        std::map<uint16_t, int> found;
        for (uint32_t i = 0; i < hops.count; ++i) ++found[hops.port(i)];
        return found;
    }
    uint32_t link(uint32_t sw, uint16_t port) const { return index.end(plan.endpoints + sw, port).link; }
    void cut(uint32_t sw, uint16_t port, bool alive = false)
    {
        live->set_known(link(sw, port), alive);
        router.forget();
    }
};

using Shares = std::map<uint16_t, int>;

/// 2 leaves with 2 hosts each, 3 spines. Leaf ports: hosts 0, 1, spines 2, 3, 4. Spine ports: leaves 0, 1.
/// Switches: leaves 0, 1, spines 2, 3, 4.
const char* const kClos = "leaf-spine:leaves=2,hosts=2,spines=3";

}  // namespace

TEST(WeightedRouter, LeavesAWholeFabricAlone)
{
    const Fabric clos(kClos);
    for (uint32_t sw = 0; sw < 5; ++sw)
        for (uint32_t dst = 0; dst < 4; ++dst) {
            const NextHops own = clos.plan.router->next(sw, dst), weighted = clos.router.next(sw, dst);
            EXPECT_EQ(weighted.count, own.count);
            EXPECT_EQ(weighted.list, own.list);
            EXPECT_EQ(weighted.first, own.first);
        }
}

/// Slow at the leaf itself, or behind a spine: either way the spine gets half as much of what goes there.
TEST(WeightedRouter, ASlowLinkWeighsLess)
{
    Fabric clos(kClos);
    clos.router.set_share(clos.link(0, 3), 0.5);
    EXPECT_EQ(clos.shares(0, 2), (Shares{{2, 2}, {3, 1}, {4, 2}}));
    EXPECT_EQ(clos.shares(1, 0), (Shares{{2, 2}, {3, 1}, {4, 2}}));
    EXPECT_EQ(clos.shares(1, 2), (Shares{{0, 1}}));
    clos.router.set_share(clos.link(0, 3), 0);
    EXPECT_EQ(clos.shares(0, 2), (Shares{{2, 16}, {3, 1}, {4, 16}}));
    clos.router.set_share(clos.link(0, 3), 1);
    EXPECT_EQ(clos.shares(0, 2), (Shares{{2, 1}, {3, 1}, {4, 1}}));
}

/// An Agg that has lost one of its two uplinks can take half as much for other pods, and all for its own.
/// k = 4: edges 0 and 1 and Aggs 8 and 9 are pod 0; edge ports 2 and 3 and Agg ports 2 and 3 lead up.
TEST(WeightedRouter, CountsWhatIsLeftFurtherUp)
{
    Fabric tree("fat-tree:k=4");
    tree.cut(8, 2);
    EXPECT_EQ(tree.shares(0, 15), (Shares{{2, 1}, {3, 2}}));
    EXPECT_EQ(tree.shares(0, 2), (Shares{{2, 1}, {3, 1}}));
    EXPECT_EQ(tree.shares(8, 15), (Shares{{3, 1}}));
    tree.cut(8, 2, true);
    EXPECT_EQ(tree.shares(0, 15), (Shares{{2, 1}, {3, 1}}));
}

/// Links of unequal rates, as files have them, weigh by their rates without any fault.
TEST(WeightedRouter, UnequalRatesWeighFromTheStart)
{
    FabricPlan plan = make_fabric(kClos, 0);
    const FabricIndex index(plan);
    LinkPlan& slow = plan.links[index.end(plan.endpoints, 4).link];
    slow.rate.bps /= 4;
    const Fabric clos(plan);
    EXPECT_EQ(clos.shares(0, 2), (Shares{{2, 4}, {3, 4}, {4, 1}}));
}
