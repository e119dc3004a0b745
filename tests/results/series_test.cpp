// SPDX-License-Identifier: GPL-2.0-only
// Tests what series.csv holds.
#include "hpnsim/series.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace hpnsim
{

namespace
{

Series two_of_each()
{
    Series series;
    series.qps = {"1-0:qp0"};
    series.ports = {"tor 0 -> h0"};
    const Time period = microseconds(2);
    series.qp_rows = {{period, period, 0, {gbps(400), 160'000, 8192, 50'000}},
                      {period * 2, period, 0, {gbps(100), -1, 0, 0}}};
    series.port_rows = {{period, period, 0, {4160, {}, period}},
                        {period * 2, period, 0, {0, nanoseconds(1500), nanoseconds(500)}}};
    return series;
}

std::string text_of(const Series& series)
{
    std::ostringstream out;
    write_series(series, out);
    return out.str();
}

}  // namespace

TEST(SeriesCsv, RowsInTheOrderOfTime)
{
    EXPECT_EQ(text_of(two_of_each()),
              "time_ns,kind,name,rate_gbps,window_bytes,in_flight_bytes,goodput_gbps,queue_bytes,paused_ns,"
              "sending_ns\n"
              "2000.000,qp,1-0:qp0,400.000000,160000,8192,200.000000,,,\n"
              "2000.000,port,tor 0 -> h0,,,,,4160,0.000,2000.000\n"
              "4000.000,qp,1-0:qp0,100.000000,,0,0.000000,,,\n"
              "4000.000,port,tor 0 -> h0,,,,,0,1500.000,500.000\n");
}

TEST(SeriesCsv, AShorterLastIntervalHasItsOwnRate)
{
    SeriesRow<QpSample> row{microseconds(3), microseconds(1), 0, {gbps(1), 0, 0, 25'000}};
    EXPECT_DOUBLE_EQ(goodput_gbps(row), 200);
}

}  // namespace hpnsim
