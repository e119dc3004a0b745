// SPDX-License-Identifier: GPL-2.0-only
// What several seeds say of a claim: how often its verdict is the same, which figures they decide, and which
// they do not touch; made up figures, as a table, a file and a page.
#include "claims/trial_table.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/claim.hpp"
#include "hpnsim/try_claim.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hpnsim
{
namespace
{

/// Two figures under two conditions; only `gain` has a band, 10 and more.
struct Made {
    Claim claim;
    Trial trial;

    Made(const std::vector<double>& dcqcn, const std::vector<double>& hpcc, const std::vector<double>& other)
    {
        claim.name = "c";
        claim.title = "It is so";
        claim.minutes = "2";
        claim.figures.resize(2);
        claim.figures[0].name = "gain";
        claim.figures[0].claimed = parse_band("", "at least 10");
        claim.figures[1].name = "depth";
        trial = {{{{{"cc", "dcqcn"}}, dcqcn, ""}, {{{"cc", "hpcc"}}, hpcc, ""}},
                 {{{{"cc", "dcqcn"}}, other, ""}, {{{"cc", "hpcc"}}, other, ""}}};
    }
    std::string verdict() const { return verdict_of(claim, trial) + verdict_in_seeds(claim, trial); }
};

TEST(Seeds, SayInHowManyOfThemTheVerdictIsTheSame)
{
    const Made steady({11, 12, 13}, {5, 6, 7}, {1, 2, 3});
    EXPECT_EQ(steady.verdict(), "holds if cc=dcqcn, the same in 3 of 3 seeds");
    EXPECT_EQ(
        seeds_text(steady.claim, steady.trial),
        "No figure leaves the claimed band, or enters it, by the seed. All figures differ between seeds.");
    const Made edge({9, 12, 13}, {5, 6, 7}, {1, 1, 1});
    EXPECT_EQ(edge.verdict(), "holds if cc=dcqcn, the same in 2 of 3 seeds");
    EXPECT_EQ(seeds_text(edge.claim, edge.trial),
              "It depends on the seed whether these lie in the claimed band: gain with cc=dcqcn (in 2 of 3). "
              "2 of 4 figures differ between seeds; the seeds of the others are one sample.");
}

TEST(Seeds, NameFewConditionsAndCountMany)
{
    Made many({9, 12}, {9, 12}, {1, 2});
    for (const char* cc : {"nscc", "swift"}) many.trial[0].push_back({{{"cc", cc}}, {12, 9}, ""});
    EXPECT_EQ(
        seeds_text(many.claim, many.trial),
        "It depends on the seed whether these lie in the claimed band: gain under 4 of 4 conditions. All "
        "figures differ between seeds.");
}

/// The mean may have a verdict that no seed has.
TEST(Seeds, MayAllDisagreeWithTheirMean)
{
    const Made split({5, 16, 16}, {16, 5, 16}, {1, 2, 3});
    EXPECT_EQ(split.verdict(), "holds, the same in 1 of 3 seeds");
    const Made none({0, 25}, {25, 0}, {1, 2});
    EXPECT_EQ(none.verdict(), "holds, the same in 0 of 2 seeds");
}

TEST(Seeds, ThatChangeNothingAreOneSample)
{
    const Made same({11, 11, 11}, {5, 5, 5}, {2, 2, 2});
    EXPECT_EQ(same.verdict(), "holds if cc=dcqcn");
    EXPECT_EQ(seeds_text(same.claim, same.trial),
              "Every figure is the same in all 3 seeds: they are one sample, not 3.");
    EXPECT_EQ(figure_text(same.claim.figures[0], same.trial[0][0]), "11.0 +");
    const Made nearly({11, 11.0001}, {5, 5}, {2, 2});
    EXPECT_EQ(figure_text(nearly.claim.figures[0], nearly.trial[0][0]), "11.0 +");
}

TEST(Seeds, OfOneNothingIsSaid)
{
    const Made one({11}, {5}, {2});
    EXPECT_EQ(one.verdict(), "holds if cc=dcqcn");
    EXPECT_EQ(seeds_text(one.claim, one.trial), "");
    EXPECT_EQ(seeds_of(Trial()), 1U);
}

/// What could not be computed has no seeds, and the other figures are judged all the same.
TEST(Seeds, SkipWhatIsMissing)
{
    const Made gap({11, 12, 13}, {}, {1, 2, 3});
    EXPECT_EQ(gap.verdict(), "holds (1 figures could not be computed), the same in 3 of 3 seeds");
    EXPECT_EQ(figure_text(gap.claim.figures[0], gap.trial[0][1]), "-");
}

TEST(Seeds, AreInTableFileAndPage)
{
    Made made({11, 12, 16}, {5, 5, 5}, {2, 2, 2});
    made.claim.runs = {{"a", study_of_words({"incast", "--cc", "dcqcn,hpcc"})}};
    EXPECT_EQ(table_of(made.claim, made.trial).at(1).at(1), "13.0 (11.0 to 16.0) +");
    EXPECT_EQ(charts_of(made.claim, made.trial).at(0).series.at(0).points.at(0).interval->second, 16);
    std::ostringstream out;
    print_trial(out, made.claim, made.trial);
    EXPECT_NE(out.str().find("verdict: holds if cc=dcqcn, the same in 3 of 3 seeds\n  No figure leaves"),
              std::string::npos)
        << out.str();
    const test::Scratch scratch;
    write_reference(made.claim, made.trial, scratch / "ref");
    const Trial read = read_reference(made.claim, scratch / "ref");
    EXPECT_EQ(read[0][0].values, (std::vector<double>{11, 12, 16}));
    const std::string page = page_of(made.claim, read, "there", {});
    EXPECT_NE(page.find("**Verdict: holds if cc=dcqcn, the same in 3 of 3 seeds.**"), std::string::npos)
        << page;
    EXPECT_NE(page.find("least and the greatest in parentheses"), std::string::npos) << page;
    EXPECT_NE(page.find("`claims c --seeds 3`, 3 seeds, about 6 minutes on two cores."), std::string::npos)
        << page;
}

TEST(Seeds, ComeInThePlaceOfThoseOfTheFile)
{
    const test::Scratch scratch;
    scratch.write("s.claim", "title = x\n[runs]\nscenario = incast\nseed = 7\n[run a]\nseeds = 5\ncc = hpcc\n"
                             "[run b]\ncc = dcqcn, hpcc\n[figure y]\nis = a.x\n");
    EXPECT_EQ(seeds_of(read_claim(scratch / "s.claim", false)), 5U);
    const Claim claim = read_claim(scratch / "s.claim", false, 3);
    EXPECT_EQ(seeds_of(claim), 3U);
    for (const ClaimRuns& runs : claim.runs) {
        const std::vector<StudyRun> all = runs_of(runs.study);
        EXPECT_EQ(all.size(), runs.name == "a" ? 3U : 6U);
        EXPECT_NE(all.front().label.find("seed=7"), std::string::npos) << all.front().label;
    }
    EXPECT_EQ(seeds_of(read_claim(scratch / "s.claim", false, 1)), 1U);
    scratch.write("l.claim", "title = x\n[runs]\nscenario = incast\nseed = 7, 9\n[run a]\ncc = hpcc\n"
                             "[figure y]\nis = a.x\n");
    EXPECT_THROW(read_claim(scratch / "l.claim", false, 3), BadInput);
}

}  // namespace
}  // namespace hpnsim
