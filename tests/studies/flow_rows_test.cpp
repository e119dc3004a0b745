// SPDX-License-Identifier: GPL-2.0-only
// Flows in the database of a study, and what is computed of them.
#include "hpnsim/run_study.hpp"
#include "hpnsim/writers.hpp"
#include "scratch.hpp"
#include "store/flow_figures.hpp"
#include "store/sqlite.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hpnsim
{
namespace
{

/// A hundred flows of 1 KB, and two of 1 MB, one of which never ended.
RunRecord some_run()
{
    RunRecord run;
    run.label = "cc";
    run.params = nlohmann::ordered_json::object();
    for (uint64_t id = 0; id < 102; ++id) {
        FlowRow flow;
        flow.id = id;
        flow.bytes = id < 100 ? 1'000 : 1'000'000;
        flow.end = microseconds(static_cast<int64_t>(id + 1));
        flow.ideal = microseconds(1);
        if (id == 101) flow.status = FlowStatus::unfinished;
        run.flows.push_back(flow);
    }
    return run;
}

TEST(FlowRows, AreEnteredAsTheFileHasThem)
{
    const test::Scratch scratch;
    write_run(some_run(), scratch.path());
    const RunFolder folder(scratch / "runs/cc");
    const Study study = study_of_words({"incast", "--senders", "4,8"});
    StudyStore store(scratch / "s.sqlite", StudyStore::Use::write);
    store.enter(study, runs_of(study), "");
    StoredRun run = store.runs().at(1);
    run.status = RunStatus::ok;
    store.record(run, {}, size_buckets(folder.record()));
    ASSERT_EQ(store.without_flows().size(), 1U);
    for (int twice = 0; twice < 2; ++twice) store.enter_flows(run, folder);
    EXPECT_TRUE(store.without_flows().empty());

    Database database(scratch / "s.sqlite", Database::Use::read);
    auto flows = database.prepare("SELECT run, count(*), count(fct_ns), max(fct_ns), max(status) FROM flows");
    ASSERT_TRUE(flows.step());
    EXPECT_EQ(flows.whole(0), run.id);
    EXPECT_EQ(flows.whole(1), 102);
    EXPECT_EQ(flows.whole(2), 101);
    EXPECT_EQ(flows.number(3), 101'000);
    EXPECT_EQ(flows.text(4), "unfinished");
    auto sizes =
        database.prepare("SELECT largest_bytes, flows, fct_us_p50, fct_us_p99, slowdown_p99 FROM sizes");
    ASSERT_TRUE(sizes.step());
    EXPECT_EQ(sizes.whole(0), 1'000);
    EXPECT_EQ(sizes.whole(1), 100);
    EXPECT_EQ(sizes.number(2), 50);
    EXPECT_EQ(sizes.number(3), 99);
    EXPECT_EQ(sizes.number(4), 99);
    ASSERT_TRUE(sizes.step());
    EXPECT_EQ(sizes.whole(1), 1);
    EXPECT_TRUE(sizes.null(3));  // one flow has no 99th percentile
}

TEST(FlowFigures, HaveJainsIndex)
{
    RunRecord run = some_run();
    run.flows.resize(2);
    run.flows[1].end = microseconds(2);  // shares 1 and 1/2
    const Figures figures = flow_figures(run);
    ASSERT_EQ(figures.size(), 1U);
    EXPECT_EQ(figures[0].first, "jain_index");
    EXPECT_NEAR(std::get<double>(figures[0].second), 1.5 * 1.5 / (2 * 1.25), 1e-12);
    run.flows[1].measured = false;
    EXPECT_TRUE(flow_figures(run).empty());
}

}  // namespace
}  // namespace hpnsim
