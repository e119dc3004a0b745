// SPDX-License-Identifier: GPL-2.0-only
// Incasts that arrive at random: as many, as large and as often as was asked for.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/poisson_traffic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace hpnsim
{
namespace
{

const FabricPlan& leaf_spine()
{
    static const FabricPlan plan = make_fabric("leaf-spine:leaves=4,hosts=16,spines=4,gbps=100", 2);
    return plan;
}

std::map<Time, std::vector<FlowSpec>> by_start(const std::vector<FlowSpec>& flows)
{
    std::map<Time, std::vector<FlowSpec>> out;
    for (const FlowSpec& flow : flows) out[flow.start].push_back(flow);
    return out;
}

TEST(PoissonIncasts, AreOfDistinctSendersToOneReceiver)
{
    const RandomIncasts asked{20, 500'000, 0.1};
    std::map<uint32_t, int> receivers;
    for (const auto& [start, flows] : by_start(poisson_incasts(leaf_spine(), asked, milliseconds(20), 1))) {
        std::set<uint32_t> senders;
        ASSERT_EQ(flows.size(), 20U);
        for (const FlowSpec& flow : flows) {
            EXPECT_EQ(flow.dst, flows[0].dst);
            EXPECT_NE(flow.src, flow.dst);
            EXPECT_LT(flow.src, 64U);
            EXPECT_EQ(flow.bytes, 500'000);
            EXPECT_EQ(flow.cls, RandomIncasts::kClass);
            senders.insert(flow.src);
        }
        EXPECT_EQ(senders.size(), 20U);
        ++receivers[flows[0].dst];
    }
    EXPECT_GT(receivers.size(), 30U);
}

/// Within five standard deviations of a Poisson number of incasts.
TEST(PoissonIncasts, TheirLoadIsAsAskedFor)
{
    const RandomIncasts asked{8, 100'000, 0.05};
    const double expected = 64 * 100e9 / 8 * 0.05 * 0.1 / 800'000;
    const auto incasts = by_start(poisson_incasts(leaf_spine(), asked, milliseconds(100), 3));
    EXPECT_NEAR(static_cast<double>(incasts.size()), expected, 5 * std::sqrt(expected));
    EXPECT_LT(incasts.rbegin()->first, milliseconds(100));
}

TEST(PoissonIncasts, WithinWhatThereIs)
{
    EXPECT_TRUE(poisson_incasts(leaf_spine(), {}, milliseconds(1), 1).empty());
    EXPECT_EQ(by_start(poisson_incasts(leaf_spine(), {63, 500'000, 0.5}, milliseconds(1), 1))
                  .begin()
                  ->second.size(),
              63U);
    EXPECT_THROW(poisson_incasts(leaf_spine(), {64, 500'000, 0.5}, milliseconds(1), 1), BadInput);
    EXPECT_THROW(poisson_incasts(leaf_spine(), {60, 500'000, 0.02}, nanoseconds(10), 1), BadInput);
    EXPECT_THROW(poisson_incasts(leaf_spine(), {60, 1, 1}, milliseconds(1000), 1), BadInput);
}

}  // namespace
}  // namespace hpnsim
