// SPDX-License-Identifier: GPL-2.0-only
// Tests which programs SimCCL's detailed flows become, and the sentences about bad ones.
#include "trace_rig.hpp"

#include <set>

namespace hpnsim
{
namespace
{

const std::string kData = std::string(HPNSIM_TEST_DATA) + "/workloads/simccl/";
const std::string kHead = "collective,flow_id,src,dest,flow_size,conn_type,parent_flow_ids\n";

TEST(SimcclTrace, AllToAll)
{
    const Program program = program_at(kData + "all-to-all-8.csv");
    EXPECT_EQ(program.format, "simccl");
    EXPECT_EQ(program.ranks, 8U);
    const ProgramTotals totals = totals_of(program);
    EXPECT_EQ(totals.sends, 56U);
    EXPECT_EQ(totals.receives, 56U);
    EXPECT_EQ(totals.sent, 56 * 524'288);
    for (uint32_t rank = 0; rank < 8; ++rank) {
        EXPECT_EQ(program.graph(rank).roots().size(), 14U);  // nothing waits
        std::set<uint32_t> peers;
        for (uint32_t i = 0; i < 14; ++i)
            if (program.graph(rank).task(i).kind == Task::Kind::send)
                peers.insert(program.graph(rank).task(i).peer);
        EXPECT_EQ(peers.size(), 7U);
        EXPECT_EQ(peers.count(rank), 0U);
    }
    EXPECT_EQ(program.rules.match, ProgramRules::Match::messages);
    EXPECT_EQ(program.rules.send_end, ProgramRules::SendEnd::delivered);
}

// A rank sends six times: first at once, then whenever something has come from the left, whose last it keeps.
TEST(SimcclTrace, RingFollowsItsParents)
{
    const Program program = program_at(kData + "ring-all-reduce-4.csv");
    EXPECT_EQ(totals_of(program).sends, 24U);
    for (uint32_t rank = 0; rank < 4; ++rank) {
        const TaskGraph& graph = program.graph(rank);
        uint32_t waiting = 0, freeing = 0;
        for (uint32_t i = 0; i < graph.size(); ++i) {
            const Task& task = graph.task(i);
            const bool send = task.kind == Task::Kind::send;
            EXPECT_EQ(task.peer, (rank + (send ? 1 : 3)) % 4);
            EXPECT_EQ(task.bytes, 262'144);
            EXPECT_EQ(task.stream, kNoStream);
            EXPECT_EQ(graph.labels()[task.label], "DP_0_1_2_3_1048576");
            waiting += send ? graph.waits(i) : 0;
            for (const uint32_t next : graph.on_end(i)) {
                ++freeing;
                EXPECT_FALSE(send);
                EXPECT_EQ(graph.task(next).kind, Task::Kind::send);
                EXPECT_EQ(graph.task(next).tag / 4, task.tag / 4 + 1);  // the step after
            }
        }
        EXPECT_EQ(waiting, 5U);
        EXPECT_EQ(freeing, 5U);
    }
}

TEST(SimcclTrace, EachFlowHasATagOfItsOwn)
{
    const Program program = program_at(kData + "ring-all-reduce-4.csv");
    std::set<uint32_t> sent, received;
    for (uint32_t rank = 0; rank < 4; ++rank)
        for (uint32_t i = 0; i < program.graph(rank).size(); ++i) {
            const Task& task = program.graph(rank).task(i);
            (task.kind == Task::Kind::send ? sent : received).insert(task.tag);
        }
    EXPECT_EQ(sent.size(), 24U);
    EXPECT_EQ(sent, received);
}

// Another order of columns, more of them, blanks, parents below their children, the same ids once more.
TEST(SimcclTrace, ColumnsGoByTheirNames)
{
    const Program program = program_of(
        "x, parent_flow_ids ,dest,src,flow_id,flow_size,collective\r\n"
        "7, 2;1; "
        ",5,4,3,30,AR\r\n\r\n7,,4,5,1,10,AR\r\n7,,4,2,2,20,AR\r\n7,1,0,4,9,1,AG\r\n7,,4,0,1,2,AG\r\n");
    EXPECT_EQ(program.ranks, 6U);
    const TaskGraph& graph = program.graph(4);
    ASSERT_EQ(graph.size(), 5U);
    EXPECT_EQ(facts_of(graph.task(0)), facts_of(Task::send(5, 30, 0)));
    EXPECT_EQ(graph.waits(0), 2U);
    EXPECT_EQ(list(graph.on_end(1)), (std::vector<uint32_t>{0}));
    EXPECT_EQ(list(graph.on_end(2)), (std::vector<uint32_t>{0}));
    EXPECT_EQ(facts_of(graph.task(3)), facts_of(Task::send(0, 1, 3)));
    EXPECT_EQ(list(graph.on_end(4)), (std::vector<uint32_t>{3}));
    EXPECT_EQ(program.graph(1).size(), 0U);
    EXPECT_EQ(program.graph(3).size(), 0U);
}

TEST(SimcclTrace, TheUserMayNameMoreRanks)
{
    EXPECT_EQ(program_of(kHead + "AR,0,0,1,8,NET,\n", 4).ranks, 4U);
    EXPECT_EQ(program_of(kHead + "AR,0,0,1048575,8,NET,\n").ranks, 1U << 20);
}

struct Bad {
    const char* rows;
    const char* sentence;
};

const Bad kBadRows[] = {
    {"", "F:1: expected a row for each flow behind the header, found the end of the file"},
    {"AR,0,0,1,8,NET\n", "F:2: expected 7 fields, as in the header, found 6"},
    {"AR,0,0,1,8,NET,,\n", "F:2: expected 7 fields, as in the header, found 8"},
    {"AR,x,0,1,8,NET,\n", "F:2: flow_id: 'x' is not a whole number"},
    {"AR,0,,1,8,NET,\n", "F:2: src: '' is not a whole number"},
    {"AR,0,0,1048576,8,NET,\n", "F:2: dest: 1048576 is out of range, 0 to 1048575"},
    {"AR,0,0,1,-8,NET,\n", "F:2: flow_size: -8 is out of range, 0 to 9223372036854775807"},
    {"AR,0,0,1,8,NET,1:2\n", "F:2: parent_flow_ids: '1:2' is not a whole number"},
    {"AR,0,3,3,8,NET,\n", "F:2: src and dest are both 3; expected two ranks"},
    {"AR,0,0,1,8,NET,\n\nAR,0,1,0,8,NET,\n",
     "F:4: flow 0 has been in line 2; expected a flow_id of its own within the collective"},
    {"AR,0,0,1,8,NET,7\n", "F:2: expected parents among the flows of the collective; there is no flow 7"},
    {"AR,0,0,1,8,NET,\nAG,1,1,0,8,NET,0\n",
     "F:3: expected parents among the flows of the collective; there is no flow 0"},
    {"AR,0,0,1,8,NET,\nAR,1,2,0,8,NET,0\n", "F:3: expected parents that end at src, 2; flow 0 ends at 1"},
    {"AR,5,1,2,8,NET,\nAR,0,0,1,8,NET,1\nAR,1,1,0,8,NET,0\n",
     "F:3: this flow waits for itself: expected parents that do not go round in a circle"},
    {"AR,0,0,9,8,NVLS,\n", "F:2: conn_type is NVLS: this flow ends at an NVSwitch, which is no rank; "
                           "expected the flows of a ring or "
                           "tree, which SimCCL makes with AS_NVLS_ENABLE=0"},
};

TEST(SimcclTrace, BadRows)
{
    for (const Bad& bad : kBadRows) EXPECT_EQ(sentence_about(kHead + bad.rows, ""), bad.sentence) << bad.rows;
    EXPECT_EQ(sentence_about(kHead + "AR,0,0,4,8,NET,\n", "", 4),
              "F:2: dest is 4; expected one of the 4 ranks, 0 to 3");
}

TEST(SimcclTrace, BadHeaders)
{
    EXPECT_EQ(sentence_about("", "simccl"),
              "F:1: expected a header with the columns flow_id, src, dest, flow_size, parent_flow_ids, "
              "collective, conn_type, found the end of the file");
    EXPECT_EQ(sentence_about("flow_id,scr,dest,flow_size,parent_flow_ids\n", ""),
              "F:1: expected a column src; the nearest is 'scr'");
    EXPECT_EQ(sentence_about("flow_id,src,dest,flow_size,parent_flow_id\n", ""),
              "F:1: expected a column parent_flow_ids; the nearest is 'parent_flow_id'");
}

}  // namespace
}  // namespace hpnsim
