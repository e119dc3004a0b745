// SPDX-License-Identifier: GPL-2.0-only
// Tests which flow files are read, and the sentences about bad ones.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/flow_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hpnsim
{
namespace
{

const std::string kData = std::string(HPNSIM_TEST_DATA) + "/scenarios/";

/// Makes a file with `text`, which is removed with the object.
class TextFile
{
public:
    explicit TextFile(const std::string& text)
        : path_(::testing::TempDir() + "flows_" +
                ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt")
    {
        std::ofstream(path_) << text;
    }
    ~TextFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string sentence_of(const std::string& text, const std::string& format = "")
{
    const TextFile file(text);
    try {
        read_flow_file(file.path(), format, 10);
    } catch (const BadInput& error) {
        std::string sentence = error.what();
        const size_t at = sentence.find(file.path());
        return at == std::string::npos ? sentence : sentence.replace(at, file.path().size(), "F");
    }
    return "";
}

TEST(FlowFile, ReadsWhatHpccSimReads)
{
    const FlowFile file = read_flow_file(kData + "star-2.flow.txt", "hpcc", 3);
    ASSERT_EQ(file.flows.size(), 2U);
    EXPECT_EQ(file.origin, milliseconds(2000));
    EXPECT_EQ(file.flows[1].src, 1U);
    EXPECT_EQ(file.flows[1].dst, 2U);
    EXPECT_EQ(file.flows[1].cls, 100U);
    EXPECT_EQ(file.flows[1].priority, 3);
    EXPECT_EQ(file.flows[1].bytes, 1'000'000);
    EXPECT_EQ(file.flows[1].start, Time{});
    EXPECT_EQ(endpoints_used(file), 3U);
}

// 2.000000962 s as a double lies above it, 2.000002612 below.
TEST(FlowFile, StartsInHpccSimsWholeNanoseconds)
{
    const TextFile text("3\n0 1 3 100 5 2.0\n0 1 3 100 5 2.000000962\n0 1 3 100 5 2.000002612\n");
    FlowFile file = read_flow_file(text.path(), "", 3);
    start_in_whole_ns(file);
    EXPECT_EQ(file.origin, milliseconds(2000));
    EXPECT_EQ(file.flows[1].start, nanoseconds(962));
    EXPECT_EQ(file.flows[2].start, nanoseconds(2611));
}

// The first flows of the file start at 2.000000962 and 2.000002612 s: 1650 ns apart.
TEST(FlowFile, StartsAreExactAndCountFromTheFirst)
{
    const FlowFile file = read_flow_file(kData + "websearch-100.flow.txt", "", 320);
    EXPECT_EQ(file.flows.size(), 100U);
    EXPECT_EQ(file.origin, Time{2'000'000'962'000});
    EXPECT_EQ(file.flows[1].start, nanoseconds(1650));
    EXPECT_EQ(file.flows[0].bytes, 24375);
    EXPECT_TRUE(file.sorted);
}

TEST(FlowFile, SortsByStartAndKeepsTheOrderOfTies)
{
    const TextFile text("3\n1 2 3 100 10 2.5\n3 4 3 100 20 2.25\n5 6 3 100 30 2.5\n");
    const FlowFile file = read_flow_file(text.path(), "", 10);
    EXPECT_FALSE(file.sorted);
    EXPECT_EQ(file.flows[0].src, 3U);
    EXPECT_EQ(file.flows[1].src, 1U);
    EXPECT_EQ(file.flows[2].src, 5U);
    EXPECT_EQ(file.flows[1].start, milliseconds(250));
}

TEST(FlowFile, HoldsFlowsBeyond4GiB)
{
    const TextFile text("1\r\n\r\n0 1 3 100 5000000000000 0.000000000001\r\n");
    EXPECT_EQ(read_flow_file(text.path(), "hpcc", 2).flows[0].bytes, 5'000'000'000'000);
}

TEST(FlowFile, RefusesWithPlaceAndReason)
{
    const struct {
        const char* text;
        const char* sentence;
    } table[] = {
        {"", "flow-file: 'F' holds no flows"},
        {"\n\n", "flow-file: 'F' holds no flows"},
        {"0\n", "F:1: number of flows: 0 is out of range, 1 to 9223372036854775807"},
        {"-1\n", "F:1: the first line must be the number of flows alone, and is '-1'"},
        {"x\n", "F:1: the first line must be the number of flows alone, and is 'x'"},
        {"1 2\n", "F:1: the first line must be the number of flows alone, and is '1 ...'"},
        {"99999999999999999999\n",
         "F:1: number of flows: 99999999999999999999 is out of range, 1 to 9223372036854775807"},
        {"9000000000000000000\n0 1 3 100 5 2.0\n",
         "F:2: the file ends after 1 of the 9000000000000000000 flows that its first line announces"},
        {"2\n0 1 3 100 5 2.0\n", "F:2: the file ends after 1 of the 2 flows that its first line announces"},
        {"1\n0 1 3 100 1000000.0 2.0\n", "F:2: bytes: '1000000.0' is not a whole number"},
        {"1\n2 1 3 10000000 2.0 9.5\n", "F:2: these are ns3-rdma's columns, src dst priority packets start "
                                        "end; write src dst priority port bytes "
                                        "start"},
        {"1\n0 1 3 100 5\n",
         "F:2: a flow has 6 columns, src dst priority port bytes seconds; this line has 5"},
        {"1\n0 1 3 100 5 2.0 7\n",
         "F:2: a flow has 6 columns, src dst priority port bytes seconds; this line has 7"},
        {"1\n0 10 3 100 5 2.0\n", "F:2: dst is node 10, and the fabric has nodes 0 to 9"},
        {"1\n4294967297 1 3 100 5 2.0\n", "F:2: src is node 4294967297, and the fabric has nodes 0 to 9"},
        {"1\n4 4 3 100 5 2.0\n", "F:2: node 4 sends to itself"},
        {"1\na 4 3 100 5 2.0\n", "F:2: src: 'a' is not a whole number"},
        {"1\n0 1 8 100 5 2.0\n", "F:2: priority: 8 is out of range, 0 to 7"},
        {"1\n0 1 3 65536 5 2.0\n", "F:2: port: 65536 is out of range, 0 to 65535"},
        {"1\n0 1 3 100 0 2.0\n", "F:2: bytes: 0 is out of range, 1 to 9223372036854775807"},
        {"1\n0 1 3 100 -5 2.0\n", "F:2: bytes: -5 is out of range, 1 to 9223372036854775807"},
        {"1\n0 1 3 100 1e6 2.0\n", "F:2: bytes: '1e6' is not a whole number"},
        {"1\n0 1 3 100 5 nan\n", "F:2: start: 'nan' is not a time in seconds, such as 2.000000962"},
        {"1\n0 1 3 100 5 -1\n", "F:2: start: '-1' is not a time in seconds, such as 2.000000962"},
        {"1\n0 1 3 100 5 1e300\n", "F:2: start: 1e300 s is beyond 1000000 s"},
        {"1\n0 1 3 100 5 2.0x\n", "F:2: start: '2.0x' is not a time in seconds, such as 2.000000962"},
        {"1\n0 1 3 100 5 99999999\n", "F:2: start: 99999999 s is beyond 1000000 s"},
        {"HYBRID_TRANSFORMER\n",
         "F:1: the first line must be the number of flows alone, and is 'HYBRID_TRANSFORMER'"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_of(row.text), row.sentence);
}

TEST(FlowFile, RefusesAFormatThatTheFileIsNot)
{
    EXPECT_EQ(sentence_of("Nodes 4\nConnections 1\n", "hpcc"),
              "F:1: this looks like the format htsim, not hpcc");
    EXPECT_EQ(sentence_of("1\n0 1 3 100 5 2.0\n", "htsim"),
              "F:1: this looks like the format hpcc, not htsim");
    EXPECT_THROW(read_flow_file("/nowhere/flow.txt", "", 128), BadInput);
    EXPECT_THROW(read_flow_file(kData, "", 128), BadInput);  // a folder
}

}  // namespace
}  // namespace hpnsim
