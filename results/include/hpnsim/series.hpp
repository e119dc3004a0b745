// SPDX-License-Identifier: GPL-2.0-only
// Holds what was sampled while a run went on (`--series-us`).
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace hpnsim
{

/// A QP at the end of an interval.
struct QpSample {
    Rate rate;
    Bytes window = 0;  ///< payload; negative: no limit
    Bytes in_flight = 0;
    Bytes delivered = 0;  ///< payload that its peer received in the interval, each byte once
};

/// A port at the end of an interval.
struct PortSample {
    Bytes queue = 0;  ///< wire bytes that wait, in all priorities
    Time paused;      ///< how much of the interval PFC stopped one of its priorities
    Time sending;     ///< how much of the interval it was sending
};

template <class Sample> struct SeriesRow {
    Time at;
    Time interval;      ///< since the sample before
    uint32_t name = 0;  ///< index in Series::qps, Series::ports
    Sample sample;
};

/// Holds rows in the order of time. What is idle, and was idle one sample earlier, has no row.
struct Series {
    std::vector<std::string> qps;    ///< "3-0:qp1": from endpoint 3 to 0, number 1 at 3
    std::vector<std::string> ports;  ///< as in queues.csv
    std::vector<SeriesRow<QpSample>> qp_rows;
    std::vector<SeriesRow<PortSample>> port_rows;
    bool empty() const { return qp_rows.empty() && port_rows.empty(); }
};

/// Payload rate in Gb/s over the interval.
inline double goodput_gbps(const SeriesRow<QpSample>& row)
{
    return row.interval.ps > 0
               ? static_cast<double>(row.sample.delivered) * 8000 / static_cast<double>(row.interval.ps)
               : 0;
}

/// Writes series.csv row after row, because the text of many samples would take more memory than they do.
void write_series(const Series& series, std::ostream& out);

}  // namespace hpnsim
