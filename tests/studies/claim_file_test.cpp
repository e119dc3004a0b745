// SPDX-License-Identifier: GPL-2.0-only
// Files of claims: what is read, and which faults are told with their line.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/claim.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

constexpr const char* kClaim = "title = Two are better\n"
                               "  than one\n"
                               "by = somebody\n"
                               "[runs]\n"
                               "scenario = incast\n"
                               "senders = 4, 8\n"
                               "size = 1M\n"
                               "[run a]\n"
                               "cc = dcqcn\n"
                               "[run b]\n"
                               "scenario = permutation\n"
                               "cc = hpcc\n"
                               "ranks = 8\n"
                               "senders = 4\n";

TEST(Claim, IsReadWithItsRunsAndFigures)
{
    const test::Scratch scratch;
    scratch.write("two.claim",
                  std::string(kClaim).substr(0, std::string(kClaim).find("[run b]")) +
                      "[figure gain]\nis = a.fct_us_p50\nunit = %\nclaimed = at least 2\nexpected = 1 to "
                      "3\nbecause = so\n[quick]\nsize = 4K\n[finding]\ntext = it was so\n");
    const Claim claim = read_claim(scratch / "two.claim", false);
    EXPECT_EQ(claim.name, "two");
    EXPECT_EQ(claim.title, "Two are better than one");
    EXPECT_EQ(claim.finding, "it was so");
    ASSERT_EQ(claim.runs.size(), 1U);
    EXPECT_EQ(runs_of(claim.runs[0].study).size(), 2U);
    EXPECT_EQ(runs_of(claim.runs[0].study)[0].words("incast").back(), "dcqcn");
    EXPECT_TRUE(claim.figures[0].claimed->holds(2));
    EXPECT_FALSE(claim.figures[0].claimed->holds(1.9));
    EXPECT_FALSE(claim.figures[0].expected->holds(3.1));
    const Claim quick = read_claim(scratch / "two.claim", true);
    bool small = false;
    const std::vector<StudyRun> runs = runs_of(quick.runs[0].study);
    for (const auto& [option, value] : runs[0].settings) small |= value == "4K";
    EXPECT_TRUE(small);
}

TEST(Claim, HasASmallFormForSingleRuns)
{
    const test::Scratch scratch;
    const std::string claim = std::string(kClaim) + "[figure x]\nis = a.fct_us_p50\n[quick a]\nsize = 2K\n";
    scratch.write("two.claim", claim.substr(0, claim.find("[run b]")) + claim.substr(claim.find("[figure")));
    const auto size = [&scratch](bool quick) {
        const Claim read = read_claim(scratch / "two.claim", quick);
        const std::vector<StudyRun> runs = runs_of(read.runs[0].study);
        for (const auto& [option, value] : runs[0].settings)
            if (option == "size") return value;
        return std::string();
    };
    EXPECT_EQ(size(false), "1M");
    EXPECT_EQ(size(true), "2K");
}

TEST(Claim, SmallFormOfRunsThatThereAreNotIsRefused)
{
    const test::Scratch scratch;
    const std::string claim = std::string(kClaim) + "[figure x]\nis = a.fct_us_p50\n[quick aa]\nsize = 2K\n";
    scratch.write("two.claim", claim.substr(0, claim.find("[run b]")) + claim.substr(claim.find("[figure")));
    try {
        read_claim(scratch / "two.claim", false);
        ADD_FAILURE() << "there are no runs 'aa'";
    } catch (const BadInput& error) {
        EXPECT_NE(std::string(error.what()).find("there is no section [run aa]; the nearest is 'a'"),
                  std::string::npos)
            << error.what();
    }
}

TEST(Claim, FindsTheFilesBesideIt)
{
    const test::Scratch scratch;
    scratch.write("two.claim", "title = x\n[runs]\nscenario = flows\n[run a]\nflow-file = data/few.txt\n"
                               "[figure y]\nis = a.fct_us_p50\n");
    const Claim claim = read_claim(scratch / "two.claim", false);
    const auto settings = runs_of(claim.runs[0].study)[0].settings;
    ASSERT_EQ(settings.front().first, "flow-file");
    EXPECT_EQ(settings.front().second, std::filesystem::proximate(scratch / "data/few.txt").string());
}

TEST(Claim, RunsMayBeOfAnotherScenarioWhoseOptionsAreJudgedByIt)
{
    const test::Scratch scratch;
    scratch.write("two.claim", std::string(kClaim) + "[figure x]\nis = a.fct_us_p50\n");
    try {
        read_claim(scratch / "two.claim", false);
        ADD_FAILURE() << "a permutation has no senders";
    } catch (const BadInput& error) {
        EXPECT_NE(std::string(error.what()).find(":14: senders: permutation has no such option"),
                  std::string::npos)
            << error.what();
    }
}

TEST(Claim, FaultsNameTheLine)
{
    const std::pair<const char*, const char*> table[] = {
        {"by = x\n[runs]\nscenario = incast\n[run a]\nsenders = 4\n[figure f]\nis = a.x\n", "no line 'title"},
        {"title = x\n", "no section [run NAME]"},
        {"title = x\n[run a]\nsenders = 4\n", ":2: there is no line 'scenario = NAME'"},
        {"title = x\n[run a]\nscenario = incast\nsenders = 4\n", "no section [figure NAME]"},
        {"title = x\n[run a-b]\nscenario = incast\nsenders = 4\n", ":2: the name 'a-b'"},
        {"title = x\ntitel = y\n", ":2: no line 'titel' is known here; the nearest is 'title'"},
        {"title = x\n[figures]\n", ":2: no section [figures] is known"},
        {"title = x\n[figure f]\nclaimed = 1 to 2\n", ":2: [figure f] has no line 'is"},
        {"title = x\n[figure f]\nis = a.x\nclaimed = 1-2\n", ":4: claimed: '1-2' is none of"},
        {"title = x\n[figure f]\nis = a.x\nclaimed = 3 to 2\n", ":4: claimed: '3 to 2' begins above its end"},
    };
    for (const auto& [text, expected] : table) {
        const test::Scratch scratch;
        scratch.write("c.claim", text);
        try {
            read_claim(scratch / "c.claim", false);
            ADD_FAILURE() << text;
        } catch (const BadInput& error) {
            EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
        }
    }
}

TEST(Claims, OfAFolderComeInTheirOrder)
{
    const test::Scratch scratch;
    scratch.write("b.claim", "title = x\norder = 2\ncannot = so\n");
    scratch.write("c.claim", "title = x\norder = 1\ncannot = so\n");
    scratch.write("notes.txt", "x");
    const std::vector<Claim> claims = read_claims(scratch.path(), false);
    ASSERT_EQ(claims.size(), 2U);
    EXPECT_EQ(claims[0].name, "c");
    EXPECT_THROW(read_claims(scratch / "nowhere", false), BadInput);
}

}  // namespace
}  // namespace hpnsim
