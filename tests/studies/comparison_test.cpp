// SPDX-License-Identifier: GPL-2.0-only
// CCs compared seed by seed.
#include "hpnsim/study_table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace hpnsim
{
namespace
{

SeedGroup group(const std::string& senders, const std::string& cc, const std::vector<double>& p99,
                int first = 1)
{
    SeedGroup out;
    out.settings = {{"senders", senders}, {"cc", cc}};
    int seed = first;
    for (const double value : p99) out.by_seed["fct_us_p99"][std::to_string(seed++)] = value;
    out.figures["fct_us_p99"] = p99;
    return out;
}

std::string compared(const std::vector<SeedGroup>& groups)
{
    std::ostringstream out;
    print_comparison(out, groups, {});
    return out.str();
}

/// Seeds differ by far more than CCs do: only pairs show the difference.
TEST(Comparison, IsOfPairs)
{
    const std::vector<double> first = {100, 200, 300, 400, 500};
    const std::vector<double> other = {80, 162, 240, 322, 400};
    EXPECT_EQ(compared({group("4", "dcqcn", first), group("4", "hpcc", other)}),
              "\nAgainst cc dcqcn, seed by seed:\nsenders  cc    fct_us_p99\n4        hpcc  19.7 % lower "
              "(19.4 to 20.0)\n");
}

TEST(Comparison, SaysSoWhereThereIsNoClearDifference)
{
    const std::string text =
        compared({group("4", "dcqcn", {10, 10, 10, 10, 10}), group("4", "hpcc", {9, 11, 10, 10.5, 9.4})});
    EXPECT_NE(text.find("no clear difference ("), std::string::npos) << text;
    EXPECT_NE(text.find("% lower to"), std::string::npos) << text;
}

TEST(Comparison, TakesSeedsThatBothHave)
{
    const std::string text =
        compared({group("4", "dcqcn", {10, 20, 30}), group("4", "hpcc", {10, 15, 100}, 2)});
    EXPECT_NE(text.find("50.0 % lower\n"), std::string::npos)
        << text;  // seeds 2 and 3: 20, 30 against 10, 15
    EXPECT_EQ(compared({group("4", "dcqcn", {10}), group("4", "hpcc", {10})}), "");
    EXPECT_EQ(compared({group("4", "dcqcn", {10, 11}), group("8", "dcqcn", {10, 11})}), "");
    EXPECT_EQ(compared({group("4", "dcqcn", {10, 11}), group("8", "hpcc", {10, 11})}), "");
    EXPECT_EQ(compared({}), "");
}

}  // namespace
}  // namespace hpnsim
