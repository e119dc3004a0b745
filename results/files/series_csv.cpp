// SPDX-License-Identifier: GPL-2.0-only
// Writes series.csv: samples of QPs and ports in the order of time.
#include "files/series_lines.hpp"
#include "hpnsim/csv.hpp"

#include <cmath>
#include <numeric>
#include <ostream>

namespace hpnsim
{

namespace
{

/// The number of the name in the list, to which a new one is added.
uint32_t index_of(const std::string& name, std::map<std::string, uint32_t>& known,
                  std::vector<std::string>& names)
{
    const auto [found, is_new] = known.emplace(name, static_cast<uint32_t>(names.size()));
    if (is_new) names.push_back(name);
    return found->second;
}

Time gcd(Time a, Time b)
{
    return Time{std::gcd(a.ps, b.ps)};
}

}  // namespace

SeriesLine line_of(const Series& series, const SeriesRow<QpSample>& row)
{
    SeriesLine line;
    line.at = row.at;
    line.kind = "qp";
    line.name = series.qps[row.name];
    line.rate = row.sample.rate;
    if (row.sample.window >= 0) line.window = row.sample.window;
    line.in_flight = row.sample.in_flight;
    line.goodput_gbps = goodput_gbps(row);
    return line;
}

SeriesLine line_of(const Series& series, const SeriesRow<PortSample>& row)
{
    SeriesLine line;
    line.at = row.at;
    line.kind = "port";
    line.name = series.ports[row.name];
    line.queue = row.sample.queue;
    line.paused = row.sample.paused;
    line.sending = row.sample.sending;
    return line;
}

void write_series(const Series& series, std::ostream& out)
{
    const auto& columns = series_columns();
    out << csv_head(columns);
    auto port = series.port_rows.begin();
    for (const auto& qp : series.qp_rows) {
        for (; port != series.port_rows.end() && port->at < qp.at; ++port)
            out << csv_row(columns, line_of(series, *port));
        out << csv_row(columns, line_of(series, qp));
    }
    for (; port != series.port_rows.end(); ++port) out << csv_row(columns, line_of(series, *port));
}

void SeriesBuilder::add(const SeriesLine& line)
{
    if (line.at != last_) {
        period_ = gcd(period_, last_);
        last_ = line.at;
    }
    if (line.kind == "port") {
        const uint32_t name = index_of(line.name, ports_, series_.ports);
        series_.port_rows.push_back(
            {line.at,
             {},
             name,
             {line.queue.value_or(0), line.paused.value_or(Time{}), line.sending.value_or(Time{})}});
        return;
    }
    const uint32_t name = index_of(line.name, qps_, series_.qps);
    series_.qp_rows.push_back(
        {line.at,
         {},
         name,
         {line.rate.value_or(Rate{}), line.window.value_or(-1), line.in_flight.value_or(0), 0}});
    goodputs_.push_back(line.goodput_gbps.value_or(0));
}

Series SeriesBuilder::finish()
{
    const Time period = period_.ps > 0 ? period_ : last_;
    const auto interval = [&](Time at) {
        return period.ps > 0 && at.ps % period.ps != 0 ? Time{at.ps % period.ps} : period;
    };
    for (size_t i = 0; i < series_.qp_rows.size(); ++i) {
        SeriesRow<QpSample>& row = series_.qp_rows[i];
        row.interval = interval(row.at);
        row.sample.delivered = std::llround(goodputs_[i] * static_cast<double>(row.interval.ps) / 8000);
    }
    for (SeriesRow<PortSample>& row : series_.port_rows) row.interval = interval(row.at);
    return std::move(series_);
}

}  // namespace hpnsim
