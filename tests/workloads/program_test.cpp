// SPDX-License-Identifier: GPL-2.0-only
// Runs small programs over the fake network, whose times are worked out by hand: 50 GB/s and 3 us between
// NICs, 450 GB/s and 50 ns over NVLink.
#include "fake_carrier.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/program_workload.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace hpnsim
{
namespace
{

std::shared_ptr<TaskGraph> graph_of(const std::vector<Task>& tasks,
                                    const std::vector<std::pair<uint32_t, uint32_t>>& after = {})
{
    auto graph = std::make_shared<TaskGraph>();
    for (const Task& task : tasks) graph->add(task);
    for (const auto& [task, first] : after) graph->after(task, first);
    graph->finish();
    return graph;
}

Program program_of(std::vector<std::shared_ptr<TaskGraph>> graphs)
{
    Program program(static_cast<uint32_t>(graphs.size()));
    for (uint32_t rank = 0; rank < graphs.size(); ++rank) {
        program.graph_of[rank] = rank;
        program.graphs.push_back(graphs[rank]);
    }
    return program;
}

ProgramSetting setting_for(uint32_t ranks, uint32_t gpus = 1)
{
    ProgramSetting setting;
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        setting.endpoint_of.push_back(rank);
        setting.host_of.push_back(rank / gpus);
    }
    return setting;
}

/// What happened, by (rank, task).
struct Story {
    std::map<std::pair<uint32_t, uint32_t>, std::pair<Time, Time>> tasks;
    std::vector<RankSummary> ranks;
    bool done = false;
    uint64_t messages = 0;
    std::string stuck;
    Time begin(uint32_t rank, uint32_t task) const { return tasks.at({rank, task}).first; }
    Time end(uint32_t rank, uint32_t task) const { return tasks.at({rank, task}).second; }
};

Story run(const Program& program, const ProgramSetting& setting)
{
    check_program(program);
    ProgramWorkload workload(std::make_shared<Program>(program), setting);
    FakeCarrier carrier;
    Story story;
    workload.on_task = [&](uint32_t rank, uint32_t task, Time start, Time end) {
        EXPECT_TRUE(story.tasks.emplace(std::make_pair(rank, task), std::make_pair(start, end)).second);
    };
    carrier.run(workload);
    story.done = workload.done();
    story.messages = carrier.sent;
    story.stuck = workload.stuck();
    for (uint32_t rank = 0; rank < program.ranks; ++rank)
        story.ranks.push_back(workload.summary(rank, carrier.now()));
    return story;
}

Story run(const std::vector<std::shared_ptr<TaskGraph>>& graphs)
{
    return run(program_of(graphs), setting_for(static_cast<uint32_t>(graphs.size())));
}

constexpr Bytes kTenUs = 500'000;  // take 10 us at 50 GB/s

TEST(ProgramWorkload, AReceiveEndsWhenTheBytesAreThere)
{
    const Story story = run({graph_of({Task::compute(microseconds(5)), Task::send(1, kTenUs)}, {{1, 0}}),
                             graph_of({Task::receive(0, kTenUs), Task::compute(microseconds(1))}, {{1, 0}})});
    EXPECT_TRUE(story.done);
    EXPECT_EQ(story.begin(0, 1), microseconds(5));
    EXPECT_EQ(story.end(0, 1), microseconds(18));
    EXPECT_EQ(story.end(1, 0), microseconds(18));
    EXPECT_EQ(story.end(1, 1), microseconds(19));
    EXPECT_EQ(story.ranks[1].computing, microseconds(1));
    EXPECT_EQ(story.ranks[1].exposed, microseconds(18));
    EXPECT_EQ(story.ranks[0].end, microseconds(18));
}

TEST(ProgramWorkload, ComputationHidesCommunication)
{
    const Story story = run({graph_of({Task::compute(microseconds(8)), Task::send(1, kTenUs)}),
                             graph_of({Task::receive(0, kTenUs)})});
    EXPECT_EQ(story.ranks[0].computing, microseconds(8));
    EXPECT_EQ(story.ranks[0].communicating, microseconds(13));
    EXPECT_EQ(story.ranks[0].exposed, microseconds(5));
}

TEST(ProgramWorkload, TasksOfAStreamFollowEachOtherByNumber)
{
    // Task 3 is ready first, but 0 runs by then; then 1 is lower than 2.
    const Story story = run({graph_of({Task::compute(microseconds(4), 0), Task::compute(microseconds(1), 0),
                                       Task::compute(microseconds(2), 0), Task::compute(microseconds(3))},
                                      {{1, 3}})});
    EXPECT_EQ(story.end(0, 0), microseconds(4));
    EXPECT_EQ(story.begin(0, 1), microseconds(4));
    EXPECT_EQ(story.begin(0, 2), microseconds(5));
    EXPECT_EQ(story.end(0, 2), microseconds(7));
}

TEST(ProgramWorkload, AfterStartDoesNotWaitForTheEnd)
{
    auto graph = std::make_shared<TaskGraph>();
    graph->add(Task::compute(microseconds(4)));
    graph->add(Task::compute(microseconds(1)));
    graph->after_start(1, 0);
    graph->finish();
    EXPECT_EQ(run({graph}).end(0, 1), microseconds(1));
}

TEST(ProgramWorkload, MessagesMatchInOrderAndByTag)
{
    const Story story = run({graph_of({Task::send(1, kTenUs, 7), Task::send(1, kTenUs, 8)}),
                             graph_of({Task::receive(0, kTenUs, 8), Task::receive(0, kTenUs, 7)})});
    EXPECT_EQ(story.end(1, 0), microseconds(23));
    EXPECT_EQ(story.end(1, 1), microseconds(13));
}

TEST(ProgramWorkload, AnyRankTakesWhatComesFirst)
{
    const Story story = run({graph_of({Task::compute(microseconds(1)), Task::send(2, kTenUs, 5)}, {{1, 0}}),
                             graph_of({Task::send(2, kTenUs, 6)}),
                             graph_of({Task::receive(kAnyRank, kTenUs, kAnyTag, 0),
                                       Task::receive(kAnyRank, kTenUs, kAnyTag, 0)})});
    EXPECT_TRUE(story.done);
    EXPECT_EQ(story.end(2, 0), microseconds(13));
    EXPECT_EQ(story.end(2, 1), microseconds(23));
}

TEST(ProgramWorkload, BytesAreCountedWhereTheRuleSaysSo)
{
    Program program = program_of({graph_of({Task::send(1, kTenUs), Task::send(1, kTenUs)}),
                                  graph_of({Task::receive(0, 100), Task::receive(0, 2 * kTenUs - 100)})});
    program.rules.match = ProgramRules::Match::bytes;
    const Story story = run(program, setting_for(2));
    EXPECT_EQ(story.end(1, 0), microseconds(13));
    EXPECT_EQ(story.end(1, 1), microseconds(23));
}

TEST(ProgramWorkload, ASendEndsWhenTheRuleSaysSo)
{
    const std::vector<std::shared_ptr<TaskGraph>> graphs = {
        graph_of({Task::send(1, kTenUs)}),
        graph_of({Task::compute(microseconds(50)), Task::receive(0, kTenUs)}, {{1, 0}})};
    Program program = program_of(graphs);
    EXPECT_EQ(run(program, setting_for(2)).end(0, 0), microseconds(13));
    program.rules.send_end = ProgramRules::SendEnd::acknowledged;
    EXPECT_EQ(run(program, setting_for(2)).end(0, 0), microseconds(16));
    program.rules.send_end = ProgramRules::SendEnd::matched;
    EXPECT_EQ(run(program, setting_for(2)).end(0, 0), microseconds(50));
}

TEST(ProgramWorkload, AMessageToOneselfTakesNoTime)
{
    const Story story = run({graph_of({Task::receive(0, 100), Task::send(0, 100)})});
    EXPECT_TRUE(story.done);
    EXPECT_EQ(story.messages, 0U);
    EXPECT_EQ(story.end(0, 0), Time{});
}

/// Every rank computes for a while of its own, then all take part in `kind` over `bytes`.
std::vector<std::shared_ptr<TaskGraph>> together(CollectiveKind kind, uint32_t ranks, Bytes bytes)
{
    std::vector<std::shared_ptr<TaskGraph>> graphs;
    for (uint32_t rank = 0; rank < ranks; ++rank)
        graphs.push_back(
            graph_of({Task::compute(microseconds(rank)), Task::with_group(kind, kWorld, bytes)}, {{1, 0}}));
    return graphs;
}

TEST(ProgramWorkload, ABarrierWaitsForTheLast)
{
    const Story story = run(together(CollectiveKind::barrier, 5, 0));
    EXPECT_TRUE(story.done);
    EXPECT_EQ(story.messages, 0U);
    for (uint32_t rank = 0; rank < 5; ++rank) EXPECT_EQ(story.end(rank, 1), microseconds(4));
}

// A ring of 4 GPUs, 6 steps of 10 us and 3 us each; what rank 3 holds back by 3 us is on the way of all.
TEST(ProgramWorkload, ACollectiveBeginsRankByRank)
{
    const Story story = run(together(CollectiveKind::all_reduce, 4, 4 * kTenUs));
    EXPECT_TRUE(story.done);
    EXPECT_EQ(story.messages, 4U * 6);
    Time last;
    for (uint32_t rank = 0; rank < 4; ++rank) last = std::max(last, story.end(rank, 1));
    EXPECT_EQ(last, microseconds(3 + 6 * 13));
}

TEST(ProgramWorkload, GroupsRunBesideEachOther)
{
    const auto graph = graph_of({Task::with_group(CollectiveKind::all_reduce, 1, 2 * kTenUs, 0),
                                 Task::with_group(CollectiveKind::all_reduce, 1, 2 * kTenUs, 0)});
    Program program(4);
    program.graphs = {graph};
    program.groups.add({"pairs", {{0, 2}, {1, 3}}});
    const Story story = run(program, setting_for(4));
    EXPECT_TRUE(story.done);
    EXPECT_EQ(story.messages, 2U * 2 * 4);
    for (uint32_t rank = 0; rank < 4; ++rank) {
        EXPECT_EQ(story.end(rank, 0), microseconds(26));
        EXPECT_EQ(story.end(rank, 1), microseconds(52));
    }
}

TEST(ProgramWorkload, PeersCountInTheGroupOfTheFamily)
{
    auto next = Task::send(1, 100);
    next.family = 1;
    auto previous = Task::receive(0, 100);
    previous.family = 1;
    Program program(4);
    program.graphs = {graph_of({next}), graph_of({previous})};
    program.graph_of = {0, 0, 1, 1};
    program.groups.add({"stages", {{0, 2}, {1, 3}}});
    EXPECT_TRUE(run(program, setting_for(4)).done);
}

TEST(ProgramWorkload, SaysWhoWaitsForWhat)
{
    const Story story = run({graph_of({Task::compute(microseconds(1))}), graph_of({Task::receive(0, 8, 3)})});
    EXPECT_FALSE(story.done);
    EXPECT_EQ(story.stuck,
              "rank 1 waits in task 0, a receive from rank 0 under tag 3; 1 of 2 tasks have not ended");
}

TEST(ProgramWorkload, StepsCostWhatTheyAreSaidToCost)
{
    ProgramSetting setting = setting_for(4);
    setting.costs.latency = microseconds(2);
    setting.costs.reduce_bytes_per_s = 500e9;  // 500,000 B: 1 us
    const auto graph = graph_of({Task::with_group(CollectiveKind::all_reduce, kWorld, 4 * kTenUs)});
    Program program(4);
    program.graphs = {graph};
    EXPECT_EQ(run(program, setting).end(0, 0), microseconds(6 * 15 + 3 * 1));
}

TEST(ProgramWorkload, ALongChainOfTasksWithoutDurationNeedsNoDepth)
{
    auto graph = std::make_shared<TaskGraph>();
    for (uint32_t i = 0; i < 300'000; ++i) {
        graph->add(Task::compute(Time{}));
        if (i > 0) graph->after(i, i - 1);
    }
    graph->finish();
    EXPECT_TRUE(run({graph}).done);
}

std::string complaint(const std::function<void()>& act)
{
    try {
        act();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(Program, RefusesWhatNoRunCouldDo)
{
    const auto check = [](const std::vector<std::shared_ptr<TaskGraph>>& graphs) {
        return complaint([&] { check_program(program_of(graphs)); });
    };
    EXPECT_EQ(check({graph_of({Task::send(1, 8)})}),
              "rank 0, task 0: there is no rank 1; there are 1, counted from 0");
    EXPECT_EQ(check({graph_of({Task::receive(0, -8)})}), "rank 0, task 0: its size is negative");
    EXPECT_EQ(
        check({graph_of({Task::with_group(CollectiveKind::all_reduce, kWorld, 8)}),
               graph_of({Task::with_group(CollectiveKind::all_gather, kWorld, 8)})}),
        "ranks 0 and 1 disagree about collective 0 in their group 'world': all_reduce of 8 bytes in task "
        "0, and all_gather of 8 bytes in task 0");
    EXPECT_EQ(check({graph_of({Task::with_group(CollectiveKind::all_reduce, kWorld, 8)}), graph_of({})}),
              "ranks 0 and 1 take part in 1 and 0 collectives in their group 'world'; all members must take "
              "part in each");
}

TEST(Program, RefusesCirclesAndGroupsThatCannotBe)
{
    EXPECT_EQ(complaint([] {
                  graph_of({Task::compute(Time{}), Task::compute(Time{})}, {{0, 1}, {1, 0}});
              }),
              "task 0 waits for itself: its dependencies go round in a circle");
    GroupTable groups(4);
    EXPECT_EQ(complaint([&] {
                  groups.add({"tp", {{0, 4}}});
              }),
              "group tp: there is no rank 4; there are 4, counted from 0");
    EXPECT_EQ(complaint([&] { groups.add({"tp", {{0, 1}, {1, 2}}}); }), "group tp: rank 1 is named twice");
}

}  // namespace
}  // namespace hpnsim
