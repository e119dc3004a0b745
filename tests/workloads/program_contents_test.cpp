// SPDX-License-Identifier: GPL-2.0-only
// Runs programs with real bytes over the fake network: what is right is found right, whatever is done to one
// message is found, and so are messages that no receive fits.
#include "fake_carrier.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/program_workload.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

/// Every rank does the same, in groups of neighbours (family 1) and of equal positions in these (family 2).
Program program_of(const std::vector<Task>& tasks, uint32_t ranks = 8, uint32_t neighbours = 4)
{
    Program program(ranks);
    GroupFamily near{"near", {}}, far{"far", {}};
    near.groups.resize(ranks / neighbours);
    far.groups.resize(neighbours);
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        near.groups[rank / neighbours].push_back(rank);
        far.groups[rank % neighbours].push_back(rank);
    }
    program.groups.add(near);
    program.groups.add(far);
    auto graph = std::make_shared<TaskGraph>();
    for (const Task& task : tasks) graph->add(task);
    graph->finish();
    program.graphs.push_back(graph);
    return program;
}

/// One of each, of sizes that divide into whole elements and of one that does not, on streams that overlap.
std::vector<Task> every_collective()
{
    std::vector<Task> tasks;
    for (uint8_t kind = 0; kind <= static_cast<uint8_t>(CollectiveKind::barrier); ++kind)
        for (const uint16_t family : {uint16_t{0}, uint16_t{1}, uint16_t{2}})
            for (const Bytes bytes : {Bytes{4096}, Bytes{5001}})
                tasks.push_back(Task::with_group(static_cast<CollectiveKind>(kind), family, bytes,
                                                 static_cast<uint8_t>(family)));
    return tasks;
}

ProgramSetting setting_for(uint32_t ranks, uint32_t gpus)
{
    ProgramSetting setting;
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        setting.endpoint_of.push_back(rank + 5);  // endpoints are not ranks
        setting.host_of.push_back((rank + 5) / gpus);
    }
    return setting;
}

Time shuffled(const Message& m)
{
    uint64_t stream = stream_of(1, StreamKind{0}, m.id);
    return {static_cast<int64_t>(next_below(stream, 100'000'000))};
}

Verdict run(Program program, Injection injection = Injection::none, bool reorder = false,
            const ProgramSetting& setting = setting_for(8, 1))
{
    check_program(program);
    const auto shared = std::make_shared<Program>(std::move(program));
    ProgramWorkload workload(shared, setting);
    const auto contents =
        inject(make_program_contents(shared, setting, [&]() -> const ProgramWorkload& { return workload; }),
               injection, 64);
    contents->memory().allocate();
    FakeCarrier carrier;
    carrier.contents = contents.get();
    if (reorder) carrier.late = shuffled;
    carrier.run(workload);
    EXPECT_TRUE(workload.done()) << workload.stuck();
    return contents->finish(true);
}

/// Rank 0 sends rank 1 two messages, which asks for these.
Program pair_of(const std::vector<Task>& sends, const std::vector<Task>& receives)
{
    Program program(2);
    for (const auto* tasks : {&sends, &receives}) {
        auto graph = std::make_shared<TaskGraph>();
        for (const Task& task : *tasks) graph->add(task);
        graph->finish();
        program.graph_of[program.graphs.size()] = static_cast<uint32_t>(program.graphs.size());
        program.graphs.push_back(graph);
    }
    return program;
}

// The wanted parts of all ranks: an all_reduce of the world and of 2 x 4 and 4 x 2 ranks are of S bytes on
// each of 8 ranks, and so on, counted in elements of 4 bytes or, where 5,001 bytes are added up, of one.
TEST(ProgramContents, EveryCollectiveOfEveryGroupIsChecked)
{
    const Verdict verdict = run(program_of(every_collective()));
    EXPECT_TRUE(verdict.verified()) << verdict.first;
    const Verdict one = run(program_of({Task::with_group(CollectiveKind::all_reduce, 1, 4096)}));
    EXPECT_EQ(one.checked, 8U * 1024);
    EXPECT_EQ(one.element_bytes, 4);
    const Verdict bytes = run(program_of({Task::with_group(CollectiveKind::all_reduce, 1, 4096),
                                          Task::with_group(CollectiveKind::all_reduce, 2, 4097)}));
    EXPECT_EQ(bytes.checked, 8U * 1024 + 8U * 4097);
    EXPECT_EQ(bytes.element_bytes, 1);
}

TEST(ProgramContents, SoItIsOverNvlinkAndWhereMessagesArriveInAnotherOrder)
{
    for (const uint32_t gpus : {1, 4}) {
        const Verdict verdict =
            run(program_of(every_collective()), Injection::none, true, setting_for(8, gpus));
        EXPECT_TRUE(verdict.verified()) << gpus << verdict.first;
    }
}

