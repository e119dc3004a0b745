// SPDX-License-Identifier: GPL-2.0-only
// Alternatives in braces.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/study.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

using Texts = std::vector<std::string>;

TEST(Braces, StandForEachOfTheirAlternatives)
{
    EXPECT_EQ(expand_braces("", "dcqcn"), (Texts{"dcqcn"}));
    EXPECT_EQ(expand_braces("", "dcqcn:g={0.01,0.1}"), (Texts{"dcqcn:g=0.01", "dcqcn:g=0.1"}));
    EXPECT_EQ(expand_braces("", "a{1,2}b{x,y}"), (Texts{"a1bx", "a1by", "a2bx", "a2by"}));
    EXPECT_EQ(expand_braces("", "{a,b{1,2}}"), (Texts{"a", "b1", "b2"}));
    EXPECT_EQ(expand_braces("", "hpn{,:ports=1}"), (Texts{"hpn", "hpn:ports=1"}));
}

TEST(Braces, WithABackslashAreOnlyBraces)
{
    EXPECT_EQ(expand_braces("", "a\\{b\\}"), (Texts{"a{b}"}));
    EXPECT_EQ(expand_braces("", "x:name=a\\,b"), (Texts{"x:name=a\\,b"}));
    EXPECT_EQ(expand_braces("", "{a\\,b,c}"), (Texts{"a,b", "c"}));
    EXPECT_EQ(expand_braces("", "{hpcc:a=1\\,b=2,c{1\\,2,3}}"), (Texts{"hpcc:a=1,b=2", "c1,2", "c3"}));
    EXPECT_EQ(expand_braces("", "{a\\\\,b,c}"), (Texts{"a\\,b", "c"}));
}

TEST(Braces, ThatDoNotMatchAreRefused)
{
    for (const char* text : {"a{b", "a}b", "{a,{b}", "}{"}) {
        try {
            expand_braces("--cc", text);
            ADD_FAILURE() << text;
        } catch (const BadInput& error) {
            EXPECT_EQ(std::string(error.what()).compare(0, 6, "--cc: "), 0) << error.what();
        }
    }
}

TEST(Braces, OfTooManyAlternativesAreRefused)
{
    std::string many;
    for (int k = 0; k < 12; ++k) many += "{1,2,3,4}";
    EXPECT_THROW(expand_braces("", many), BadInput);
}

}  // namespace
}  // namespace hpnsim
