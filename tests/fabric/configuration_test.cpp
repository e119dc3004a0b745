// SPDX-License-Identifier: GPL-2.0-only
// Tests that what parts of a switch cannot work with is refused, in every kind of build.
#include "balancing/adaptive_routing.hpp"
#include "balancing/flowlet_table.hpp"
#include "telemetry/digest_stamper.hpp"

#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(Configuration, LoadBalancingNeedsLevelsStepsAndEntries)
{
    EXPECT_THROW(AdaptiveRouting(0, 64'000, 1), BadInput);
    EXPECT_THROW(AdaptiveRouting(8, 0, 1), BadInput);
    EXPECT_NO_THROW(AdaptiveRouting(1, 1, 1));
    EXPECT_THROW(FlowletTable(0, microseconds(1), 1), BadInput);
    EXPECT_NO_THROW(FlowletTable(1, microseconds(1), 1));
}

TEST(Configuration, DigestsNeedABaseAndAPeriod)
{
    EXPECT_THROW(DigestScale(1000), BadInput) << "its powers would never end";
    EXPECT_THROW(DigestScale(2001), BadInput);
    const auto scale = std::make_shared<const DigestScale>(1001);
    EXPECT_THROW(DigestStamper(scale, gbps(100), {}, 1), BadInput);
    EXPECT_THROW(DigestStamper(scale, {}, microseconds(10), 1), BadInput);
    EXPECT_NO_THROW(DigestStamper(scale, gbps(100), microseconds(10), 1));
}

}  // namespace
}  // namespace hpnsim
