// SPDX-License-Identifier: GPL-2.0-only
// Tests that a room's term at the beginning of a sentence becomes the option that sets it, and nothing else.
#include "hpnsim/as_option.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

std::string with(const std::string& sentence)
{
    return with_option({"chunk", {"duration", "duration-us"}, {"results folder", "out"}}, sentence);
}

TEST(AsOption, PutsTheOptionInFrontOfASentence)
{
    EXPECT_EQ(with("chunk: nothing is cut"), "--chunk: nothing is cut");
    EXPECT_EQ(with("duration: 0 us"), "--duration-us: 0 us");
    EXPECT_EQ(with("results folder /x: is a file"), "--out /x: is a file");
}

TEST(AsOption, LeavesOtherSentencesAlone)
{
    for (const char* sentence :
         {"chunks: 1", "chunk", "no chunk: 1", "--chunk: 1", "", "flows.txt:1: chunk: 1"})
        EXPECT_EQ(with(sentence), sentence);
}

TEST(AsOption, ReturnsWhatIsMadeAndRethrowsTheRest)
{
    EXPECT_EQ(as_option({"chunk"}, [] { return 3; }), 3);
    const auto sentence_of = [](const char* thrown) -> std::string {
        try {
            as_option({"chunk"}, [thrown] { throw BadInput(thrown); });
        } catch (const BadInput& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(sentence_of("chunk: 1"), "--chunk: 1");
    EXPECT_EQ(sentence_of("ranks: 1"), "ranks: 1");
    EXPECT_THROW(as_option({"chunk"}, []() -> int { throw BadLine("f:1: 2"); }), BadLine);
}

}  // namespace
}  // namespace hpnsim
