// SPDX-License-Identifier: GPL-2.0-only
// Tests the frame of every binary's main: status, sentences, and how much of what somebody wrote is quoted.
#include "hpnsim/tool_main.hpp"

#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>

#include <new>

namespace hpnsim
{

namespace
{

struct Said {
    int status;
    std::string text;
};

Said said(const std::function<int()>& body)
{
    ::testing::internal::CaptureStderr();
    const int status = run_main("incast", body);
    return {status, ::testing::internal::GetCapturedStderr()};
}

}  // namespace

TEST(RunMain, turns_exceptions_into_a_status_and_one_sentence)
{
    EXPECT_EQ(said([] { return 3; }).status, 3);
    const Said bad = said([]() -> int { throw BadInput("--size: no"); });
    EXPECT_EQ(bad.status, 2);
    EXPECT_EQ(bad.text, "incast: --size: no\n");
    EXPECT_EQ(said([]() -> int { throw BadInput("incast: named once"); }).text, "incast: named once\n");
    const Said memory = said([]() -> int { throw std::bad_alloc(); });
    EXPECT_EQ(memory.status, 4);
    EXPECT_NE(memory.text.find("memory ran out"), std::string::npos);
    const Said odd = said([]() -> int { throw std::logic_error("odd"); });
    EXPECT_EQ(odd.status, 4);
    EXPECT_EQ(odd.text, "incast: internal error: odd\n");
}

TEST(Shortened, leaves_what_can_be_read)
{
    const std::string sentence = "--topology: no topology 'hpnn'; the nearest is 'hpn'";
    EXPECT_EQ(shortened(sentence), sentence);
    EXPECT_EQ(shortened(std::string(120, 'a') + " b"), std::string(120, 'a') + " b");
    EXPECT_EQ(shortened(""), "");
    EXPECT_EQ(shortened("  a  b "), "  a  b ");
}

TEST(Shortened, cuts_the_middle_of_long_words_and_of_long_sentences)
{
    const std::string word =
        shortened("--cc: no '" + std::string(120'000, 'x') + "end'; the nearest is 'hpcc'");
    EXPECT_LT(word.size(), 200u);
    EXPECT_EQ(word.substr(0, 13), "--cc: no 'xxx");
    EXPECT_NE(word.find("xxx...xxx"), std::string::npos);
    EXPECT_NE(word.find("xend'; the nearest is 'hpcc'"), std::string::npos);
    std::string many;
    for (int i = 0; i < 60'000; ++i) many += "a ";
    EXPECT_EQ(shortened("--cc: " + many).size(), 1000u);
    EXPECT_LT(std::string(BadInput(std::string(500, '\0')).what()).size(), 130u);  // \x00 has four bytes
}

TEST(Shortened, keeps_characters_whole)
{
    std::string text;
    for (int i = 0; i < 100; ++i) text += "\xe2\x82\xac";  // three bytes each
    for (int shift = 0; shift < 3; ++shift) {
        const std::string cut = shortened(std::string(static_cast<size_t>(shift), 'a') + text);
        const size_t dots = cut.find("...");
        ASSERT_NE(dots, std::string::npos);
        EXPECT_EQ((dots - static_cast<size_t>(shift)) % 3, 0u);
        EXPECT_EQ((cut.size() - dots - 3) % 3, 0u);
    }
}

}  // namespace hpnsim
