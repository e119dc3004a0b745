// SPDX-License-Identifier: GPL-2.0-only
// Tests every column of every csv file: what is written is read back, nulls and odd texts included.
#include "hpnsim/columns.hpp"

#include "contract/contract.hpp"
#include "hpnsim/csv.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace hpnsim
{

namespace
{

const std::string kOdd = "a \"quoted\", comma'd text, \xc3\xbc \" ,";

template <class Row> std::vector<Row> read_back(const std::vector<Column<Row>>& columns, const Row& row)
{
    const test::TempFolder dir;
    std::ofstream(dir / "x.csv") << csv_head(columns) << csv_row(columns, row);
    std::vector<Row> out;
    EXPECT_TRUE(read_csv<Row>(dir / "x.csv", columns, [&](const Row& read) { out.push_back(read); }));
    return out;
}

/// Reads the row back and compares it column by column.
template <class Row> void expect_round_trip(const std::vector<Column<Row>>& columns, const Row& row)
{
    const std::vector<Row> back = read_back(columns, row);
    ASSERT_EQ(back.size(), 1u);
    for (const Column<Row>& column : columns) {
        EXPECT_EQ(column.get(back[0]), column.get(row)) << column.name;
    }
}

/// The same, of a row in which no column has the value that it has in a row nobody has filled: a column that
/// is not read at all would be seen.
template <class Row> void expect_every_column(const std::vector<Column<Row>>& columns, const Row& row)
{
    expect_round_trip(columns, row);
    for (const Column<Row>& column : columns)
        EXPECT_NE(column.get(row), column.get(Row())) << column.name << " is not tested by this row";
}

template <class Row> void expect_described(const std::vector<Column<Row>>& columns)
{
    std::set<std::string> names;
    for (const Column<Row>& column : columns) {
        EXPECT_TRUE(names.insert(column.name).second) << column.name << " is there twice";
        EXPECT_NE(std::string(column.unit), "") << column.name;
        EXPECT_NE(std::string(column.meaning), "") << column.name;
    }
}

FlowRow some_flow()
{
    FlowRow flow;
    flow.id = 18446744073709551615u;
    flow.src = 4294967295u;
    flow.dst = 7;
    flow.qp = 3;
    flow.bytes = 9223372036854775807;
    flow.start = Time{-1'500};
    flow.end = Time{9'000'000'000'123};
    flow.ideal = Time{4'000'000'000'001};
    flow.retransmitted = 4096;
    flow.status = FlowStatus::ok;
    flow.seed = 42;
    return flow;
}

PortRow some_port()
{
    PortRow port;
    port.name = kOdd;
    port.tier = "t,or";
    port.role = "\"";
    port.plane = -1;
    port.rate = mbps(12'345);
    port.peak_queue = 1;
    port.mean_queue = 1234567.875;
    port.ecn_marks = 2;
    port.drops = 3;
    port.trims = 4;
    port.pfc_pauses = 5;
    port.pfc_paused = Time{6'001};
    port.bytes = 7;
    port.utilisation = 0.999999;
    port.pfc_storms = 8;
    port.seed = 9;
    return port;
}

}  // namespace

TEST(Columns, AreDescribedAndNamedOnce)
{
    expect_described(flow_columns());
    expect_described(port_columns());
    expect_described(series_columns());
    expect_described(queue_depth_columns());
    expect_described(throughput_columns());
    EXPECT_EQ(csv_head(flow_columns()), test::flow_columns() + "\n");
}

TEST(Columns, OfAFlowAreReadBack)
{
    FlowRow flow = some_flow();
    expect_round_trip(flow_columns(), flow);
    const FlowRow back = read_back(flow_columns(), flow)[0];
    for (const Column<FlowRow>& column : flow_columns()) {
        if (column.name != std::string("status")) {
            EXPECT_NE(column.get(back), column.get(FlowRow())) << column.name;
        }
    }
    for (size_t i = 0; i < std::size(kFlowStatusTexts); ++i) {
        flow.status = static_cast<FlowStatus>(i);
        expect_round_trip(flow_columns(), flow);
        EXPECT_EQ(read_back(flow_columns(), flow)[0].status, flow.status);
    }
    flow.status = FlowStatus::ok;
    flow.ideal = {};  // no slowdown
    expect_round_trip(flow_columns(), flow);
}

/// A peer's definition shows in the slowdown alone.
TEST(Columns, OfAFlowSayWhetherItsSlowdownWasRaisedToOne)
{
    FlowRow flow = some_flow();
    flow.start = {};
    flow.end = Time{5};
    flow.at_least_one = true;
    EXPECT_TRUE(read_back(flow_columns(), flow)[0].at_least_one);
    expect_round_trip(flow_columns(), flow);
    flow.at_least_one = false;
    EXPECT_FALSE(read_back(flow_columns(), flow)[0].at_least_one);
    expect_round_trip(flow_columns(), flow);
}

TEST(Columns, OfAPortAreReadBack)
{
    expect_every_column(port_columns(), some_port());
    const PortRow back = read_back(port_columns(), some_port())[0];
    EXPECT_EQ(back.name, kOdd);
    EXPECT_EQ(back.rate, mbps(12'345));
    expect_round_trip(port_columns(), PortRow());
    PortRow broken = some_port();
    broken.name = "two\nlines\rand\ta tab";
    EXPECT_EQ(read_back(port_columns(), broken)[0].name, "two lines and a tab");
}

TEST(Columns, OfSamplesAreReadBack)
{
    SeriesLine line;
    line.at = Time{1};
    line.kind = "qp";
    line.name = kOdd;
    line.rate = bits_per_second(123'456'789'000);
    line.window = 0;
    line.in_flight = 5;
    line.goodput_gbps = 0.000001;
    line.queue = 6;
    line.paused = Time{};
    line.sending = Time{7};
    expect_every_column(series_columns(), line);
    SeriesLine empty;
    empty.kind = "port";
    expect_round_trip(series_columns(), empty);
    EXPECT_FALSE(read_back(series_columns(), empty)[0].window);
    EXPECT_EQ(read_back(series_columns(), line)[0].window, 0);
    expect_every_column(queue_depth_columns(), DepthLine{3, 1e-300});
    expect_every_column(throughput_columns(), ThroughputLine{Time{5}, Time{9}, 0.25});
}

}  // namespace hpnsim
