// SPDX-License-Identifier: GPL-2.0-only
// Tests that programs written as GOAL are the same when they are read again, and the bytes of the binary.
#include "trace_rig.hpp"

#include "hpnsim/goal.hpp"

#include <sstream>
#include <stdexcept>

namespace hpnsim
{
namespace
{

const std::string kData = std::string(HPNSIM_TEST_DATA) + "/workloads/goal/";

std::string text_of(const Program& program)
{
    std::ostringstream out;
    write_goal(program, out);
    return out.str();
}

std::string binary_of(const Program& program)
{
    std::ostringstream out;
    write_goal_binary(program, out);
    return out.str();
}

/// A program of ranks that all have this graph.
Program of_one_graph(uint32_t ranks, TaskGraph graph)
{
    graph.finish();
    Program program(ranks);
    program.graphs.push_back(std::make_shared<TaskGraph>(std::move(graph)));
    return program;
}

std::string contents(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The samples are written without a last end of line.
TEST(GoalWriter, SamplesAreWrittenAsTheyAre)
{
    for (const char* name : {"one_send_16.goal", "pair_16.goal", "comp1.goal"})
        EXPECT_EQ(text_of(program_at(kData + name)), contents(kData + name) + "\n") << name;
}

// The sizes that LogGOPSim's txt2bin gives them: 14 + 16 x 16 + 16 x 8, and 4 a root, 39 a node, 4 an edge.
TEST(GoalWriter, BinariesHaveTxt2binsSizes)
{
    const std::pair<const char*, size_t> sizes[] = {
        {"one_send_16.goal", 484}, {"pair_16.goal", 570}, {"comp1.goal", 441}};
    for (const auto& [name, size] : sizes)
        EXPECT_EQ(binary_of(program_at(kData + name)).size(), size) << name;
}

std::string little(uint64_t value, size_t width)
{
    std::string bytes;
    for (size_t i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
}

// Written out by hand from the layout: a send and a computation on cpu 2 that waits for its end and its
// start.
TEST(GoalWriter, BinaryByteForByte)
{
    const std::string text =
        "num_ranks 2\nrank 0 {\na: send 300b to 1 tag 9\nb: calc 3 cpu 2\nb requires a\nb "
        "irequires a\n}\nrank 1 {\nrecv 300b from -1 tag -1\n}\n";
    std::string want = little(4223, 8) + little(2, 4) + little(2, 1) + little(0, 1);
    want += little(38, 8) + little(136, 8) + little(136, 8) + little(187, 8);
    want += little(2, 4) + little(1, 4) + little(0, 4);
    want += little(0, 4) + little(1, 1) + little(1, 4) + little(300, 8) + little(9, 4) + little(0, 2) +
            little(1, 4) + little(0, 4) + little(1, 4) + little(1, 4);
    want += little(2, 4) + little(3, 1) + little(0, 4) + little(3, 8) + little(0, 4) + little(2, 1) +
            little(0, 1) + little(0, 4) + little(2, 4) + little(0, 4) + little(2, 4);
    want += little(1, 4) + little(1, 4);
    want += little(1, 4) + little(1, 4) + little(0, 4);
    want += little(0, 4) + little(2, 1) + little(0xffffffff, 4) + little(300, 8) + little(0xffffffff, 4) +
            little(0, 2) + little(0, 16);
    EXPECT_EQ(binary_of(program_of(text)), want);
}

TEST(GoalWriter, TextThereAndBack)
{
    const Program first = program_of(
        "num_ranks 3\nrank 0 {\n"
        "a: calc 12 cpu 3\nb: send 10b to 1 tag 7\nc: recv 20b from -1 tag -1\nd: calc 0\ne: send 1b to 0\n"
        "d requires a\nd requires c\nb requires a\nb irequires d\ne requires d\ne irequires a\n}\n"
        "rank 1 {\n}\nrank 2 {\ncalc 1 cpu 254\n}\n");
    const std::string text = text_of(first);
    const Program second = program_of(text);
    expect_same_graphs(first, second);
    EXPECT_EQ(text_of(second), text);
    EXPECT_EQ(binary_of(second), binary_of(first));
    expect_same_graphs(program_of(binary_of(first)), first);
}

// Every rank sends to the second of its pair and receives from the first: to itself in half of the cases.
TEST(GoalWriter, PositionsBecomeRanks)
{
    TaskGraph graph;
    Task send = Task::send(1, 100, 5), receive = Task::receive(0, 100, 5);
    send.family = receive.family = 1;
    graph.add(send);
    graph.add(receive);
    graph.finish();
    Program program(4);
    program.groups.add({"pairs", {{3, 1}, {2, 0}}});
    program.graphs.push_back(std::make_shared<TaskGraph>(std::move(graph)));
    check_program(program);
    EXPECT_EQ(text_of(program), "num_ranks 4\n\n"
                                "rank 0 {\nl1: send 100b to 0 tag 5\nl2: recv 100b from 2 tag 5\n}\n\n"
                                "rank 1 {\nl1: send 100b to 1 tag 5\nl2: recv 100b from 3 tag 5\n}\n\n"
                                "rank 2 {\nl1: send 100b to 0 tag 5\nl2: recv 100b from 2 tag 5\n}\n\n"
                                "rank 3 {\nl1: send 100b to 1 tag 5\nl2: recv 100b from 3 tag 5\n}\n");
}

TEST(GoalWriter, TimesAreRoundedUp)
{
    TaskGraph graph;
    for (const int64_t ps : {0, 1, 999, 1000, 1001}) graph.add(Task::compute(picoseconds(ps), 0));
    const Program read = program_of(text_of(of_one_graph(1, std::move(graph))));
    const int64_t ns[] = {0, 1, 1, 1, 2};
    for (uint32_t i = 0; i < 5; ++i) EXPECT_EQ(read.graph(0).task(i).time, nanoseconds(ns[i])) << i;
}

// Streams 0 and 2 are taken: what has no stream goes to 1, 3, 4, ...
TEST(GoalWriter, ComputationsWithoutAStreamKeepOutOfTheWay)
{
    TaskGraph graph;
    for (const uint8_t stream : {uint8_t{0}, uint8_t{2}, kNoStream, kNoStream, kNoStream})
        graph.add(Task::compute(nanoseconds(5), stream));
    graph.add(Task::compute({}, kNoStream));
    const Program read = program_of(text_of(of_one_graph(1, std::move(graph))));
    const uint8_t streams[] = {0, 2, 1, 3, 4, kNoStream};
    for (uint32_t i = 0; i < 6; ++i) EXPECT_EQ(read.graph(0).task(i).stream, streams[i]) << i;
}

// With every cpu taken they share them.
TEST(GoalWriter, MoreComputationsThanCpus)
{
    TaskGraph graph;
    for (uint32_t i = 0; i < 255; ++i) graph.add(Task::compute(nanoseconds(5), static_cast<uint8_t>(i)));
    for (uint32_t i = 0; i < 2; ++i) graph.add(Task::compute(nanoseconds(5), kNoStream));
    const Program read = program_of(text_of(of_one_graph(1, std::move(graph))));
    EXPECT_EQ(read.graph(0).task(255).stream, 0);
    EXPECT_EQ(read.graph(0).task(256).stream, 1);
}

TEST(GoalWriter, CollectivesAreRefused)
{
    TaskGraph graph;
    graph.add(Task::compute(nanoseconds(1)));
    graph.add(Task::with_group(CollectiveKind::all_gather, kWorld, 8));
    const Program program = of_one_graph(2, std::move(graph));
    std::ostringstream out;
    try {
        write_goal(program, out);
        FAIL() << "no error";
    } catch (const std::logic_error& error) {
        EXPECT_STREQ(
            error.what(),
            "write_goal: rank 0, task 1 is a collective, all_gather; expand it into messages before");
    }
    std::ostringstream binary;
    EXPECT_THROW(write_goal_binary(program, binary), std::logic_error);
    EXPECT_EQ(binary.str(), "");
}

}  // namespace
}  // namespace hpnsim
