// SPDX-License-Identifier: GPL-2.0-only
// Tests the sentence that says what won.
#include "hpnsim/contest.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hpnsim
{

namespace
{

const Measure kTime = {"mean FCT", "us", true}, kRate = {"bus bandwidth", "GB/s", false};

Contender times(const std::string& label, double factor, size_t count = 6)
{
    Contender out{label, {}};
    for (size_t seed = 0; seed < count; ++seed)
        out.values.push_back(factor * (10 + 0.1 * static_cast<double>(seed)));
    return out;
}

}  // namespace

TEST(Contest, names_the_winner_the_distance_and_the_interval)
{
    EXPECT_EQ(
        contest_sentence(kTime, {times("a", 1), times("c", 3), times("b", 0.8)}, Averaging::mean, "seeds"),
        "b won: its mean FCT of 8.20 us is 20 % below that of a (95 % interval 20 to 20 %, over 6 seeds).");
}

TEST(Contest, knows_that_more_can_be_better)
{
    EXPECT_EQ(contest_sentence(kRate, {times("a", 1, 1), times("b", 1.5, 1)}, Averaging::mean, "seeds"),
              "b won: its bus bandwidth of 15.0 GB/s is 50 % above that of a (one run each, so there is no "
              "interval).");
}

TEST(Contest, names_no_winner_when_chance_would_do)
{
    Contender a{"a", {10, 12, 9, 11, 10, 12}}, b{"b", {11, 10, 10, 11, 11, 11.1}};
    const std::string text = contest_sentence(kTime, {a, b}, Averaging::mean, "seeds");
    EXPECT_EQ(text.rfind("No clear winner: a is best in mean FCT, with 10.7 us, but only ", 0), 0U) << text;
    EXPECT_NE(text.find("(95 % interval -"), std::string::npos) << text;
}

TEST(Contest, of_equals_says_so)
{
    EXPECT_EQ(contest_sentence(kTime, {times("a", 1, 3), times("b", 1, 3)}, Averaging::mean, "seeds"),
              "a and b are equal in mean FCT: 10.1 us.");
}

TEST(Contest, averages_ratios_of_values_of_different_size)
{
    const Contender a{"a", {1, 100, 1, 100, 1}}, b{"b", {0.5, 200, 0.5, 200, 0.25}};
    const Estimate change = change_of(a, b, Averaging::geometric);
    EXPECT_NEAR(change.value, std::pow(0.5 * 2 * 0.5 * 2 * 0.25, 0.2) - 1, 1e-12);
    ASSERT_TRUE(change.interval);
    EXPECT_LT(change.interval->low, change.value);
    EXPECT_GT(change.interval->high, change.value);
}

TEST(Contest, too_few_seeds_are_called_too_few)
{
    const std::string text =
        contest_sentence(kTime, {times("a", 1, 3), times("b", 2, 3)}, Averaging::mean, "seeds");
    EXPECT_NE(text.find("(3 seeds, too few for an interval)"), std::string::npos) << text;
}

}  // namespace hpnsim
