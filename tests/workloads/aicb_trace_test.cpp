// SPDX-License-Identifier: GPL-2.0-only
// Tests how AICB's workload tables are read, which groups they form, and the sentences about bad ones.
#include "trace_files.hpp"

namespace hpnsim
{
namespace
{

constexpr uint8_t kCompute = 0, kComm = 1;

const std::string kHeader = "comm_type,comm_group,comm_group_size,msg_size,stage,dst,src,additional,_elapsed_"
                            "time,algbw,busbw,count\n";

Program read_sample(const std::string& name, uint32_t ranks = 0)
{
    TraceAsked asked = trace_asked(kTraceData + "aicb/" + name);
    asked.ranks = ranks;
    return read_trace(asked, "");
}

Program read_rows(const std::string& rows, TraceAsked asked = {}, const std::string& header = kHeader)
{
    const TraceFolder folder;
    asked.file = folder.write("w.csv", header + rows);
    return read_trace(asked, "");
}

std::string sentence_about(const std::string& text, TraceAsked asked = {})
{
    const TraceFolder folder;
    asked.file = folder.write("w.csv", text);
    return folder.sentence_of(asked, "aicb");
}

/// A row of a collective.
std::string row(const std::string& type, const std::string& group, const std::string& size,
                const std::string& bytes, const std::string& stage = "s")
{
    return "CommType." + type + ",CommGroup." + group + "," + size + "," + bytes + "," + stage +
           ",None,None,,None,None,None,1\n";
}

std::string computation(const std::string& time, const std::string& size = "0")
{
    return "CommType.computation,None,None," + size + ",c,None,None,," + time + ",None,None,1\n";
}

std::string message(const std::string& type, const std::string& where, int bytes = 100)
{
    return "CommType." + type + ",CommGroup.pp_group,1," + std::to_string(bytes) + ",p,None,None," + where +
           ",None,None,None,1\n";
}

std::string labels_of(const TaskGraph& graph)
{
    std::string all;
    for (uint32_t i = 0; i < graph.size(); ++i) all += graph.labels()[graph.task(i).label] + "; ";
    return all;
}

std::vector<uint32_t> group_named(const Program& program, const std::string& family, uint32_t rank)
{
    for (uint16_t f = 0; f < program.groups.families(); ++f)
        if (program.groups.family(f).name == family && program.groups.of(f, rank).member())
            return program.groups.group_of(f, rank);
    return {};
}

/// Counts the tasks that move exactly so much.
uint32_t tasks_of(const TaskGraph& graph, Bytes bytes)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph.size(); ++i) count += graph.task(i).bytes == bytes ? 1 : 0;
    return count;
}

