// SPDX-License-Identifier: GPL-2.0-only
// Tests how Chakra traces are read and understood, and the sentences about bad ones.
#include "et_writer.hpp"
#include "trace_files.hpp"

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <sstream>

namespace hpnsim
{
namespace
{

enum Stream : uint8_t { kCpu, kGpuCompute, kGpuComm };

Program read_sample(const std::string& prefix, uint32_t ranks = 0)
{
    TraceAsked asked = trace_asked(kTraceData + "chakra/" + prefix);
    asked.ranks = ranks;
    return read_trace(asked, "");
}

/// A trace of two ranks. Rank 1 idles unless told otherwise.
Program read_two(const TraceFolder& folder, const std::string& first, const std::string& second = "")
{
    folder.write("t.0.et", et::header() + first);
    folder.write("t.1.et", et::header() + second);
    return read_trace(trace_asked(folder.file("t")), "chakra");
}

std::string zipped(const std::string& bytes)
{
    std::ostringstream out;
    {
        boost::iostreams::filtering_ostream in;
        in.push(boost::iostreams::gzip_compressor());
        in.push(out);
        in << bytes;
    }
    return out.str();
}

TEST(ChakraTrace, ReadsTheAllReduceSample)
{
    const Program program = read_sample("all_reduce_8/all_reduce", 8);
    EXPECT_EQ(program.format, "chakra");
    EXPECT_EQ(program.ranks, 8U);
    EXPECT_EQ(program.rules.match, ProgramRules::Match::bytes);
    EXPECT_EQ(program.rules.send_end, ProgramRules::SendEnd::acknowledged);
    for (uint32_t rank = 0; rank < 8; ++rank) {
        const TaskGraph& graph = program.graph(rank);
        ASSERT_EQ(graph.size(), 1U);
        EXPECT_EQ(graph.task(0).kind, Task::Kind::collective);
        EXPECT_EQ(graph.task(0).collective, CollectiveKind::all_reduce);
        EXPECT_EQ(graph.task(0).family, kWorld);
        EXPECT_EQ(graph.task(0).bytes, 1'048'576);
        EXPECT_EQ(graph.task(0).stream, kGpuComm);
        EXPECT_EQ(graph.labels()[graph.task(0).label], "all_reduce_8npus_1MB");
    }
}

TEST(ChakraTrace, ReadsTheAllToAllSample)
{
    const Program program = read_sample("all_to_all_8/all_to_all");
    EXPECT_EQ(totals_of(program).tasks, 8U);
    EXPECT_EQ(collectives_of(program, 7, CollectiveKind::all_to_all, "world").bytes, 1'048'576);
}

// 14 sends, 14 receives and 7 computations of 7 us on each of 8 ranks, in files that gzip has packed. They
// are one chain, so that each send must be acknowledged before the next receive is posted.
TEST(ChakraTrace, ReadsTheRingSampleAsAChain)
{
    const Program program = read_sample("custom_ring_8/custom_allreduce");
    const ProgramTotals totals = totals_of(program);
    EXPECT_EQ(totals.tasks, 8U * 35);
    EXPECT_EQ(totals.sends, 112U);
    EXPECT_EQ(totals.receives, 112U);
    EXPECT_EQ(totals.sent, 112 * 131'072);
    EXPECT_EQ(totals.compute_longest, microseconds(49));
    for (uint32_t rank = 0; rank < 8; ++rank) {
        const TaskGraph& graph = program.graph(rank);
        EXPECT_EQ(computed_on(program, rank, kGpuCompute), microseconds(49));
        EXPECT_EQ(graph.roots().size(), 1U);
        for (uint32_t i = 0; i < graph.size(); ++i) {
            EXPECT_LE(graph.on_end(i).size(), 1U);
            if (graph.task(i).kind == Task::Kind::send) {
                EXPECT_EQ(graph.task(i).peer, (rank + 1) % 8);
                EXPECT_EQ(graph.task(i).stream, kGpuComm);
            }
            if (graph.task(i).kind == Task::Kind::receive) {
                EXPECT_EQ(graph.task(i).peer, (rank + 7) % 8);
                EXPECT_EQ(graph.task(i).stream, kNoStream);
            }
        }
    }
}

TEST(ChakraTrace, GivesEachTypeItsTimeAndStream)
{
    const TraceFolder folder;
    const Program program = read_two(
        folder, et::node(0, et::invalid) + et::node(1, et::metadata, et::micros(5)) +
                    et::node(2, et::mem_load, et::micros(3)) + et::node(3, et::mem_store, et::micros(4)) +
                    et::node(4, et::comp, et::micros(6)) + et::node(5, et::comp) +
                    et::node(6, et::comp, et::micros(7) + et::attribute("is_cpu_op", 27, 1)));
    const struct {
        Time time;
        uint8_t stream;
    } expected[] = {{Time{}, kNoStream},
                    {Time{}, kNoStream},
                    {microseconds(3), kGpuComm},
                    {microseconds(4), kGpuComm},
                    {microseconds(6), kGpuCompute},
                    {nanoseconds(1), kGpuCompute},
                    {microseconds(7), kCpu}};
    ASSERT_EQ(program.graph(0).size(), 7U);
    for (uint32_t i = 0; i < 7; ++i) {
        EXPECT_EQ(program.graph(0).task(i).kind, Task::Kind::compute) << i;
        EXPECT_EQ(program.graph(0).task(i).time, expected[i].time) << i;
        EXPECT_EQ(program.graph(0).task(i).stream, expected[i].stream) << i;
    }
    EXPECT_EQ(program.graph(1).size(), 0U);
}

// Chakra counts a rank's contribution to an all-gather, we the gathered total: 4 ranks of 100 bytes are 400.
TEST(ChakraTrace, CountsTheGatheredTotal)
{
    const TraceFolder folder;
    std::string nodes;
    for (int64_t type : {0, 1, 2, 5, 6, 7, 8, 9})
        nodes += et::collective(static_cast<uint64_t>(type), type, 100);
    for (int rank = 0; rank < 4; ++rank)
        folder.write("t." + std::to_string(rank) + ".et", et::header() + nodes);
    const Program program = read_trace(trace_asked(folder.file("t")), "");
    const struct {
        CollectiveKind kind;
        Bytes bytes;
    } expected[] = {{CollectiveKind::all_reduce, 100},     {CollectiveKind::reduce, 100},
                    {CollectiveKind::all_gather, 400},     {CollectiveKind::broadcast, 100},
                    {CollectiveKind::all_to_all, 100},     {CollectiveKind::reduce_scatter, 100},
                    {CollectiveKind::reduce_scatter, 100}, {CollectiveKind::barrier, 0}};
    for (uint32_t i = 0; i < 8; ++i) {
        EXPECT_EQ(program.graph(3).task(i).collective, expected[i].kind);
        EXPECT_EQ(program.graph(3).task(i).bytes, expected[i].bytes);
    }
}

TEST(ChakraTrace, TakesWholeNumbersOfEveryKind)
{
    const TraceFolder folder;
    const auto wide = [](const std::string& name, uint64_t kind, uint64_t value, unsigned size) {
        return et::text(10, et::text(1, name) + et::fixed(kind, value, size));
    };
    const Program program = read_two(
        folder,
        et::node(0, et::send, et::attribute("comm_dst", 11, 1) + et::attribute("comm_size", 13, 1)) +
            et::node(1, et::send, et::attribute("comm_dst", 15, 2) + et::attribute("comm_size", 17, 4)) +
            et::node(2, et::send, wide("comm_dst", 19, 1, 4) + wide("comm_size", 21, 3, 8)) +
            et::node(3, et::send, wide("comm_dst", 23, 1, 4) + wide("comm_size", 25, 5'000'000'000, 8)) +
            et::node(4, et::send,
                     et::attribute("comm_dst", 7, 1) + et::attribute("comm_size", 9, 9) +
                         et::attribute("comm_tag", 7, 4) + et::attribute("comm_src", 7, 0)));
    for (uint32_t i = 0; i < 5; ++i) EXPECT_EQ(program.graph(0).task(i).peer, 1U);
    EXPECT_EQ(program.graph(0).task(0).bytes, 1);
    EXPECT_EQ(program.graph(0).task(1).bytes, 2);  // zigzag: 4 stands for 2
    EXPECT_EQ(program.graph(0).task(2).bytes, 3);
    EXPECT_EQ(program.graph(0).task(3).bytes, 5'000'000'000);
    EXPECT_EQ(program.graph(0).task(4).tag, 4U);
    EXPECT_EQ(program.graph(0).task(3).tag, 0U);
}

TEST(ChakraTrace, WaitsForDataAndControlInTheOrderOfIds)
{
    const TraceFolder folder;
    const std::string packed = et::text(4, et::varint(300) + et::varint(7));
    const Program program =
        read_two(folder, et::node(900, et::comp, packed + et::after(20)) + et::node(300, et::comp) +
                             et::node(7, et::comp, et::text(99, "unknown") + et::number(98, 1)) +
                             et::node(20, et::comp, et::after(7)));
    const TaskGraph& graph = program.graph(0);
    const uint32_t last = task_named(graph, "n900");
    EXPECT_EQ(task_named(graph, "n7"), 0U);
    EXPECT_EQ(task_named(graph, "n20"), 1U);
    EXPECT_EQ(task_named(graph, "n300"), 2U);
    EXPECT_EQ(last, 3U);
    for (uint32_t first = 0; first < 3; ++first) EXPECT_TRUE(waits_for(graph, last, first));
    EXPECT_EQ(graph.waits(last), 3U);
    EXPECT_TRUE(waits_for(graph, 1, 0));
    EXPECT_EQ(graph.waits(2), 0U);
}

TEST(ChakraTrace, ReadsWhatGzipHasPacked)
{
    const TraceFolder folder;
    const std::string bytes = et::header() + et::node(1, et::comp, et::micros(2));
    folder.write("t.0.et", zipped(bytes));
    EXPECT_EQ(totals_of(read_trace(trace_asked(folder.file("t")), "")).compute_longest, microseconds(2));
    folder.write("t.0.et", zipped(bytes).substr(0, 20));
    EXPECT_EQ(folder.sentence_of(trace_asked(folder.file("t")), ""),
              "t.0.et, byte 0: this begins as gzip does, and its packed data are damaged or end early");
}

class ChakraGroupsOf4 : public ::testing::Test
{
protected:
    Program read(const std::string& groups_json)
    {
        TraceAsked asked = trace_asked(folder.file("t"));
        if (!groups_json.empty()) asked.groups = folder.write("groups.json", groups_json);
        return read_trace(asked, "chakra");
    }
    std::string sentence(const std::string& groups_json)
    {
        TraceAsked asked = trace_asked(folder.file("t"));
        asked.groups = folder.write("groups.json", groups_json);
        return folder.sentence_of(asked, "chakra");
    }
    void write(int rank, const std::string& nodes)
    {
        folder.write("t." + std::to_string(rank) + ".et", et::header() + nodes);
    }

    TraceFolder folder;
};

TEST_F(ChakraGroupsOf4, NamesThemInAFile)
{
    write(0, et::collective(1, 2, 10, "1") + et::collective(2, 0, 70, "3"));
    write(1, et::collective(1, 2, 10, "1"));
    write(2, et::collective(1, 2, 20, "2") + et::collective(2, 0, 70, "3"));
    write(3, et::collective(1, 2, 20, "2") + et::collective(2, 0, 0, "4"));
    const Program program = read(R"({"1": [1, 0], "2": [2, 3], "3": [0, 2], "4": [3], "9": [1, 2]})");
    ASSERT_EQ(program.groups.families(), 3U);  // 1, 2 and 3, 4 share no rank; nobody uses 9
    const Task& gather = program.graph(0).task(0);
    EXPECT_EQ(gather.bytes, 20);
    EXPECT_EQ(program.groups.group_of(gather.family, 0), (std::vector<uint32_t>{1, 0}));
    EXPECT_EQ(program.groups.group_of(program.graph(2).task(1).family, 0), (std::vector<uint32_t>{0, 2}));
    EXPECT_EQ(program.graph(2).task(0).bytes, 40);
    EXPECT_EQ(program.graph(3).task(1).kind, Task::Kind::compute);  // alone in its group
}

TEST_F(ChakraGroupsOf4, NamesThemInMetadata)
{
    const std::string list = R"(['[{"pg_name": "0", "ranks": []}, {"pg_name": "5", "ranks": [3, 1]},)"
                             R"( {"pg_name": "6", "ranks": []}]'])";
    const std::string both =
        et::collective(1, 0, 8, "5") + et::node(2, et::metadata, et::text(8, et::text(1, list)));
    const std::string all = et::collective(3, 0, 16, "6") + et::collective(4, 0, 32, "0");
    for (int rank : {0, 2}) write(rank, et::node(2, et::metadata, et::text(8, et::text(1, list))) + all);
    for (int rank : {1, 3}) write(rank, both + all);
    const Program program = read("");
    const Task& first = program.graph(1).task(0);
    EXPECT_EQ(program.groups.group_of(first.family, 1), (std::vector<uint32_t>{3, 1}));
    const Task& second = program.graph(1).task(2);
    EXPECT_EQ(program.groups.group_of(second.family, 0).size(), 4U);
    EXPECT_NE(second.family, kWorld);  // not paired with the collectives of all ranks
    EXPECT_EQ(program.graph(1).task(3).family, kWorld);
}

TEST_F(ChakraGroupsOf4, RefusesWhatNoRunCouldFinish)
{
    const std::string groups = R"({"1": [0, 1]})";
    for (int rank : {2, 3}) write(rank, "");
    write(0, et::collective(1, 0, 8, "1") + et::collective(2, 0, 8, "1"));
    write(1, et::collective(1, 0, 8, "1"));
    EXPECT_EQ(sentence(groups), "t.1.et: in the group '1', rank 1 calls 1 collectives, and rank 0, another "
                                "member, calls 2");
    write(1, et::collective(1, 0, 8, "1") + et::collective(2, 0, 9, "1"));
    EXPECT_EQ(sentence(groups),
              "t.1.et: in the group '1', rank 1 calls all_reduce of 9 bytes, and rank 0, another member, "
              "calls all_reduce of 8 bytes as collective 1, counted from 0");
    write(1, "");
    EXPECT_EQ(sentence(groups), "t.1.et: rank 1 calls no collective of the group '1', and rank 0, another "
                                "member, calls 2");
}

TEST_F(ChakraGroupsOf4, RefusesBadGroups)
{
    for (int rank : {0, 1, 2, 3}) write(rank, "");
    const struct {
        const char* json;
        const char* sentence;
    } table[] = {
        {"{\"1\": [0, 1}",
         "groups.json, byte 12: the groups must be JSON, such as {\"1\": [0, 1], \"2\": [2, 3]}"},
        {"[]", "groups.json, byte 0: the groups must be a JSON object, such as {\"1\": [0, 1]}"},
        {"{\"1\": 3}", "groups.json: the group '1' is no list of ranks, such as [0, 1]"},
        {"{\"1\": [0, 4]}", "groups.json: the group '1' names the rank 4; there are ranks 0 to 3"},
        {"{\"1\": [-1]}", "groups.json: the group '1' names the rank -1; there are ranks 0 to 3"},
        {"{\"1\": [2, 2]}", "groups.json: the group '1' names rank 2 twice"},
        {"{\"1\": []}", "groups.json: the group '1' has no ranks"},
        {"{\"0\": [1]}",
         "groups.json: the group '0' always has all ranks; give this group another name, from 1"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence(row.json), row.sentence);
    write(0, et::collective(5, 0, 8, "7"));
    EXPECT_EQ(sentence("{}"), "t.0.et, byte 9: node 5 asks for the group '7', which neither a file of groups "
                              "nor a METADATA node names");
    EXPECT_EQ(sentence("{\"7\": [1, 2]}"),
              "t.0.et, byte 9: node 5 asks for the group '7', and rank 0 is not in it");
    const std::string list = R"(['[{"pg_name": "5", "ranks": [8]}]'])";
    write(0, et::node(2, et::metadata, et::text(8, et::text(1, list))));
    EXPECT_EQ(sentence("{}"),
              "t.0.et, byte 9: the process group '5' names the rank 8; there are ranks 0 to 3");
}

/// The sentence about a trace of two ranks of which the first has these bytes after the header of 8.
std::string sentence_about(const std::string& bytes)
{
    const TraceFolder folder;
    folder.write("t.0.et", et::header() + bytes);
    folder.write("t.1.et", et::header());
    return folder.sentence_of(trace_asked(folder.file("t")), "chakra");
}

TEST(ChakraTrace, RefusesNodesWithPlaceAndReason)
{
    const std::string to_1 = et::attribute("comm_dst", 7, 1), size = et::attribute("comm_size", 9, 5);
    const std::string kinds = "; there are ALL_REDUCE 0, REDUCE 1, ALL_GATHER 2, BROADCAST 5, ALL_TO_ALL 6, "
                              "REDUCE_SCATTER 7 and 8, and BARRIER 9";
    const struct {
        std::string bytes, sentence;
    } table[] = {
        {et::collective(4, 3, 9), "node 4 'n4' has the comm_type 3 (GATHER), which cannot be run" + kinds},
        {et::collective(4, 4, 9), "node 4 'n4' has the comm_type 4 (SCATTER), which cannot be run" + kinds},
        {et::collective(4, 10, 9), "node 4 'n4' has the comm_type 10, which cannot be run" + kinds},
        {et::collective(4, -1, 9), "node 4 'n4' has the comm_type -1, which cannot be run" + kinds},
        {et::node(4, et::coll, size), "node 4 'n4' is a collective without comm_type" + kinds},
        {et::node(4, et::coll, et::attribute("comm_type", 9, 0)),
         "node 4 'n4' has no comm_size, the bytes that it moves"},
        {et::collective(4, 0, -5), "node 4 'n4' has the comm_size -5; it must be 0 to 4611686018427387904"},
        {et::collective(4, 2, int64_t{1} << 62), "node 4 gathers more than 4611686018427387904 bytes"},
        {et::node(4, et::coll, size + et::attribute("comm_type", 9, 0) + et::attribute("is_cpu_op", 27, 1)),
         "node 4 'n4' communicates and has is_cpu_op; only GPUs communicate"},
        {et::node(4, et::send, size), "node 4 'n4' has no comm_dst, the rank at the other end"},
        {et::node(4, et::recv, size), "node 4 'n4' has no comm_src, the rank at the other end"},
        {et::node(4, et::send, to_1), "node 4 'n4' has no comm_size, the bytes that it moves"},
        {et::node(4, et::send, size + et::attribute("comm_dst", 7, 2)),
         "node 4 'n4' has the comm_dst 2; there are ranks 0 to 1"},
        {et::node(4, et::send, size + et::attribute("comm_dst", 7, -1)),
         "node 4 'n4' has the comm_dst -1; there are ranks 0 to 1"},
        {et::node(4, et::send, size + to_1 + et::attribute("comm_src", 7, 1)),
         "node 4 'n4' has the comm_src 1 in the file of rank 0"},
        {et::node(4, et::recv, size + to_1), "node 4 'n4' has the comm_dst 1 in the file of rank 0"},
        {et::node(4, et::send, size + to_1 + et::attribute("comm_tag", 9, -1)),
         "node 4 'n4' has the comm_tag -1; it must be 0 to 4294967294"},
        {et::node(4, et::mem_load), "node 4 'n4' moves data of the memory and has no duration_micros; there "
                                    "is no model of memory that would tell how long that takes"},
        {et::node(4, et::comp, et::after(9)), "node 4 waits for node 9, which the file does not have"},
        {et::node(4, et::comp, et::micros(~uint64_t{0})),
         "node 4 'n4': the computations of a rank last more than 4000000 s together"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_about(row.bytes), "t.0.et, byte 9: " + row.sentence);
    EXPECT_EQ(sentence_about(et::node(4, et::comp, et::after(5)) + et::node(5, et::comp, et::after(4))),
              "t.0.et, byte 0: task 0 waits for itself: its dependencies go round in a circle (tasks are "
              "numbered by node ids)");
    EXPECT_EQ(sentence_about(et::node(4, et::comp) + et::node(4, et::comp)),
              "t.0.et, byte 18: there are two nodes of the id 4");
    EXPECT_EQ(sentence_about(et::node(4, et::comp) + et::node(5, et::comp) + et::node(4, et::comp)),
              "t.0.et, byte 27: there are two nodes of the id 4");
}

TEST(ChakraTrace, RefusesDamagedBytes)
{
    const std::string far = et::varint(uint64_t{1} << 60);
    const struct {
        std::string bytes, sentence;
    } table[] = {
        {far, "byte 8: a message of 1152921504606846976 bytes begins, and 0 bytes are left"},
        {std::string(1, '\x80'), "byte 8: a number of one or more bytes is expected, and the data end"},
        {std::string(11, '\xff'),
         "byte 8: a number of at most 64 bits is expected; this is no protocol buffer"},
        {std::string(9, '\xff') + '\x02',  // 65 bits
         "byte 8: a number of at most 64 bits is expected; this is no protocol buffer"},
        {et::message(std::string(1, '\x02') + "a"),
         "byte 9: a field has the number 0; this is no protocol buffer"},
        {et::message("\x0b"),
         "byte 9: a field has the wire type 3; there are 0, 1, 2 and 5: this is no protocol buffer"},
        {et::message(et::text(2, "n").substr(0, 2)),
         "byte 10: a field of 1 bytes begins, and 0 bytes are left"},
        {et::message(et::fixed(50, 1, 8).substr(0, 6)),
         "byte 9: a field of 8 bytes begins, and 4 bytes are left"},
        {et::message(et::text(1, "n")),
         "byte 9: the field 1 of a node has the wire type 2, which is not that of a Chakra trace"},
        {et::message(et::number(3, 8)), "byte 9: a node has the type 8; Chakra's types are 0 (INVALID) to 7 "
                                        "(COMM_COLL)"},
        {et::message(et::text(10, et::text(1, "comm_size") + et::text(29, "7"))),
         "byte 9: the attribute comm_size must be a whole number"},
        {et::message(et::text(10, et::text(1, "pg_name") + et::number(9, 7))),
         "byte 9: the attribute pg_name must be a text"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_about(row.bytes), "t.0.et, " + row.sentence);
    const TraceFolder folder;
    folder.write("t.0.et", et::message(et::number(1, 5)));
    EXPECT_EQ(folder.sentence_of(trace_asked(folder.file("t")), ""),
              "t.0.et, byte 1: a Chakra trace begins with its GlobalMetadata, a version and attributes; this "
              "is something else");
    folder.write("t.0.et", "");
    EXPECT_EQ(folder.sentence_of(trace_asked(folder.file("t")), ""),
              "t.0.et, byte 0: a Chakra trace begins with its GlobalMetadata, and the file is empty");
}

TEST(ChakraTrace, RefusesWhatIsAskedWrongly)
{
    const TraceFolder folder;
    TraceAsked asked = trace_asked(folder.file("t"));
    EXPECT_EQ(folder.sentence_of(trace_asked(folder.write("one.4.et", et::header())), ""),
              "'one.4.et' is the file of one rank; a Chakra trace has a file a rank, and is named by what "
              "stands before .RANK.et");
    EXPECT_EQ(folder.sentence_of(trace_asked(folder.write("x", "")), "chakra"),
              "there is no 'x.0.et'; a Chakra trace has a file a rank, and is named by what stands before "
              ".RANK.et");
    folder.write("t.0.et", et::header());
    folder.write("t.2.et", et::header());
    EXPECT_EQ(folder.sentence_of(asked, ""), "there is no 't.1.et', though there is 't.2.et': a Chakra trace "
                                             "has a file of every rank, from 0 on");
    folder.write("u.0.et", et::header());
    TraceAsked three = trace_asked(folder.file("u"));
    three.ranks = 3;
    EXPECT_EQ(folder.sentence_of(three, ""),
              "'u' has files of 1 ranks, counted from 0 without a gap, and 3 ranks are asked for");
    asked.ranks = 1;
    EXPECT_EQ(folder.sentence_of(asked, ""), "");
    asked.passes = 2;
    EXPECT_EQ(folder.sentence_of(asked, ""),
              "'t': a Chakra trace holds all of its iterations and is run once, not in 2 passes");
    asked.passes = 1;
    asked.tensor = 2;
    EXPECT_EQ(folder.sentence_of(asked, ""), "'t': a Chakra trace names its groups itself; sizes of tensor, "
                                             "pipeline and expert groups are not for it");
}

}  // namespace
}  // namespace hpnsim
