// SPDX-License-Identifier: GPL-2.0-only
// Tests `--timeline-ranks LIST`: whom a list names, and what is wrong with one that is none.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/rank_list.hpp"
#include "hpnsim/topologies.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

using Ranks = std::vector<uint32_t>;

Ranks ranks(const std::string& list)
{
    return parse_ranks(list, make_fabric("star:hosts=8", 8));
}

std::string error_of(const std::string& list)
{
    try {
        ranks(list);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(RankList, NumbersAndRanges)
{
    EXPECT_EQ(ranks("3"), Ranks({3}));
    EXPECT_EQ(ranks("6, 0-2,1"), Ranks({0, 1, 2, 6}));
    EXPECT_EQ(ranks("7-7"), Ranks({7}));
    EXPECT_EQ(ranks("").size(), 8U);
}

TEST(RankList, Sentences)
{
    for (const std::string bad : {"x", "1-", "-1", "3-1", "1--2"})
        EXPECT_EQ(error_of(bad),
                  "--timeline-ranks: '" + bad + "' is neither a number nor a range of them; write 0-15,64");
    EXPECT_EQ(error_of("0,"), "--timeline-ranks: '' is neither a number nor a range of them; write 0-15,64");
    EXPECT_EQ(error_of("0-8"), "--timeline-ranks: there is no 8; the nearest is 7, the last of 8");
    EXPECT_EQ(error_of("99"), "--timeline-ranks: there is no 99; the nearest is 7, the last of 8");
}

}  // namespace
}  // namespace hpnsim
