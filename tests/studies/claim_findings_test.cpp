// SPDX-License-Identifier: GPL-2.0-only
// Figures of claims, computed from runs that are made up, and the verdicts that follow.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/claim.hpp"
#include "hpnsim/try_claim.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace hpnsim
{
namespace
{

/// Runs with the figure `x`, whose values come in their order.
RunFigures made(const std::vector<std::string>& words, const std::vector<double>& values)
{
    RunFigures found;
    found.runs = runs_of(study_of_words(words));
    for (size_t at = 0; at < found.runs.size(); ++at) {
        found.figures.push_back(std::isnan(values.at(at)) ? std::map<std::string, double>()
                                                          : std::map<std::string, double>{{"x", values[at]}});
        found.statuses.emplace_back("failed");
    }
    return found;
}

ClaimFigure figure(const std::string& is, const std::string& unit = "", const std::string& claimed = "")
{
    ClaimFigure made;
    made.name = "f";
    made.place = "F:1: is";
    made.is = is;
    made.unit = unit;
    if (!claimed.empty()) made.claimed = parse_band("", claimed);
    return made;
}

TEST(Findings, AreComputedUnderEachConditionThatIsOpen)
{
    const std::map<std::string, RunFigures> runs = {{"a", made({"incast", "--cc", "dcqcn,hpcc"}, {10, 30})},
                                                    {"b", made({"incast", "--cc", "dcqcn,hpcc"}, {5, 10})}};
    const std::vector<Finding> found = findings_of(figure("a.x / b.x - 1", "%"), runs);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(text_of(found[0].condition), "cc=dcqcn");
    EXPECT_DOUBLE_EQ(found[0].mean(), 100);
    EXPECT_DOUBLE_EQ(found[1].mean(), 200);
}

TEST(Findings, BracesChooseOneOfTheValues)
{
    const std::map<std::string, RunFigures> runs = {
        {"a", made({"incast", "--senders", "4,8", "--cc", "dcqcn,hpcc"}, {1, 2, 3, 4})}};
    const std::vector<Finding> found = findings_of(figure("a.x{senders=8} - a.x{senders=4}"), runs);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(text_of(found[1].condition), "cc=hpcc");
    EXPECT_EQ(found[1].mean(), 2);
    EXPECT_EQ(text_of(findings_of(figure("a.x{senders=8;cc=hpcc}"), runs)[0].condition), "as set");
}

/// The second runs have one value of an option that the first vary.
TEST(Findings, WhatOneOfTheRunsHasAlikeIsNoCondition)
{
    const std::map<std::string, RunFigures> runs = {
        {"many", made({"incast", "--sport", "ports,disjoint", "--cc", "dcqcn,hpcc"}, {2, 3, 4, 5})},
        {"one", made({"incast", "--sport", "ports", "--cc", "dcqcn,hpcc"}, {1, 10})}};
    const std::vector<Finding> found = findings_of(figure("many.x / one.x"), runs);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(text_of(found[2].condition), "sport=disjoint cc=dcqcn");
    EXPECT_EQ(found[2].mean(), 4);
    EXPECT_EQ(found[3].mean(), 0.5);
}

TEST(Findings, SeedsAreSamples)
{
    const std::map<std::string, RunFigures> runs = {
        {"a", made({"incast", "--seeds", "5"}, {10, 11, 12, 13, 14})},
        {"b", made({"incast", "--seeds", "5"}, {5, 5.5, 6, 6.5, 7})}};
    const std::vector<Finding> found = findings_of(figure("a.x / b.x"), runs);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_DOUBLE_EQ(found[0].mean(), 2);
    EXPECT_EQ(found[0].values, std::vector<double>(5, 2));  // of one seed and the other's same seed
}

TEST(Findings, SayWhichRunIsMissing)
{
    const std::map<std::string, RunFigures> runs = {{"a", made({"incast", "--cc", "dcqcn,hpcc"}, {10, NAN})}};
    const std::vector<Finding> found = findings_of(figure("a.x"), runs);
    EXPECT_TRUE(found[0].computed());
    EXPECT_FALSE(found[1].computed());
    EXPECT_EQ(found[1].why_not, "a cc=hpcc is failed");
    EXPECT_EQ(findings_of(figure("a.y"), runs)[0].why_not, "a cc=dcqcn has no y");
    EXPECT_EQ(findings_of(figure("1 / (a.x{cc=dcqcn} - 10)"), runs)[0].why_not, "it is no finite number");
}

TEST(Findings, WhatCannotBeComputedIsRefused)
{
    const std::map<std::string, RunFigures> runs = {{"first", made({"incast", "--cc", "dcqcn,hpcc"}, {1, 2})},
                                                    {"other", made({"incast", "--senders", "4,8"}, {1, 2})}};
    const std::pair<const char*, const char*> table[] = {
        {"frist.x", "F:1: is: there are no runs 'frist'; the nearest is 'first'"},
        {"first.x +", "F:1: is: the expression cannot be computed"},
        {"first.x * nonsense", "F:1: is: the expression cannot be computed"},
        {"1 + 1", "F:1: is: there is no RUN.FIGURE in it"},
        {"first.x{ranks=4}", "have no option ranks"},
        {"first.x{cc=nscc}", "none of the runs 'first' is as in the braces"},
        {"first.x / other.x", "vary"},
    };
    for (const auto& [is, expected] : table) {
        try {
            findings_of(figure(is), runs);
            ADD_FAILURE() << is;
        } catch (const BadInput& error) {
            EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
        }
    }
}

/// One figure varies the CC, the other the size too: each has a verdict of its own.
TEST(Verdict, FiguresUnderDifferentConditionsAreJudgedOneByOne)
{
    const std::map<std::string, RunFigures> runs = {
        {"a", made({"incast", "--cc", "dcqcn,hpcc"}, {1, 1})},
        {"b", made({"incast", "--cc", "dcqcn,hpcc", "--size", "1M,2M"}, {1, 30, 30, 30})}};
    Claim claim;
    claim.figures = {figure("a.x", "", "at most 3"), figure("b.x", "", "at most 3")};
    claim.figures[1].name = "g";
    const std::string verdict =
        verdict_of(claim, {findings_of(claim.figures[0], runs), findings_of(claim.figures[1], runs)});
    EXPECT_EQ(verdict, "f holds; g holds if cc=dcqcn size=1M");
}

TEST(Verdict, FollowsFromTheBandsAlone)
{
    const std::map<std::string, RunFigures> runs = {{"a", made({"incast", "--cc", "dcqcn,hpcc"}, {10, 30})}};
    Claim claim;
    const auto verdict = [&](const std::string& band) {
        claim.figures = {figure("a.x", "", band), figure("a.x + 1")};
        return verdict_of(claim, {findings_of(claim.figures[0], runs), findings_of(claim.figures[1], runs)});
    };
    EXPECT_EQ(verdict("5 to 40"), "holds");
    EXPECT_EQ(verdict("at least 20"), "holds if cc=hpcc");
    EXPECT_EQ(verdict("at most 3"), "does not hold");
    claim.figures = {figure("a.x", "", "at least 20"), figure("a.x + 1", "", "at most 20")};
    EXPECT_EQ(verdict_of(claim, {findings_of(claim.figures[0], runs), findings_of(claim.figures[1], runs)}),
              "holds in part: f in 1 of 2 and f in 1 of 2");
    claim.cannot = "nobody knows";
    EXPECT_EQ(verdict_of(claim, {}), "cannot be shown by a network simulation");
}

TEST(Reference, IsWrittenAndBecomesAPage)
{
    const std::map<std::string, RunFigures> runs = {{"a", made({"incast", "--cc", "dcqcn,hpcc"}, {10, 30})}};
    Claim claim;
    claim.name = "c";
    claim.title = "It is so";
    claim.figures = {figure("a.x", "us", "at least 20")};
    claim.runs = {{"a", study_of_words({"incast", "--cc", "dcqcn,hpcc"})}};
    const test::Scratch scratch;
    write_reference(claim, {findings_of(claim.figures[0], runs)}, scratch / "ref");
    std::ostringstream csv, page;
    csv << std::ifstream(scratch / "ref/c/figures.csv").rdbuf();
    EXPECT_EQ(csv.str(), "figure,unit,condition,value,seeds\nf,us,cc=dcqcn,10.000000,10.000000\n"
                         "f,us,cc=hpcc,30.000000,30.000000\n");
    const Trial read = read_reference(claim, scratch / "ref");
    EXPECT_EQ(text_of(read.at(0).at(1).condition), "cc=hpcc");
    EXPECT_EQ(read[0][1].mean(), 30);
    scratch.write("hpn.md", "above\n<!-- claims: begin -->\nold\n<!-- claims: end -->\nbelow\n");
    assemble_page({claim}, scratch / "ref", scratch / "hpn.md");
    page << std::ifstream(scratch / "hpn.md").rdbuf();
    EXPECT_EQ(page.str().find("above\n<!-- claims: begin -->\n\n### It is so"), 0U) << page.str();
    EXPECT_NE(page.str().find("| hpcc | 30.0 + |"), std::string::npos) << page.str();
    EXPECT_NE(page.str().find("\n`claims c`, one seed.\n"), std::string::npos) << page.str();
    EXPECT_NE(page.str().find("<!-- claims: end -->\nbelow\n"), std::string::npos);
    EXPECT_EQ(page.str().find("\nold\n"), std::string::npos);
    scratch.write("plain.md", "x");
    EXPECT_THROW(assemble_page({claim}, scratch / "ref", scratch / "plain.md"), BadInput);
}

}  // namespace
}  // namespace hpnsim