// Algorithms that do work inside a rank's memory, some of it later than what it waits for.
TEST(ProgramContents, LocalWorkIsDone)
{
    ProgramSetting setting = setting_for(8, 1);
    setting.collectives.assign(static_cast<size_t>(CollectiveKind::barrier), nullptr);
    const auto choose = [&](CollectiveKind kind, const char* algorithm) {
        setting.collectives[static_cast<size_t>(kind)] = &find_collective("", *operation_of(kind), algorithm);
    };
    choose(CollectiveKind::all_reduce, "tree");
    choose(CollectiveKind::reduce_scatter, "pat");
    choose(CollectiveKind::all_gather, "recursive-doubling");
    choose(CollectiveKind::reduce, "tree");
    choose(CollectiveKind::broadcast, "tree");
    for (const double rate : {0.0, 1e9}) {
        setting.costs.reduce_bytes_per_s = setting.costs.copy_bytes_per_s = rate;
        const Verdict verdict = run(program_of(every_collective()), Injection::none, true, setting);
        EXPECT_TRUE(verdict.verified()) << rate << verdict.first;
    }
}

TEST(ProgramContents, EveryInjectionIsFound)
{
    for (const std::string& name : injection_names())
        for (const bool reorder : {false, true}) {
            const Verdict verdict = run(program_of(every_collective()), injection_named("", name), reorder);
            EXPECT_FALSE(verdict.verified()) << name;
            EXPECT_NE(verdict.first.find("expected 0x"), std::string::npos) << name << verdict.first;
            EXPECT_NE(verdict.first.find("the program's collective "), std::string::npos) << verdict.first;
        }
}

TEST(ProgramContents, MessagesArriveWholeAndEveryInjectionIsFound)
{
    const Program program =
        pair_of({Task::send(1, 3000, 1), Task::send(1, 2001, 2), Task::send(0, 9, 3), Task::receive(0, 9, 3),
                 Task::send(1, 0, 4)},
                {Task::receive(0, 2001, 2), Task::receive(kAnyRank, 3000, 1), Task::receive(0, 0, 4)});
    const Verdict sound = run(program, Injection::none, true);
    EXPECT_TRUE(sound.verified()) << sound.first;
    EXPECT_EQ(sound.checked, 750U + 501 + 1);
    for (const char* name : {"flip", "offset", "lost", "swapped"}) {
        const Verdict verdict = run(program, injection_named("", name));
        EXPECT_GT(verdict.wrong, 0U) << name;
        EXPECT_EQ(verdict.first.find("the message of rank 0, task "), 0U) << verdict.first;
    }
    EXPECT_EQ(run(program, Injection::reduce_twice).first,
              "injection: nothing was spoiled, for no message of this run can be");
}

TEST(ProgramContents, AMessageThatNoReceiveTakesIsFound)
{
    const Verdict verdict =
        run(pair_of({Task::send(1, 30, 1), Task::send(1, 40, 7)}, {Task::receive(0, 30, 1)}));
    EXPECT_FALSE(verdict.verified());
    EXPECT_EQ(verdict.wrong, 0U);
    EXPECT_EQ(verdict.first, "rank 1: no receive took 40 B from rank 0 under tag 7");
}

TEST(ProgramContents, AReceiveThatIsTooSmallIsFound)
{
    for (const uint32_t from : {0U, kAnyRank}) {
        const Verdict verdict = run(pair_of({Task::send(1, 30, 1)}, {Task::receive(from, 29, 1)}));
        EXPECT_FALSE(verdict.verified());
        EXPECT_EQ(verdict.first, "rank 1: a receive of 29 B took a message of 30 B from rank 0 under tag 1");
        EXPECT_TRUE(run(pair_of({Task::send(1, 30, 1)}, {Task::receive(from, 31, 1)})).verified());
    }
}

TEST(ProgramContents, WhereBytesAreMatchedThoseThatAreLeftAreFound)
{
    Program program = pair_of({Task::send(1, 30, 1), Task::send(1, 12, 1)}, {Task::receive(0, 40, 1)});
    program.rules.match = ProgramRules::Match::bytes;
    EXPECT_EQ(run(program).first, "rank 1: no receive took 2 B from rank 0 under tag 1");
}

TEST(ProgramContents, AProgramThatMovesNothingIsRefused)
{
    EXPECT_THROW(
        run(program_of({Task::compute(microseconds(1)), Task::with_group(CollectiveKind::barrier, 0, 0),
                        Task::with_group(CollectiveKind::all_reduce, 0, 0)})),
        BadInput);
}

}  // namespace
}  // namespace hpnsim
