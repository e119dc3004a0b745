// SPDX-License-Identifier: GPL-2.0-only
// Tests which programs GOAL's text and binary become, and the sentences about bad ones.
#include "trace_rig.hpp"

#include "hpnsim/goal.hpp"

#include <limits>
#include <sstream>

namespace hpnsim
{
namespace
{

const std::string kData = std::string(HPNSIM_TEST_DATA) + "/workloads/goal/";

/// Rank 0 of a text of two ranks.
std::string with_rank_0(const std::string& statements)
{
    return "num_ranks 2\nrank 0 {\n" + statements + "}\nrank 1 {\n}\n";
}

std::string binary_of(const std::string& text)
{
    std::ostringstream out;
    write_goal_binary(program_of(text), out);
    return out.str();
}

TEST(GoalTrace, OneSend)
{
    const Program program = program_at(kData + "one_send_16.goal");
    EXPECT_EQ(program.format, "goal");
    EXPECT_EQ(program.ranks, 16U);
    const ProgramTotals totals = totals_of(program);
    EXPECT_EQ(totals.tasks, 2U);
    EXPECT_EQ(totals.sends, 1U);
    EXPECT_EQ(totals.receives, 1U);
    EXPECT_EQ(totals.sent, 80'000'000);
    EXPECT_EQ(facts_of(program.graph(0).task(0)), facts_of(Task::send(15, 80'000'000)));
    EXPECT_EQ(facts_of(program.graph(15).task(0)), facts_of(Task::receive(0, 80'000'000)));
    EXPECT_EQ(program.rules.match, ProgramRules::Match::messages);
    EXPECT_EQ(program.rules.send_end, ProgramRules::SendEnd::delivered);
}

TEST(GoalTrace, PairAnswersAfterTheReceipt)
{
    const Program program = program_at(kData + "pair_16.goal");
    EXPECT_EQ(totals_of(program).sends, 2U);
    EXPECT_EQ(totals_of(program).sent, 160'000'000);
    EXPECT_EQ(program.graph(0).roots(), (std::vector<uint32_t>{0, 1}));  // its receive waits for nothing
    EXPECT_EQ(program.graph(15).roots(), (std::vector<uint32_t>{0}));
    EXPECT_EQ(list(program.graph(15).on_end(0)), (std::vector<uint32_t>{1}));
    EXPECT_EQ(facts_of(program.graph(15).task(1)), facts_of(Task::send(0, 80'000'000)));
}

TEST(GoalTrace, Computation)
{
    const Program program = program_at(kData + "comp1.goal");
    EXPECT_EQ(totals_of(program).tasks, 1U);
    EXPECT_EQ(totals_of(program).compute_longest, nanoseconds(8000));
    EXPECT_EQ(facts_of(program.graph(15).task(0)), facts_of(Task::compute(nanoseconds(8000), 0)));
}

TEST(GoalTrace, EveryStatement)
{
    const Program program = program_of("/* two\nranks */ num_ranks 2 // so many\n"
                                       "rank 0 {\n"
                                       "a: calc 12 cpu 3\n"
                                       "calc 0 cpu 3 // a join\n"
                                       "b: send 10b to 1 tag 7 cpu 1 nic 2\n"
                                       "c:recv 0 b from 1 nic 2 // blanks are free\n"
                                       "d: recv 9223372036854775807b from -1 tag -1\n"
                                       "b requires a\n"
                                       "c irequires a\n"
                                       "a requires d\n"
                                       "}\n"
                                       "rank 1 { calc 5\n}");
    const TaskGraph& graph = program.graph(0);
    ASSERT_EQ(graph.size(), 5U);
    EXPECT_EQ(facts_of(graph.task(0)), facts_of(Task::compute(nanoseconds(12), 3)));
    EXPECT_EQ(facts_of(graph.task(1)), facts_of(Task::compute({}, kNoStream)));
    EXPECT_EQ(facts_of(graph.task(2)), facts_of(Task::send(1, 10, 7, kNoStream)));
    EXPECT_EQ(facts_of(graph.task(3)), facts_of(Task::receive(1, 0, 0, kNoStream)));
    EXPECT_EQ(facts_of(graph.task(4)),
              facts_of(Task::receive(kAnyRank, std::numeric_limits<Bytes>::max(), kAnyTag, kNoStream)));
    EXPECT_EQ(list(graph.on_end(0)), (std::vector<uint32_t>{2}));
    EXPECT_EQ(list(graph.on_start(0)), (std::vector<uint32_t>{3}));
    EXPECT_EQ(list(graph.on_end(4)), (std::vector<uint32_t>{0}));
    EXPECT_EQ(graph.roots(), (std::vector<uint32_t>{1, 4}));
    EXPECT_EQ(program.graph(1).task(0).time, nanoseconds(5));
}

// As in ATLAHS, at either end.
TEST(GoalTrace, AMessageToItselfIsANanosecond)
{
    const Program program = program_of(with_rank_0("send 99b to 0 cpu 2\nrecv 99b from 0 cpu 4\n"));
    EXPECT_EQ(facts_of(program.graph(0).task(0)), facts_of(Task::compute(nanoseconds(1), 2)));
    EXPECT_EQ(facts_of(program.graph(0).task(1)), facts_of(Task::compute(nanoseconds(1), 4)));
}

TEST(GoalTrace, IsRecognised)
{
    EXPECT_EQ(program_of("\xef\xbb\xbf\r\n// c\r\n/* d */\r\nnum_ranks 1\r\nrank 0 {\r\n}\r\n").ranks, 1U);
    EXPECT_EQ(program_of("num_ranks 1 rank 0 { }").ranks, 1U);
    const std::string sentence = sentence_about("// num_ranks 1\nsend\n", "");
    EXPECT_NE(sentence.find("looks like none of the formats"), std::string::npos) << sentence;
}

struct Bad {
    const char* text;
    const char* sentence;
};

const Bad kBadFiles[] = {
    {"", "F:1: expected num_ranks N, with which GOAL begins, found the end of the file"},
    {"ranks 2\n", "F:1: expected num_ranks N, with which GOAL begins, found 'ranks'"},
    {"\nnum_ranks\n", "F:2: expected the number of ranks, a whole number, found the end of the line"},
    {"num_ranks 0\n", "F:1: the number of ranks is 0, outside 1..4294967294"},
    {"num_ranks 18446744073709551616\n", "F:1: 18446744073709551616 is larger than 64 bits hold"},
    {"num_ranks 2\nrank 0 {\n}\n", "F:4: the file ends after 1 of 2 ranks; expected rank 1 {"},
    {"num_ranks 4294967294\nrank 0 {\n}\n",
     "F:4: the file ends after 1 of 4294967294 ranks; expected rank 1 {"},
    {"num_ranks 2\nrank 1 {\n}\n", "F:2: expected rank 0, found rank 1; ranks stand in order"},
    {"num_ranks 1\nrank 0 {\n}\nrank 1 {\n}\n", "F:4: the rank is 1, outside 0..0"},
    {"num_ranks 1\nrank 0\n", "F:2: expected '{', found the end of the line"},
    {"num_ranks 1\nrank 0 {\n", "F:3: expected send, recv, calc, a label or '}', found the end of the file"},
    {"num_ranks 1\ncalc 5\n", "F:2: expected rank 0 {, found 'calc'"},
    {"num_ranks 1 /* no end\n\n", "F:1: the comment that begins here has no end, */"},
    {"num_ranks 1 /* a\nb */ c\n", "F:2: expected rank 0 {, found 'c'"},
    {"num_ranks 1 /\n", "F:1: expected a comment behind '/': // or /*"},
};

TEST(GoalTrace, BadFiles)
{
    for (const Bad& bad : kBadFiles) EXPECT_EQ(sentence_about(bad.text, "goal"), bad.sentence) << bad.text;
    EXPECT_EQ(sentence_about(std::string("num_ranks 1\n\0", 13), "goal"), "F:2: a NUL byte: this is no text");
}

// Each is line 3 of a file of two ranks.
const Bad kBadStatements[] = {
    {"sned 5b to 1\n", "F:3: expected ':', requires or irequires behind 'sned', found '5'"},
    {"a: sned 5b to 1\n", "F:3: expected send, recv or calc, found 'sned'"},
    {"5\n", "F:3: expected send, recv, calc, a label or '}', found '5'"},
    {"rank 1 {\n", "F:3: expected send, recv, calc, a label or '}', found 'rank'"},
    {"send b to 1\n", "F:3: expected the size of the message, a whole number, found 'b'"},
    {"send 5 to 1\n", "F:3: expected 'b' behind the number of bytes, found 'to'"},
    {"send 5b from 1\n", "F:3: expected 'to' and a rank, found 'from'"},
    {"recv 5b to 1\n", "F:3: expected 'from' and a rank, found 'to'"},
    {"send 5b to -1\n", "F:3: expected the rank that the message goes to, a whole number, found '-1'"},
    {"send 5b to 2\n", "F:3: there is no rank 2; there are 2, counted from 0"},
    {"recv 5b from 2\n", "F:3: there is no rank 2; there are 2, counted from 0"},
    {"send 5b to 1 tag -1\n", "F:3: a send needs a tag from 0 to 4294967294; -1, any tag, is for receives"},
    {"send 5b to 1 tag 4294967296\n", "F:3: the tag is 4294967296, outside 0..4294967295"},
    {"recv 5b from -2\n",
     "F:3: '-' has no meaning here; statements are words, numbers, -1, ':', '{' and '}'"},
    {"recv 5b from -12\n",
     "F:3: '-1' has no meaning here; statements are words, numbers, -1, ':', '{' and '}'"},
    {"send 5b to 1 cpu 0 tag 3\n",
     "F:3: expected tag, cpu, nic, in this order, or the end of the line, found 'tag'"},
    {"calc 5 nic 0\n", "F:3: expected cpu or the end of the line, found 'nic'"},
    {"calc 5 cpu 256\n", "F:3: cpu is 256, outside 0..255"},
    {"calc 5 cpu 255\n", "F:3: cpu is 255; the cpus that can be simulated are 0 to 254"},
    {"send 5b to 1 nic 256\n", "F:3: nic is 256, outside 0..255"},
    {"send 9223372036854775808b to 1\n",
     "F:3: a message of 9223372036854775808 bytes is larger than 9223372036854775807, the most that can be "
     "simulated"},
    {"calc 9223372036854776\n",
     "F:3: a computation of 9223372036854776 ns is longer than 9223372036854775 ns, the most that can be "
     "simulated"},
    {"left: calc 1\nleft: calc 2\n",
     "F:4: rank 0 has two operations labelled 'left'; expected a label of its own"},
    {"left: calc 1\nlefd requires left\n",
     "F:4: rank 0 has no operation labelled 'lefd' so far; expected a label above this line; the nearest is "
     "'left'"},
    {"a requires b\n", "F:3: rank 0 has no operation labelled 'a' so far; expected a label above this line"},
    {"a: calc 1\na requires 7\n", "F:4: expected a label, found '7'"},
    {"a: calc 1\nb: calc 1\na requires b c\n", "F:5: expected the end of the line, found 'c'"},
    {"a: calc 1\nb: calc 1\na requires b\nb irequires a\n",
     "F:2: in rank 0, task 0 waits for itself: its dependencies go round in a circle"},
};

TEST(GoalTrace, BadStatements)
{
    for (const Bad& bad : kBadStatements)
        EXPECT_EQ(sentence_about(with_rank_0(bad.text), "goal"), bad.sentence) << bad.text;
    const std::string longest = sentence_about(with_rank_0(std::string(300, 'a') + ": calc 1\n"), "goal");
    EXPECT_EQ(longest.find("F:3: a word of more than 256 bytes, 'aaaa"), 0U) << longest;
}

// Two ranks, of which 0 has a send and a calc that waits for it, and 1 the receive. Offsets in the file: rank
// 0's data from 46 (nodes 2, roots 1, root 0, nodes at 58 and 97, appendix at 136), rank 1's from 140.
const std::string kThree =
    "num_ranks 2\nrank 0 {\na: send 5b to 1\nb: calc 3\nb requires a\n}\nrank 1 {\nrecv "
    "5b from 0\n}\n";

struct BadBytes {
    size_t at;
    uint64_t value;
    size_t width;
    const char* sentence;
};

const BadBytes kBadBytes[] = {
    {8, 0, 4, "F, byte 8: expected 1 to 11 ranks, of which the file has room for the table, found 0"},
    {8, 4294967295U, 4,
     "F, byte 8: expected 1 to 11 ranks, of which the file has room for the table, found 4294967295"},
    {14, uint64_t{1} << 60, 8,
     "F, byte 14: expected where rank 0 lies, two offsets from 38 to 183, found 1152921504606846976 and 132"},
    {22, uint64_t{1} << 60, 8,
     "F, byte 14: expected where rank 0 lies, two offsets from 38 to 183, found 38 and 1152921504606846976"},
    {22, 45, 8, "F, byte 14: expected where rank 0 lies, two offsets from 38 to 183, found 38 and 45"},
    {14, 37, 8, "F, byte 14: expected where rank 0 lies, two offsets from 38 to 183, found 37 and 132"},
    {30, 38, 8, "F, byte 30: expected where rank 1 lies, two offsets from 132 to 183, found 38 and 183"},
    {46, 0xffffffff, 4,
     "F, byte 46: expected nodes and roots of rank 0 that fit into its 94 bytes, found 4294967295 and 1"},
    {50, 3, 4, "F, byte 46: expected nodes and roots of rank 0 that fit into its 94 bytes, found 2 and 3"},
    {62, 4, 1, "F, byte 62: expected 1 (send), 2 (recv) or 3 (calc), found 4"},
    {62, 0, 1, "F, byte 62: expected 1 (send), 2 (recv) or 3 (calc), found 0"},
    {63, 2, 4, "F, byte 58: there is no rank 2; there are 2, counted from 0"},
    {75, kAnyTag, 4, "F, byte 58: a send needs a tag from 0 to 4294967294; -1, any tag, is for receives"},
    {106, uint64_t{1} << 60, 8,
     "F, byte 97: a computation of 1152921504606846976 ns is longer than 9223372036854775 ns, the most that "
     "can be simulated"},
    {81, 0xffffffff, 4,
     "F, byte 81: expected at most 1 of the 1 entries of the appendix, found 4294967295 from entry 0"},
    {85, 1, 4, "F, byte 81: expected at most 1 of the 1 entries of the appendix, found 1 from entry 1"},
    {128, 1, 4, "F, byte 128: expected at most 0 of the 1 entries of the appendix, found 1 from entry 1"},
    {136, 2, 4, "F, byte 136: expected a node from 0 to 1, found 2"},
    {136, 0, 4,
     "F, byte 58: expected 1, the number of operations that node 0 waits for by the appendix, found 0"},
    {97, 0, 4,
     "F, byte 97: expected 1, the number of operations that node 1 waits for by the appendix, found 0"},
    {54, 1, 4, "F, byte 54: expected a root, a node that waits for nothing, found node 1"},
    {54, 9, 4, "F, byte 54: expected a root, a node that waits for nothing, found node 9"},
};

TEST(GoalTrace, BadBinaries)
{
    const std::string good = binary_of(kThree);
    ASSERT_EQ(good.size(), 14 + 2 * 16U + (8 + 4 + 2 * 39 + 4) + (8 + 4 + 39));
    EXPECT_EQ(sentence_about(good, ""), "");
    for (const BadBytes& bad : kBadBytes) {
        std::string bytes = good;
        for (size_t i = 0; i < bad.width; ++i) bytes[bad.at + i] = static_cast<char>(bad.value >> (8 * i));
        EXPECT_EQ(sentence_about(bytes, ""), bad.sentence) << bad.at;
    }
    EXPECT_EQ(sentence_about(good.substr(0, 9), ""),
              "F, byte 0: expected the 14 bytes of a header, and the file has 9");
    const std::string cut = sentence_about(good.substr(0, good.size() - 1), "");
    EXPECT_EQ(cut, "F, byte 30: expected where rank 1 lies, two offsets from 132 to 182, found 132 and 183");
}

// The same bytes with the node as root too: 2 roots listed, 1 node fewer, is what no count betrays alone.
TEST(GoalTrace, ABinaryListsEveryRoot)
{
    std::string bytes = binary_of("num_ranks 1\nrank 0 {\ncalc 1\ncalc 2\n}\n");
    bytes[34] = 1;
    bytes.erase(42, 4);  // the second root
    bytes[22] = static_cast<char>(bytes[22] - 4);
    EXPECT_EQ(sentence_about(bytes, ""), "F, byte 34: expected 2 roots, which wait for nothing, found 1");
}

TEST(GoalTrace, ACircleInABinary)
{
    std::string bytes = binary_of("num_ranks 1\nrank 0 {\na: calc 1\nb: calc 2\nb requires a\n}\n");
    bytes[30 + 12] = 1;           // node 0 waits for one
    bytes[30 + 12 + 2 * 39] = 0;  // by the appendix, for itself
    bytes[30 + 12 + 39] = 0;      // node 1 for none
    bytes[30 + 8] = 1;            // and is the root
    EXPECT_EQ(sentence_about(bytes, ""),
              "F, byte 30: in rank 0, task 0 waits for itself: its dependencies go round in a circle");
}

TEST(GoalTrace, TheBinaryIsTheSameProgram)
{
    for (const char* name : {"one_send_16.goal", "pair_16.goal", "comp1.goal"}) {
        const Program text = program_at(kData + name);
        std::ostringstream out;
        write_goal_binary(text, out);
        const Program binary = program_of(out.str());
        expect_same_graphs(text, binary);
        EXPECT_EQ(binary.rules.send_end, ProgramRules::SendEnd::delivered);
    }
}

}  // namespace
}  // namespace hpnsim
