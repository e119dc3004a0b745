// SPDX-License-Identifier: GPL-2.0-only
// Studies of scenarios that take a word without dashes, as `jobs FILE` does.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/study.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

using Texts = std::vector<std::string>;

TEST(Study, AWordWithoutDashesIsTheFileOfAScenarioThatTakesOne)
{
    const auto runs = runs_of(study_of_words({"jobs", "some/a.ini", "--cc", "dcqcn,nscc", "b.ini"}));
    ASSERT_EQ(runs.size(), 4U);
    EXPECT_EQ(runs[0].words("jobs"), (Texts{"jobs", "--file", "some/a.ini", "--cc", "dcqcn"}));
    EXPECT_EQ(runs[3].words("jobs"), (Texts{"jobs", "--file", "b.ini", "--cc", "nscc"}));
    EXPECT_THROW(study_of_words({"jobs", "a.ini", "a.ini"}), BadInput);
    EXPECT_THROW(study_of_words({"jobs", "a.ini", "-x"}), BadInput);
    EXPECT_THROW(study_of_words({"incast", "a.ini"}), BadInput);
}

}  // namespace
}  // namespace hpnsim