// TP 8, DP 16. A ring of n moves 2(n-1)/n of an all-reduce's buffer and (n-1)/n of the other two's.
TEST(AicbTrace, ReadsTheGptSample)
{
    const Program program = read_sample("G13B-M1-C01_GPT13B_megatron_tp8_pp1_mbs1.csv");
    EXPECT_EQ(program.format, "aicb");
    EXPECT_EQ(program.ranks, 128U);
    ASSERT_EQ(program.graphs.size(), 1U);
    const TaskGraph& graph = program.graph(127);
    EXPECT_EQ(graph.size(), 181U);
    EXPECT_EQ(group_named(program, "tp", 9), (std::vector<uint32_t>{8, 9, 10, 11, 12, 13, 14, 15}));
    EXPECT_EQ(group_named(program, "dp", 9).size(), 16U);
    EXPECT_EQ(group_named(program, "dp", 9)[2], 17U);
    EXPECT_EQ(tasks_of(graph, 20'971'520), 162U);
    EXPECT_EQ(162 * Bytes{20'971'520} * 2 * 7 / 8, 5'945'425'920);
    const CollectiveSum scattered = collectives_of(program, 0, CollectiveKind::reduce_scatter, "dp");
    EXPECT_EQ(scattered.bytes * 15 / 16, 6'021'523'200);
    const CollectiveSum gathered = collectives_of(program, 0, CollectiveKind::all_gather, "dp");
    EXPECT_EQ(gathered.count, 3U);
    EXPECT_EQ((gathered.bytes - 32 - 64) * 15 / 16, 3'010'761'600);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::all_reduce, "tp").count, 162U + 3 + 1);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::all_reduce, "dp").count, 5U);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::broadcast, "tp").count, 3U);
}

TEST(AicbTrace, ReadsTheLlamaSample)
{
    const Program program = read_sample("L7B-M1-C04_Llama7B_megatron_tp2_pp1_mbs1.csv", 128);
    const TaskGraph& graph = program.graph(0);
    EXPECT_EQ(graph.size(), 149U);
    EXPECT_EQ(tasks_of(graph, 16'777'216), 130U);
    EXPECT_EQ(130 * Bytes{16'777'216} * 2 * 1 / 2, 2'181'038'080);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::reduce_scatter, "dp").bytes / 64 * 63,
              10'204'717'824);
    EXPECT_EQ((collectives_of(program, 0, CollectiveKind::all_gather, "dp").bytes - 96) / 64 * 63,
              5'102'358'912);
    EXPECT_EQ(group_named(program, "tp", 0).size(), 2U);
    EXPECT_EQ(group_named(program, "dp", 0).size(), 64U);
}

TEST(AicbTrace, ReadsTheZeroSample)
{
    const Program program = read_sample("L7B-D1-C01_Llama7B_zero2_mbs1.csv");
    EXPECT_EQ(program.ranks, 128U);
    EXPECT_EQ(program.graph(0).size(), 308U);
    const CollectiveSum broadcasts = collectives_of(program, 0, CollectiveKind::broadcast, "dp");
    EXPECT_EQ(broadcasts.count, 291U);
    EXPECT_EQ(broadcasts.bytes, 13'476'831'232);
    EXPECT_EQ(collectives_of(program, 0, CollectiveKind::barrier, "world").count, 1U);
    const CollectiveSum reduced = collectives_of(program, 0, CollectiveKind::all_reduce, "dp");
    EXPECT_EQ(reduced.count, 8U);
    EXPECT_EQ(reduced.bytes, 13'476'831'232 + 1);
    const CollectiveSum gathered = collectives_of(program, 0, CollectiveKind::all_gather, "dp");
    EXPECT_EQ(gathered.count, 6U);
    EXPECT_EQ(gathered.bytes, 6 * Bytes{2'246'138'624});
    EXPECT_EQ(group_named(program, "dp", 5).size(), 128U);
}

TEST(AicbTrace, TakesTheSizeThatASampleDoesNotSay)
{
    const Program program = read_sample("all_to_all_micro.csv", 32);
    const CollectiveSum sum = collectives_of(program, 31, CollectiveKind::all_to_all, "dp");
    EXPECT_EQ(sum.count, 398U);
    EXPECT_EQ(sum.bytes, 200 * 4096 + 100 * 8192 + 98 * 16384);
    EXPECT_EQ(group_named(program, "dp", 3).size(), 32U);
    const TraceFolder folder;
    const std::string path = kTraceData + "aicb/all_to_all_micro.csv";
    EXPECT_EQ(folder.sentence_of(trace_asked(path), ""),
              path +
                  ":1: the table says neither how many ranks there are nor how many a group dp has; say how "
                  "many ranks there are");
}

TEST(AicbTrace, RunsTheRowsInOrder)
{
    const Program program = read_rows(row("all_reduce", "dp_group", "4", "8") + computation("1500") +
                                      row("barrier", "all", "4", "999") + row("all_gather", "dp", "4", "0") +
                                      row("reduce", "dp_group", "4", "16", ""));
    const TaskGraph& graph = program.graph(3);
    EXPECT_EQ(labels_of(graph), "s all_reduce; c computation; s barrier; s all_gather; reduce; ");
    for (uint32_t i = 1; i < graph.size(); ++i) EXPECT_TRUE(waits_for(graph, i, i - 1));
    EXPECT_EQ(graph.task(1).time, nanoseconds(1500));
    EXPECT_EQ(graph.task(1).stream, kCompute);
    EXPECT_EQ(graph.task(0).stream, kComm);
    EXPECT_EQ(graph.task(2).family, kWorld);
    EXPECT_EQ(graph.task(2).bytes, 0);
    EXPECT_EQ(graph.task(3).kind, Task::Kind::compute);  // 0 bytes move nothing
    EXPECT_EQ(graph.task(4).collective, CollectiveKind::reduce);
}

TEST(AicbTrace, TakesEveryCollective)
{
    const struct {
        const char* type;
        CollectiveKind kind;
    } table[] = {{"all_reduce", CollectiveKind::all_reduce},
                 {"reduce_scatter", CollectiveKind::reduce_scatter},
                 {"reduce_scatter_tensor", CollectiveKind::reduce_scatter},
                 {"all_gather", CollectiveKind::all_gather},
                 {"all_gather_into_tensor", CollectiveKind::all_gather},
                 {"broadcast", CollectiveKind::broadcast},
                 {"reduce", CollectiveKind::reduce},
                 {"all_to_all", CollectiveKind::all_to_all},
                 {"barrier", CollectiveKind::barrier}};
    for (const auto& each : table) {
        const Program program = read_rows(row(each.type, "dp_group", "2", "64"));
        EXPECT_EQ(program.graph(0).task(0).kind, Task::Kind::collective) << each.type;
        EXPECT_EQ(program.graph(0).task(0).collective, each.kind) << each.type;
        EXPECT_EQ(program.graph(0).task(0).bytes, each.kind == CollectiveKind::barrier ? 0 : 64);
    }
}

TEST(AicbTrace, FindsColumnsByName)
{
    TraceAsked asked;
    asked.ranks = 4;
    const Program program = read_rows("4096.0,\"dp_group\",\"x, y\",all_reduce\r\n\r\n", asked,
                                      "msg_size,comm_group,other,comm_type\r\n");
    EXPECT_EQ(program.graph(0).task(0).bytes, 4096);
    EXPECT_EQ(program.graph(0).labels()[program.graph(0).task(0).label], "all_reduce");
}

// AICB writes the shapes of a matrix product without quotes, with commas.
TEST(AicbTrace, KeepsShapesInOneCell)
{
    const Program program = read_rows(row("all_reduce", "dp_group", "2", "8") +
                                      computation("250", "((2048, 1, 5120), (5120, 640))"));
    EXPECT_EQ(program.graph(0).task(1).time, nanoseconds(250));
}

// A table of a real run has times, in milliseconds, in the rows of collectives too.
TEST(AicbTrace, TakesMillisecondsOfMeasuredTables)
{
    const Program program =
        read_rows("CommType.all_reduce,dp_group,2,8,s,None,None,,0.03,1,2,1\n" + computation("1.5"));
    EXPECT_EQ(computed_on(program, 0, kCompute), microseconds(1500));
}

TEST(AicbTrace, RepeatsWhatFollowsTheFirstEnd)
{
    TraceAsked asked;
    asked.passes = 3;
    const std::string end = "CommType.epoch_end,None,None,0,,None,None,,None,None,None,1\n";
    const std::string a = row("all_reduce", "dp_group", "2", "8", "init");
    const std::string b = row("all_gather", "dp_group", "2", "8", "step");
    EXPECT_EQ(labels_of(read_rows(a + end + b + end, asked).graph(0)),
              "init all_reduce; epoch_end; step all_gather; epoch_end; step all_gather; epoch_end; "
              "step all_gather; epoch_end; ");
    EXPECT_EQ(read_rows(a + b, asked).graph(0).size(), 6U);
    EXPECT_EQ(read_rows(a + end, asked).graph(0).size(), 6U);
}

// 16 ranks, TP 2, two stages, DP 4, EP 2: rank = tensor + 2 * data + 8 * stage.
TEST(AicbTrace, FormsMegatronsGroups)
{
    using Ranks = std::vector<uint32_t>;
    TraceAsked asked;
    asked.ranks = 16;
    const Program program = read_rows(
        row("all_reduce", "tp_group", "2", "8") + row("all_reduce", "dp_group", "4", "8") +
            row("all_reduce", "ep_group", "None", "8") + row("all_reduce", "ep_dp_group", "2", "8") +
            row("all_reduce", "ep_tp_group", "4", "8") + row("all_reduce", "embedding_group", "None", "8"),
        asked);
    EXPECT_EQ(group_named(program, "tp", 5), (Ranks{4, 5}));
    EXPECT_EQ(group_named(program, "dp", 5), (Ranks{1, 3, 5, 7}));
    EXPECT_EQ(group_named(program, "ep", 5), (Ranks{5, 7}));
    EXPECT_EQ(group_named(program, "dp_ep", 5), (Ranks{1, 5}));
    EXPECT_EQ(group_named(program, "ep_tp", 5), (Ranks{4, 5, 6, 7}));
    EXPECT_EQ(group_named(program, "pp", 5), (Ranks{5, 13}));
    EXPECT_EQ(group_named(program, "embedding", 5), (Ranks{5, 13}));
}

TEST(AicbTrace, TakesRanksFromWhoeverSaysThem)
{
    const std::string tp = row("all_reduce", "tp_group", "2", "8"),
                      dp = row("all_reduce", "dp_group", "4", "8");
    TraceAsked asked;
    EXPECT_EQ(read_rows(tp + dp).ranks, 8U);
    EXPECT_EQ(read_rows(tp, asked, "[rank0 ~ rank31]\n" + kHeader).ranks, 32U);
    EXPECT_EQ(read_rows(tp + row("all_reduce", "all", "6", "8")).ranks, 6U);
    asked.pipeline = 3;
    EXPECT_EQ(read_rows(tp + dp, asked).ranks, 24U);
    asked.pipeline.reset();
    asked.expert = 2;
    EXPECT_EQ(group_named(read_rows(tp + dp + row("all_reduce", "ep_group", "", "8"), asked), "ep", 0).size(),
              2U);
}

/// Three stages of one rank each.
TraceAsked three_stages()
{
    TraceAsked asked;
    asked.pipeline = asked.ranks = 3;
    return asked;
}

/// "send 1 tag 0, ...": the messages of a stage, in order.
std::string messages_of(const TaskGraph& graph)
{
    std::string all;
    for (uint32_t i = 0; i < graph.size(); ++i) {
        const Task& task = graph.task(i);
        if (task.kind != Task::Kind::send && task.kind != Task::Kind::receive) continue;
        all += (task.kind == Task::Kind::send ? "send " : "receive ") + std::to_string(task.peer) + " tag " +
               std::to_string(task.tag) + ", ";
    }
    return all;
}

TEST(AicbTrace, SendsToTheStagesBesides)
{
    const Program program =
        read_rows(message("irecv", "recv_prev") + computation("5") + message("isend", "send_next") +
                      message("irecv", "recv_next") + computation("5") + message("isend", "send_prev"),
                  three_stages());
    ASSERT_EQ(program.graphs.size(), 3U);
    EXPECT_EQ(messages_of(program.graph(0)), "send 1 tag 0, receive 1 tag 1, ");
    EXPECT_EQ(messages_of(program.graph(1)),
              "receive 0 tag 0, send 2 tag 0, receive 2 tag 1, send 0 tag 1, ");
    EXPECT_EQ(messages_of(program.graph(2)), "receive 1 tag 0, send 1 tag 1, ");
    // In the middle: receive, compute, send and receive at once, compute, send.
    const TaskGraph& graph = program.graph(1);
    EXPECT_TRUE(waits_for(graph, 1, 0));
    EXPECT_TRUE(waits_for(graph, 2, 1));
    EXPECT_TRUE(waits_for(graph, 3, 1));
    EXPECT_FALSE(waits_for(graph, 3, 2));
    EXPECT_TRUE(waits_for(graph, 4, 2));
    EXPECT_TRUE(waits_for(graph, 4, 3));
    EXPECT_TRUE(waits_for(graph, 5, 4));
    EXPECT_EQ(totals_of(program).sent, 400);
}

// The program of the first stage has no receives from the one before: a row that sends to the next stage also
// receives from the one before.
TEST(AicbTrace, CompletesTheProgramOfTheFirstStage)
{
    const Program program = read_rows(
        computation("5") + message("isend", "send_next") + message("irecv", "recv_next"), three_stages());
    EXPECT_EQ(messages_of(program.graph(0)), "send 1 tag 0, receive 1 tag 1, ");
    EXPECT_EQ(messages_of(program.graph(1)),
              "send 2 tag 0, receive 0 tag 0, receive 2 tag 1, send 0 tag 1, ");
    EXPECT_EQ(messages_of(program.graph(2)), "receive 1 tag 0, send 1 tag 1, ");
    const ProgramTotals totals = totals_of(program);
    EXPECT_EQ(totals.sends, totals.receives);
}

TEST(AicbTrace, EmbeddingsAreOfTheFirstAndLastStage)
{
    const Program program = read_rows(row("all_reduce", "embedding_group", "2", "64"), three_stages());
    EXPECT_EQ(program.graph(0).size(), 1U);
    EXPECT_EQ(program.graph(1).size(), 0U);
    EXPECT_EQ(program.graph(2).size(), 1U);
    EXPECT_EQ(group_named(program, "embedding", 2), (std::vector<uint32_t>{0, 2}));
}

TEST(AicbTrace, RefusesBadRows)
{
    const std::string header_wanted =
        "a header of AICB's columns, comm_type, comm_group, msg_size and others, is expected";
    const struct {
        std::string text, sentence;
    } table[] = {
        {"", "1: the file is empty; " + header_wanted},
        {"[rank0 ~ rank7]\n", "1: the file ends; " + header_wanted},
        {"[rank1 ~ rank7]\n" + kHeader,
         "1: '[rank1 ~ rank7]' is not of the form [rank0 ~ rank127], with at most 1048576 ranks"},
        {"[rank0 ~ rank9999999]\n" + kHeader,
         "1: '[rank0 ~ rank9999999]' is not of the form [rank0 ~ rank127], with at most 1048576 ranks"},
        {"a,b\n", "1: " + header_wanted + ", and there is 'a,b'"},
        {"comm_type,msg_size\n", "1: the header has no column comm_group"},
        {"comm_type,comm_group\n", "1: the header has no column msg_size"},
        {kHeader, "1: the table has no rows"},
        {kHeader + "CommType.all_reduce,dp_group\n", "2: the header has 12 columns, and this row has 2"},
        {kHeader + row("all_reduc", "dp_group", "2", "8"),
         "2: there is no comm_type 'all_reduc'; the nearest is 'all_reduce'"},
        {kHeader + row("all_reduce", "cp_group", "2", "8"),
         "2: there is no comm_group 'cp_group'; the nearest is 'tp_group'"},
        {kHeader + row("all_reduce", "dp_group", "x", "8"), "2: comm_group_size: 'x' is not a whole number"},
        {kHeader + row("all_reduce", "dp_group", "0", "8"),
         "2: comm_group_size: 0 is out of range, 1 to 1048576"},
        {kHeader + row("all_reduce", "dp_group", "2", "8.5"), "2: msg_size: '8.5' is not a whole number"},
        {kHeader + row("all_reduce", "dp_group", "2", "-8"),
         "2: msg_size: -8 is out of range, 0 to 4611686018427387904"},
        {kHeader + row("all_reduce", "dp_group", "2", "8") + computation("None", "((2, 3), (3, 4))"),
         "3: a computation has no _elapsed_time, and its shape alone does not tell how long it takes"},
        {kHeader + row("all_reduce", "dp_group", "2", "8") + computation("-3"),
         "3: _elapsed_time is negative"},
        {kHeader + row("all_reduce", "dp_group", "2", "8") + computation("5e18"),
         "3: the computations of a rank last more than 4000000 s together"},
        {kHeader + message("isend", "recv_next"),
         "2: the column additional of an isend must be send_next or send_prev, and is 'recv_next'"},
        {kHeader + "CommType.all_reduce,dp_group,2,8,s,None,None,,None,None,None,7\n",
         "2: the row stands for 7 calls; a program has a row for each, with the count 1"},
    };
    for (const auto& each : table) EXPECT_EQ(sentence_about(each.text), "w.csv:" + each.sentence);
}

TEST(AicbTrace, RefusesSizesThatDoNotFit)
{
    const std::string tp = row("all_reduce", "tp_group", "2", "8"),
                      dp = row("all_reduce", "dp_group", "4", "8");
    const std::string ranks = "[rank0 ~ rank11]\n" + kHeader;
    const std::string two_sends = message("isend", "send_next") + message("isend", "send_next");
    const struct {
        std::string text, sentence;
    } table[] = {
        {kHeader + tp + row("all_reduce", "tp_group", "4", "8"),
         "3: a group tp has 4 ranks here and 2 at w.csv:2"},
        {ranks + tp + dp, "4: groups of tp 2, pp 1 and dp 4 are not 12 ranks together"},
        {kHeader + dp + row("all_reduce", "ep_group", "3", "8"),
         "1: data groups of 4 ranks do not divide into expert groups of 3"},
        {kHeader + dp + row("all_reduce", "ep_group", "None", "8"),
         "3: no row says how many ranks a group ep has; say how many an expert group has"},
        {kHeader + dp + row("all_reduce", "tp_group", "None", "8"),
         "3: no row says how many ranks a group tp has; say how many"},
        {kHeader + dp + message("isend", "send_next"),
         "3: no row says how many stages a pipeline has; say how many"},
        {kHeader + dp + row("all_reduce", "all", "8", "8") + row("all_reduce", "ep_group", "2", "8") +
             row("all_reduce", "ep_dp_group", "4", "8"),
         "5: a group dp_ep has 4 ranks, and the other sizes make it 2"},
        {ranks + dp + row("all_reduce", "all", "16", "8"),
         "4: a group all has 16 ranks, and the other sizes make it 12"},
        {"[rank0 ~ rank7]\n" + kHeader + dp + two_sends + message("irecv", "recv_prev"),
         "4: the table has 2 rows send_next and 1 rows recv_prev; a program that all stages run has as many "
         "of "
         "both, or none of one"},
    };
    for (const auto& each : table) EXPECT_EQ(sentence_about(each.text), "w.csv:" + each.sentence);
}

TEST(AicbTrace, RefusesWhatIsAskedWrongly)
{
    const std::string text = "[rank0 ~ rank7]\n" + kHeader + row("all_reduce", "tp_group", "2", "8") +
                             row("all_reduce", "dp_group", "4", "8");
    TraceAsked asked;
    asked.ranks = 16;
    EXPECT_EQ(sentence_about(text, asked), "w.csv:1: there are 8 ranks, and 16 are asked for");
    asked.ranks = 8;
    asked.tensor = 4;
    EXPECT_EQ(sentence_about(text, asked), "w.csv:3: a group tp has 2 ranks, and 4 are asked for");
    asked.tensor = 0;
    EXPECT_EQ(sentence_about(text, asked),
              "'w.csv': a group tp of 0 ranks is asked for; 1 to 1048576 are possible");
    asked.tensor.reset();
    EXPECT_EQ(sentence_about(text, asked), "");
    asked.groups = "g";
    EXPECT_EQ(sentence_about(text, asked),
              "'w.csv': the groups of an AICB table follow from their sizes; a file of groups is not for it");
}

}  // namespace
}  // namespace hpnsim
