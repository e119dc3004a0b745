// SPDX-License-Identifier: GPL-2.0-only
// How charts name conditions: each option that says nothing new is left out.
#include "claims/chart_conditions.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

TEST(ChartConditions, LeaveOutWhatFollowsAndJoinWhatVariesTogether)
{
    const auto condensed_one =
        condensed({{{"cc", "dcqcn"}, {"transport", "gbn"}, {"path", "ecmp"}, {"size", "1M"}},
                   {{"cc", "nscc"}, {"transport", "rud"}, {"path", "spray"}, {"size", "1M"}},
                   {{"cc", "nscc"}, {"transport", "rud"}, {"path", "reps"}, {"size", "1M"}},
                   {{"cc", "dcqcn"}, {"transport", "gbn"}, {"path", "ecmp"}, {"size", "2M"}},
                   {{"cc", "nscc"}, {"transport", "rud"}, {"path", "spray"}, {"size", "2M"}},
                   {{"cc", "nscc"}, {"transport", "rud"}, {"path", "reps"}, {"size", "2M"}}});
    EXPECT_EQ(condensed_one[0], (Condition{{"path", "ecmp"}, {"size", "1M"}}));
    const auto both = condensed({{{"cc", "dcqcn"}, {"transport", "gbn"}, {"path", "ecmp"}},
                                 {{"cc", "hpcc"}, {"transport", "gbn"}, {"path", "ecmp"}},
                                 {{"cc", "nscc"}, {"transport", "rud"}, {"path", "spray"}},
                                 {{"cc", "nscc"}, {"transport", "rud"}, {"path", "reps"}}});
    EXPECT_EQ(both[0], (Condition{{"cc, path", "dcqcn ecmp"}}));
    EXPECT_EQ(both[3], (Condition{{"cc, path", "nscc reps"}}));
}

TEST(ChartConditions, OfAFullGridStayAsTheyAre)
{
    const std::vector<Condition> grid = {{{"cc", "dcqcn"}, {"size", "1M"}},
                                         {{"cc", "hpcc"}, {"size", "1M"}},
                                         {{"cc", "dcqcn"}, {"size", "2M"}},
                                         {{"cc", "hpcc"}, {"size", "2M"}}};
    EXPECT_EQ(condensed(grid), grid);
}

TEST(ChartConditions, OfPairsKeepTheFirst)
{
    EXPECT_EQ(condensed({{{"ranks", "8"}, {"size", "1M"}}, {{"ranks", "16"}, {"size", "2M"}}}),
              (std::vector<Condition>{{{"ranks", "8"}}, {{"ranks", "16"}}}));
}

}  // namespace
}  // namespace hpnsim
