// SPDX-License-Identifier: GPL-2.0-only
// Tests lists of texts as a person reads them.
#include "hpnsim/text.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace hpnsim
{
namespace
{

using Texts = std::vector<std::string>;

TEST(Text, JoinedTextsHaveASeparatorBetweenThemAlone)
{
    EXPECT_EQ(joined_texts(Texts{}), "");
    EXPECT_EQ(joined_texts(Texts{"a"}), "a");
    EXPECT_EQ(joined_texts(Texts{"a", "b", "c"}), "a, b, c");
    EXPECT_EQ(joined_texts(std::set<std::string>{"b", "a"}, "+"), "a+b");
}

/// A field of a csv row may be empty, the first one too.
TEST(Text, EmptyTextsKeepTheirPlaces)
{
    EXPECT_EQ(joined_texts(Texts{"", "a", "", ""}, ","), ",a,,");
}

TEST(Text, ListedTextsEndWithAWord)
{
    EXPECT_EQ(listed_texts(Texts{}), "");
    EXPECT_EQ(listed_texts(Texts{"a"}), "a");
    EXPECT_EQ(listed_texts(Texts{"a", "b"}), "a and b");
    EXPECT_EQ(listed_texts(Texts{"a", "b", "c"}, "or"), "a, b or c");
}

}  // namespace
}  // namespace hpnsim
