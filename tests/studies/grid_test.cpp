// SPDX-License-Identifier: GPL-2.0-only
// Studies from words and files: which runs they are, and which are refused.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/study.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

using Texts = std::vector<std::string>;

Texts labels(const Study& study)
{
    Texts all;
    for (const StudyRun& run : runs_of(study)) all.push_back(run.label);
    return all;
}

std::string complaint(const Texts& words)
{
    try {
        runs_of(study_of_words(words));
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(Study, IsEveryCombination)
{
    const Study study =
        study_of_words({"incast", "--senders", "4,8", "--cc", "dcqcn", "--cc", "hpcc", "--size=1M"});
    EXPECT_EQ(labels(study),
              (Texts{"senders=4+cc=dcqcn", "senders=4+cc=hpcc", "senders=8+cc=dcqcn", "senders=8+cc=hpcc"}));
    EXPECT_EQ(runs_of(study)[1].words("incast"),
              (Texts{"incast", "--senders", "4", "--cc", "hpcc", "--size", "1M"}));
}

TEST(Study, OneRunOfNothingThatVaries)
{
    const Study study = study_of_words({"incast", "--senders", "4", "--verify"});
    EXPECT_EQ(labels(study), (Texts{"run"}));
    EXPECT_EQ(runs_of(study)[0].words("incast"), (Texts{"incast", "--senders", "4", "--verify"}));
}

TEST(Study, SeedsAreRuns)
{
    EXPECT_EQ(labels(study_of_words({"incast", "--seeds", "3"})), (Texts{"seed=1", "seed=2", "seed=3"}));
    EXPECT_EQ(labels(study_of_words({"incast", "--seed", "7", "--seeds", "2"})), (Texts{"seed=7", "seed=8"}));
    EXPECT_NE(complaint({"incast", "--seed", "7,9", "--seeds", "2"}), "");
}

/// A comma cuts only what the option does not take as it is.
TEST(Study, CommasCutListsOfValuesOnly)
{
    EXPECT_EQ(study_of_words({"incast", "--cc", "dcqcn,hpcc"}).grids[0].axes[0].values,
              (Texts{"dcqcn", "hpcc"}));
    EXPECT_EQ(study_of_words({"incast", "--topology", "hpn:segments=1,hosts=4"}).grids[0].axes[0].values,
              (Texts{"hpn:segments=1,hosts=4"}));
    EXPECT_EQ(study_of_words({"incast", "--pcap", "nic0:0,nic1:0"}).grids[0].axes[0].values,
              (Texts{"nic0:0,nic1:0"}));
    EXPECT_EQ(study_of_words({"incast", "--cc", "dcqcn:g={0.01,0.1},rai=100"}).grids[0].axes[0].values,
              (Texts{"dcqcn:g=0.01,rai=100", "dcqcn:g=0.1,rai=100"}));
}

TEST(Study, WhatNoScenarioTakesIsRefused)
{
    EXPECT_EQ(complaint({"incats"}).substr(0, 42), "no scenario 'incats'; the nearest is 'inca");
    EXPECT_EQ(complaint({"incast", "--sender", "4"}),
              "--sender: incast has no such option; the nearest is 'senders'");
    EXPECT_NE(complaint({"incast", "--senders", "4,many"}).find("--senders"), std::string::npos);
    EXPECT_NE(complaint({"incast", "--senders", "4,4"}), "");
    EXPECT_NE(complaint({"incast", "--senders", "4,,8"}), "");
    EXPECT_NE(complaint({"incast", "--senders"}), "");
    EXPECT_NE(complaint({"incast", "--config", "x"}), "");
    EXPECT_NE(complaint({"incast", "4"}), "");
    EXPECT_NE(complaint({"incast", "--senders", "1,2", "--seeds", "900000"}), "");
    EXPECT_NE(complaint({}), "");
}

TEST(StudyFile, SaysTheSameAsWords)
{
    const test::Scratch scratch;
    scratch.write("a.sweep",
                  "# who sends\nscenario = incast\nsenders = 4, 8  # two\ncc = dcqcn\ncc = hpcc\nverify\n");
    const Study study = study_of_file(scratch / "a.sweep");
    EXPECT_EQ(study.scenario, "incast");
    EXPECT_EQ(labels(study),
              labels(study_of_words({"incast", "--senders", "4,8", "--cc", "dcqcn,hpcc", "--verify"})));
}

TEST(StudyFile, SectionsAreGridsThatReplaceWhatIsAbove)
{
    const test::Scratch scratch;
    scratch.write("a.sweep",
                  "scenario = incast\nsenders = 4\ncc = dcqcn\n[few]\nsize = 1M\n[many]\nsenders = 8, 16\n");
    EXPECT_EQ(labels(study_of_file(scratch / "a.sweep")),
              (Texts{"few+senders=4+size=1M", "many+senders=8", "many+senders=16"}));
}

TEST(StudyFile, OptionsThatVaryTogetherAreOneAxis)
{
    const test::Scratch scratch;
    scratch.write("a.sweep", "scenario = incast\nsenders = 4, 8\ncc, path = hpcc ecmp; nscc spray\n");
    EXPECT_EQ(labels(study_of_file(scratch / "a.sweep")),
              (Texts{"senders=4+cc=hpcc+path=ecmp", "senders=4+cc=nscc+path=spray",
                     "senders=8+cc=hpcc+path=ecmp", "senders=8+cc=nscc+path=spray"}));
}

TEST(StudyFile, ASemicolonSeparatesValuesThatHoldCommas)
{
    const test::Scratch scratch;
    scratch.write("a.sweep", "scenario = collective\nmembers = 0-7,16-23; 0-31\n");
    EXPECT_EQ(study_of_file(scratch / "a.sweep").grids[0].axes[0].values, (Texts{"0-7,16-23", "0-31"}));
}

TEST(StudyFile, FaultsNameTheLine)
{
    const std::pair<const char*, const char*> table[] = {
        {"senders = 4\n", "there is no line 'scenario = NAME'"},
        {"scenario = incats\n", ":1: no scenario 'incats'"},
        {"scenario = incast\n\nsendres = 4\n", ":3: sendres: incast has no such option"},
        {"scenario = incast\nsenders = x\n", ":2: senders"},
        {"scenario = incast\nsenders =\n", ":2: senders has no value"},
        {"scenario = incast\nsenders 4\n", ":2: 'senders 4' is not option = values"},
        {"scenario = incast\n[a]\n[a]\n", ":3: there is a section [a] already"},
        {"scenario = incast\ncc, path = hpcc\n", ":2: cc, path: 'hpcc' is not 2 values"},
        {"scenario = incast\ncc, pth = hpcc ecmp\n", ":2: cc, pth: incast has no such option"},
        {"scenario = incast\n[a\n", ":2: '[a' is not [NAME]"},
    };
    for (const auto& [text, expected] : table) {
        const test::Scratch scratch;
        scratch.write("a.sweep", text);
        try {
            study_of_file(scratch / "a.sweep");
            ADD_FAILURE() << text;
        } catch (const BadInput& error) {
            EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
        }
    }
}

}  // namespace
}  // namespace hpnsim
