// SPDX-License-Identifier: GPL-2.0-only
// The table of a study: rows are what varies beside the seed.
#include "hpnsim/study_table.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace hpnsim
{
namespace
{

/// Figures grow with the seed, unless `constant`.
std::vector<SeedGroup> groups(const test::Scratch& scratch, const std::string& seeds, bool constant = false)
{
    const Study study = study_of_words({"incast", "--senders", "4,8", "--seeds", seeds});
    const std::vector<StudyRun> runs = runs_of(study);
    StudyStore store(scratch / "s.sqlite", StudyStore::Use::write);
    store.enter(study, runs, "");
    double value = 10;
    for (StoredRun run : store.runs()) {
        run.status = RunStatus::ok;
        store.record(run, {{"fct_us_p99", constant ? 10 : value++}, {"cc", std::string("hpcc")}});
    }
    return groups_of(runs, store);
}

std::string table(const std::vector<SeedGroup>& of)
{
    std::ostringstream out;
    print_table(out, of, usual_figures(of));
    return out.str();
}

TEST(StudyTable, PoolsSeeds)
{
    const test::Scratch scratch;
    const std::vector<SeedGroup> found = groups(scratch, "5");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].figures.at("fct_us_p99"), (std::vector<double>{10, 11, 12, 13, 14}));
    const std::string text = table(found);
    EXPECT_NE(text.find("senders  seeds  fct_us_p99\n4        5      12.0 ("), std::string::npos) << text;
    EXPECT_NE(text.find("95 % intervals"), std::string::npos);
}

TEST(StudyTable, SaysWhereSeedsDoNotHelp)
{
    const test::Scratch few, same;
    EXPECT_NE(table(groups(few, "2")).find("No intervals"), std::string::npos);
    EXPECT_NE(table(groups(same, "5", true)).find("2 of 2 rows have seeds whose runs are identical"),
              std::string::npos);
}

TEST(StudyTable, SaysOfHowManySeedsAFigureIs)
{
    SeedGroup group;
    group.settings = {{"senders", "4"}};
    group.seeds = {"1", "2", "3"};
    group.runs = 3;
    group.figures["fct_us_p99"] = {10, 20};
    const std::string text = table({group});
    EXPECT_NE(text.find("15.0 [2 of 3]\n"), std::string::npos) << text;
    EXPECT_NE(text.find("too small for it"), std::string::npos) << text;
}

}  // namespace
}  // namespace hpnsim
