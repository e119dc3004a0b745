// SPDX-License-Identifier: GPL-2.0-only
// Writes series.csv, one row a sample.
#include "hpnsim/format.hpp"
#include "hpnsim/series.hpp"

#include <ostream>

namespace hpnsim
{

namespace
{

std::string row(const Series& series, const SeriesRow<QpSample>& row)
{
    const QpSample& qp = row.sample;
    return format_ns(row.at) + ",qp," + csv_field(series.qps[row.name]) + "," +
           format_fixed(qp.rate.gbps(), 6) + "," + (qp.window < 0 ? "" : std::to_string(qp.window)) + "," +
           std::to_string(qp.in_flight) + "," + format_fixed(goodput_gbps(row), 6) + ",,\n";
}

std::string row(const Series& series, const SeriesRow<PortSample>& row)
{
    return format_ns(row.at) + ",port," + csv_field(series.ports[row.name]) + ",,,,," +
           std::to_string(row.sample.queue) + "," + format_ns(row.sample.paused) + "\n";
}

}  // namespace

void write_series(const Series& series, std::ostream& out)
{
    out << "time_ns,kind,name,rate_gbps,window_bytes,in_flight_bytes,goodput_gbps,queue_bytes,paused_ns\n";
    auto port = series.port_rows.begin();
    for (const auto& qp : series.qp_rows) {
        for (; port != series.port_rows.end() && port->at < qp.at; ++port) out << row(series, *port);
        out << row(series, qp);
    }
    for (; port != series.port_rows.end(); ++port) out << row(series, *port);
}

}  // namespace hpnsim
