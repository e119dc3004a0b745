// SPDX-License-Identifier: GPL-2.0-only
// Tests uet-htsim's connection matrices: what they say, what is wrong with bad ones, and when triggers fire.
#include "fake_carrier.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hpnsim
{
namespace
{

const std::string kData = std::string(HPNSIM_TEST_DATA) + "/htsim/";

FlowFile read(const std::string& text)
{
    const std::string path = ::testing::TempDir() + "matrix_" +
                             ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".cm";
    std::ofstream(path) << text;
    try {
        FlowFile file = read_flow_file(path, "htsim", 16);
        std::filesystem::remove(path);
        return file;
    } catch (const BadInput& error) {
        std::filesystem::remove(path);
        std::string sentence = error.what();
        const size_t at = sentence.find(path);
        if (at != std::string::npos) sentence.replace(at, path.size(), "F");
        throw BadInput(sentence);
    }
}

std::string sentence_of(const std::string& text)
{
    try {
        read(text);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

/// Returns when each flow of the file began, in the order of the file's workload.
std::vector<Time> starts(const FlowFile& file, Time* end = nullptr)
{
    std::vector<Time> when(file.flows.size(), Time::max());
    FakeCarrier carrier;
    FlowsWorkload workload(file.flows, file.triggers);
    carrier.on_send = [&](const Message& m) { when[m.id] = carrier.now(); };
    carrier.run(workload);
    EXPECT_TRUE(workload.done());
    if (end != nullptr) *end = carrier.now();
    return when;
}

// FakeCarrier: 65,536 B take 1.31072 us, arrive 3 us later, and are completed after 3 us more.
constexpr Time kSend{1'310'720}, kThere = microseconds(3);

}  // namespace

TEST(ConnectionMatrix, IncastOfUetHtsim)
{
    const FlowFile file = read_flow_file(kData + "incast32.cm", "", 128);
    ASSERT_EQ(file.flows.size(), 32U);
    EXPECT_EQ(file.flows[0].src, 127U);
    EXPECT_EQ(file.flows[0].dst, 0U);
    EXPECT_EQ(file.flows[31].bytes, 1'048'576);
    EXPECT_TRUE(file.triggers.empty());
    EXPECT_EQ(file.warning, "");
}

TEST(ConnectionMatrix, StartsAreWholeMicrosecondsFromTheFirst)
{
    const FlowFile file = read("Nodes 4\nConnections 3\n0->1 start 7.9 size 1\n1->2 start 5 size 2\n"
                               "2->3 start 5 size 3 prio 1 id 9\n");
    EXPECT_EQ(file.origin, microseconds(5));
    EXPECT_EQ(file.flows[0].bytes, 2);
    EXPECT_EQ(file.flows[1].bytes, 3);
    EXPECT_EQ(file.flows[2].start, microseconds(2)) << "uet-htsim drops the fraction";
}

TEST(ConnectionMatrix, PicosecondsOfTheGeneratorsAreNoticed)
{
    const FlowFile file = read("Nodes 4\nConnections 1\n0->1 start 3500000 size 1\n");
    EXPECT_NE(file.warning.find(":3: a flow starts at 3500000 us; uet-htsim's gen_incast"),
              std::string::npos);
    EXPECT_EQ(read("Nodes 4\nConnections 1\n0->1 start 999999 size 1\n").warning, "");
}

/// In a chain of receptions each of the six steps takes a transmission and one way, and no completion.
TEST(ConnectionMatrix, RingAllReduceIsAChainOfArrivals)
{
    const FlowFile file = read_flow_file(kData + "ring-allreduce-4.cm", "", 4);
    EXPECT_EQ(file.triggers.size(), 20U);
    Time end;
    const std::vector<Time> when = starts(file, &end);
    for (size_t i = 0; i < when.size(); ++i)
        EXPECT_EQ(when[i], (kSend + kThere) * static_cast<int64_t>(i / 4)) << i;
    EXPECT_EQ(end, (kSend + kThere) * 6 + kThere);
}

TEST(ConnectionMatrix, SendDoneWaitsForTheCompletion)
{
    const std::vector<Time> when =
        starts(read("Nodes 4\nConnections 3\nTriggers 2\n0->1 id 1 start 0 size 65536 send_done_trigger 1 "
                    "recv_done_trigger 2\n0->2 id 2 trigger 1 size 65536\n1->3 id 3 trigger 2 size 65536\n"
                    "trigger id 1 oneshot\ntrigger id 2 oneshot\n"));
    EXPECT_EQ(when[1], kSend + kThere * 2);
    EXPECT_EQ(when[2], kSend + kThere);
}

TEST(ConnectionMatrix, OneshotStartsAllMultishotTheNextBarrierTheLast)
{
    const std::string four = "0->4 id 1 start 0 size 65536 send_done_trigger 1\n"
                             "1->5 id 2 start 10 size 65536 send_done_trigger 1\n";
    const std::string two = "2->6 id 3 trigger 1 size 1\n3->7 id 4 trigger 1 size 1\n";
    const std::string head = "Nodes 8\nConnections 4\nTriggers 1\n";
    const Time first = kSend + kThere * 2, second = first + microseconds(10);
    const std::vector<Time> next = starts(read(head + four + two + "trigger id 1 multishot\n"));
    EXPECT_EQ(next[2], first);
    EXPECT_EQ(next[3], second);
    const std::vector<Time> both = starts(read(head + four + two + "trigger id 1 barrier count 2\n"));
    EXPECT_EQ(both[2], second);
    EXPECT_EQ(both[3], second);
    const std::vector<Time> once =
        starts(read("Nodes 8\nConnections 3\nTriggers 1\n0->4 id 1 start 0 size 65536 send_done_trigger 1\n" +
                    two + "trigger id 1 oneshot\n"));
    EXPECT_EQ(once[1], first);
    EXPECT_EQ(once[2], first);
}

/// A flow in error fires nothing.
TEST(ConnectionMatrix, AFailedFlowStartsNoOther)
{
    const FlowFile file =
        read("Nodes 4\nConnections 2\nTriggers 1\n0->1 id 1 start 0 size 1 send_done_trigger 1\n"
             "0->2 id 2 trigger 1 size 1\ntrigger id 1 oneshot\n");
    FakeCarrier carrier;
    FlowsWorkload workload(file.flows, file.triggers);
    carrier.status = [](const Message&) { return FlowStatus::retry_exceeded; };
    carrier.run(workload);
    EXPECT_EQ(carrier.sent, 1U);
    EXPECT_FALSE(workload.done());
}

TEST(ConnectionMatrix, BadConnections)
{
    const std::string head = "Nodes 4\nConnections 1\n";
    const struct {
        std::string text;
        const char* sentence;
    } table[] = {
        {"Nodes 17\n", "F:1: Nodes 17 are more than the 16 endpoints of the fabric"},
        {"Nodes\n", "F:1: Nodes takes one number"},
        {"Nodes 4\nNodes 4\n", "F:2: Nodes is given twice"},
        {"Nodes 4\nConections 1\n", "F:2: a line begins with S->D, trigger, failure or a count; there is no "
                                    "'Conections'; the nearest is "
                                    "'Connections'"},
        {"Nodes 4\n0->1 start 0 size 1\n", "F:2: the header line Connections N is missing"},
        {"Nodes 4\nConnections 0\n", "F:2: the file holds no connections"},
        {"Connections 1\n0->1 start 0 size 1\n", "F:2: the header line Nodes N is missing"},
        {"Nodes 4\nConnections 2\n0->1 start 0 size 1\n",
         "F:3: the file has 1 connections, and its header announces 2"},
        {head + "0->1 start 0 size 1\n0->2 start 0 size 1\n",
         "F:4: the file has 2 connections, and its header announces 1"},
        {head + "0->1 start 0 size 1\ntrigger id 1 oneshot\n",
         "F:4: the file has 1 triggers, and its header announces 0"},
        {head + "0->4 start 0 size 1\n", "F:3: destination is node 4, and the fabric has nodes 0 to 3"},
        {head + "a->1 start 0 size 1\n", "F:3: source: 'a' is not a whole number"},
        {head + "1->1 start 0 size 1\n", "F:3: node 1 sends to itself"},
        {head + "0->1 start 0\n", "F:3: the connection has no size"},
        {head + "0->1 size 1\n", "F:3: the connection has neither start nor trigger: it would never begin"},
        {head + "0->1 start 0 trigger 1 size 1\n",
         "F:3: a connection starts at a time or on a trigger, not both"},
        {head + "0->1 start 0 size\n", "F:3: 'size' has no value"},
        {head + "0->1 start 0 size 0\n", "F:3: size: 0 is out of range, 1 to 9223372036854775807"},
        {head + "0->1 start -1 size 1\n", "F:3: start: -1 is out of range, 0 to 1000000000000 us"},
        {head + "0->1 start 0 size 1 size 2\n", "F:3: 'size' is given twice"},
        {head + "0->1 start 0 siez 1\n", "F:3: a connection has no 'siez'; the nearest is 'size'"},
        {head + "0->1 id 1 start 0 msg 1 size 1\n",
         "F:3: several messages over one connection (msg) are not available; give each a line of its own"},
        {"Nodes 4\nConnections 2\n0->1 id 5 start 0 size 1\n1->2 id 5 start 0 size 1\n",
         "F:4: id 5 is given to two connections"},
        {head + "failure switch_type AGG switch_id 0 link_id 0\n",
         "F:3: a failure cuts a link for the whole run, which is not available here; take the line out and "
         "name "
         "the link in a faults file"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_of(row.text), row.sentence);
}

TEST(ConnectionMatrix, BadTriggers)
{
    const std::string head = "Nodes 4\nConnections 1\n";
    const std::string chain = "Nodes 4\nConnections 2\nTriggers 1\n";
    const std::string fires = "0->1 id 1 start 0 size 1 send_done_trigger 3\n";
    const struct {
        std::string text;
        const char* sentence;
    } table[] = {
        {head + "0->1 id 1 trigger 3 size 1\n", "F:3: trigger 3 is not defined"},
        {chain + fires + "0->2 id 2 trigger 3 size 1\ntrigger oneshot\n", "F:6: the trigger has no id"},
        {chain + fires + "0->2 id 2 trigger 3 size 1\ntrigger id 3\n",
         "F:6: a trigger is oneshot, multishot or barrier; this one says none of them"},
        {chain + fires + "0->2 id 2 trigger 3 size 1\ntrigger id 3 onshot\n",
         "F:6: a trigger has no 'onshot'; the nearest is 'oneshot'"},
        {chain + fires + "0->2 id 2 trigger 3 size 1\ntrigger id 3 barrier\n",
         "F:6: a barrier needs a count of firings"},
        {chain + fires + "0->2 id 2 trigger 3 size 1\ntrigger id 3 oneshot count 2\n",
         "F:6: count is for a barrier"},
        {chain + fires + "0->2 id 2 trigger 3 size 1\ntrigger id 3 barrier count 2\n",
         "F:5: the connection waits for trigger 3, which never fires often enough to start it"},
        {"Nodes 4\nConnections 3\nTriggers 1\n" + fires +
             "0->2 id 2 start 0 size 1 recv_done_trigger 3\n"
             "0->3 id 3 trigger 3 size 1\ntrigger id 3 oneshot\n",
         "F:7: trigger 3 is oneshot and is fired 2 times; a barrier or multishot takes several"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_of(row.text), row.sentence);
}

}  // namespace hpnsim
