// SPDX-License-Identifier: GPL-2.0-only
// Tests that some endpoints of a fabric are a fabric of their own, with the paths of the whole.
#include "hpnsim/fabric_part.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

const FabricPlan& pod()
{
    static const FabricPlan plan = make_fabric("hpn:segments=2,hosts=4", 0);
    return plan;
}

TEST(FabricPart, HasThePathsOfTheWhole)
{
    const std::vector<uint32_t> list = {40, 3, 17, 62};
    const FabricPlan part = part_of(pod(), list);
    const FabricIndex whole_index(pod()), index(part);
    EXPECT_EQ(part.endpoints, 4U);
    for (uint32_t src = 0; src < 4; ++src)
        for (uint32_t dst = 0; dst < 4; ++dst)
            for (uint8_t plane = 0; plane < 2 && src != dst; ++plane) {
                const auto expected = whole_index.path(list[src], list[dst], plane);
                const auto path = index.path(src, dst, plane);
                ASSERT_EQ(path.size(), expected.size());
                for (size_t i = 0; i < path.size(); ++i) {
                    EXPECT_EQ(path[i].rate, expected[i].rate);
                    EXPECT_EQ(path[i].delay, expected[i].delay);
                }
            }
}

TEST(FabricPart, FindsHostsAndSegments)
{
    const FabricPlan rail = part_of(pod(), {0, 8, 16, 32, 40, 48});
    EXPECT_EQ(rail.nics_per_host, 1U);
    EXPECT_EQ(rail.hosts_per_segment, 3U);
    const FabricPlan hosts = part_of(pod(), {8, 9, 10, 11, 0, 1, 2, 3});
    EXPECT_EQ(hosts.nics_per_host, 4U);
    EXPECT_EQ(hosts.hosts_per_segment, 2U);
    EXPECT_GT(hosts.nvlink.rate.bps, 0);
}

TEST(FabricPart, HasTheNamesOfTheWhole)
{
    const FabricPlan part = part_of(pod(), {40, 3, 17});
    EXPECT_EQ(part.node_name(0), "h5 g0");
    EXPECT_EQ(part.node_name(2), "h2 g1");
    for (uint32_t sw = 0; sw < pod().switches.size(); ++sw)
        EXPECT_EQ(part.node_name(part.endpoints + sw), pod().switch_name(sw));
    EXPECT_EQ(part_of(part, {2, 0}).node_name(0), "h2 g1");
}

/// Ranks that lie unequally on hosts have no hosts.
TEST(FabricPart, UnequalHostsAreNone)
{
    for (const std::vector<uint32_t>& list :
         {std::vector<uint32_t>{0, 1, 8}, {0, 8, 1, 9}, {0, 1, 8, 9, 2, 3}}) {
        const FabricPlan part = part_of(pod(), list);
        EXPECT_EQ(part.nics_per_host, 1U);
        EXPECT_EQ(part.nvlink.rate.bps, 0);
    }
}

}  // namespace
}  // namespace hpnsim
