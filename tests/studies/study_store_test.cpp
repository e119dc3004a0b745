// SPDX-License-Identifier: GPL-2.0-only
// The database of a study: what is entered, recorded and refused.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/study_store.hpp"
#include "scratch.hpp"
#include "store/sqlite.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim
{
namespace
{

Study two_sizes()
{
    return study_of_words({"incast", "--senders", "4,8", "--size", "1M"});
}

TEST(StudyStore, HoldsRunsSettingsAndFigures)
{
    const test::Scratch scratch;
    StudyStore store(scratch / "s.sqlite", StudyStore::Use::write);
    store.enter(two_sizes(), runs_of(two_sizes()), "sweep incast");
    StoredRun run = store.runs().at(1);
    EXPECT_EQ(run.label, "senders=8");
    EXPECT_EQ(run.status, RunStatus::waiting);
    run.status = RunStatus::unfinished;
    run.exit_status = 3;
    run.message = "it's late";
    store.record(run, {{"fct_us_p99", 12.5}, {"fct_us_p999", std::monostate()}, {"transport", "gbn"}});
    const StudyStore again(scratch / "s.sqlite", StudyStore::Use::read);
    EXPECT_EQ(again.runs().at(1).message, "it's late");
    Database database(scratch / "s.sqlite", Database::Use::write);
    auto row =
        database.prepare("SELECT label, senders, fct_us_p99, fct_us_p999, transport, status FROM results");
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.text(0), "senders=4");
    EXPECT_TRUE(row.null(2));
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.whole(1), 8);
    EXPECT_EQ(row.number(2), 12.5);
    EXPECT_TRUE(row.null(3));
    EXPECT_EQ(row.text(4), "gbn");
    EXPECT_EQ(row.text(5), "unfinished");
    EXPECT_FALSE(row.step());
    auto size = database.prepare("SELECT value FROM settings WHERE option = 'size'");
    ASSERT_TRUE(size.step());
    EXPECT_EQ(size.whole(0), 1 << 20);
}

TEST(StudyStore, MayGrowButIsNeverMixed)
{
    const test::Scratch scratch;
    StudyStore store(scratch / "s.sqlite", StudyStore::Use::write);
    store.enter(two_sizes(), runs_of(two_sizes()), "");
    const Study more = study_of_words({"incast", "--senders", "4,8,16", "--size", "1M"});
    store.enter(more, runs_of(more), "");
    EXPECT_EQ(store.runs().size(), 3U);
    EXPECT_THROW(store.enter(two_sizes(), runs_of(two_sizes()), ""), BadInput);
    const Study other = study_of_words({"permutation", "--ranks", "8"});
    EXPECT_THROW(store.enter(other, runs_of(other), ""), BadInput);
    EXPECT_EQ(store.runs().size(), 3U);
}

TEST(StudyStore, RefusesWhatIsNoDatabase)
{
    const test::Scratch scratch;
    scratch.write("s.sqlite", std::string(5000, 'x'));
    EXPECT_THROW(StudyStore(scratch / "s.sqlite", StudyStore::Use::write), BadInput);
}

TEST(Figures, AreTheNumbersAndWordsOfASummary)
{
    const auto summary = nlohmann::ordered_json::parse(
        R"({"cc": "hpcc", "seed": 3, "params": {"x": 1}, "verified": true, "fct_us": {"n": 2, "p99": null},
            "list": [1], "host": {"wall_s": 9}, "command": "incast"})");
    const Figures figures = figures_of(summary);
    ASSERT_EQ(figures.size(), 5U);
    EXPECT_EQ(std::get<std::string>(figures[0].second), "hpcc");
    EXPECT_EQ(std::get<double>(figures[2].second), 1.0);
    EXPECT_EQ(figures[3].first, "fct_us_n");
    EXPECT_EQ(figures[4].second.index(), 0U);
}

TEST(Database, WritesAllOrNothing)
{
    const test::Scratch scratch;
    Database database(scratch / "d.sqlite", Database::Use::write);
    database.execute("CREATE TABLE t(x)");
    EXPECT_THROW(database.at_once([&] {
        database.execute("INSERT INTO t VALUES(1)");
        throw std::runtime_error("cut off");
    }),
                 std::runtime_error);
    auto count = database.prepare("SELECT count(*) FROM t");
    count.step();
    EXPECT_EQ(count.whole(0), 0);
}

}  // namespace
}  // namespace hpnsim
