// SPDX-License-Identifier: GPL-2.0-only
// Declares the columns of the files of samples and shares: series.csv, queue_depth.csv, throughput.csv.
#include "columns/cells.hpp"

namespace hpnsim
{

namespace
{

/// A column that is empty in rows that have no such value.
template <class Field> Column<SeriesLine> optional_column(const char* name, const char* unit,
                                                          const char* meaning,
                                                          std::optional<Field> SeriesLine::*field)
{
    return {name,
            unit,
            meaning,
            Pool::first,
            [field](const SeriesLine& line) { return line.*field ? cell_text(*(line.*field)) : ""; },
            [field](SeriesLine& line, const std::string& text) {
                if (!text.empty()) read_cell(text, (line.*field).emplace());
            }};
}

void read_kind(SeriesLine& line, const std::string& text)
{
    if (text != "qp" && text != "port") throw BadCell{"a kind, which is 'qp' or 'port'"};
    line.kind = text;
}

std::string rate_text(const SeriesLine& line)
{
    return line.rate ? gbps_text(*line.rate, 6) : "";
}

void read_rate(SeriesLine& line, const std::string& text)
{
    if (!text.empty()) line.rate = read_gbps(text);
}

std::string goodput_text(const SeriesLine& line)
{
    return line.goodput_gbps ? format_fixed(*line.goodput_gbps, 6) : "";
}

void read_goodput(SeriesLine& line, const std::string& text)
{
    if (!text.empty()) read_cell(text, line.goodput_gbps.emplace());
}

}  // namespace

const std::vector<Column<SeriesLine>>& series_columns()
{
    static const std::vector<Column<SeriesLine>> kColumns = {
        column("time_ns", "ns", "end of the interval; the end of the run cuts the last one short",
               &SeriesLine::at, Pool::first),
        {"kind", "text", "`qp` or `port`", Pool::first, [](const SeriesLine& line) { return line.kind; },
         read_kind},
        column("name", "text", "of a QP, `3-0:qp1` (from, to, number); of a port, its name in `queues.csv`",
               &SeriesLine::name, Pool::first),
        {"rate_gbps", "Gb/s", "rate of a QP at `time_ns`", Pool::first, rate_text, read_rate},
        optional_column("window_bytes", "bytes", "window of a QP at `time_ns`; empty if there is no limit",
                        &SeriesLine::window),
        optional_column("in_flight_bytes", "bytes", "payload of a QP in flight at `time_ns`",
                        &SeriesLine::in_flight),
        {"goodput_gbps", "Gb/s",
         "payload that the QP's peer received in the interval, each byte once, over its length", Pool::first,
         goodput_text, read_goodput},
        optional_column("queue_bytes", "bytes",
                        "of a switch port: wire bytes that wait, all priorities, without the packet that is "
                        "being sent",
                        &SeriesLine::queue),
        optional_column("paused_ns", "ns",
                        "of a port of a switch or a NIC: how much of the interval PFC stopped one of its "
                        "priorities",
                        &SeriesLine::paused),
        optional_column("sending_ns", "ns",
                        "of a port of a switch or a NIC: how much of the interval it was sending; over the "
                        "interval's length this is the link's load",
                        &SeriesLine::sending)};
    return kColumns;
}

const std::vector<Column<DepthLine>>& queue_depth_columns()
{
    static const std::vector<Column<DepthLine>> kColumns = {
        column("depth_up_to_bytes", "bytes", "upper bound of the bin of queue depths", &DepthLine::up_to,
               Pool::same),
        {"share_of_port_time", "1",
         "share of the time of all switch ports together in which a queue was in it", Pool::mean,
         [](const DepthLine& line) { return json_text(line.share); },
         [](DepthLine& line, const std::string& text) { read_cell(text, line.share); }}};
    return kColumns;
}

const std::vector<Column<ThroughputLine>>& throughput_columns()
{
    static const std::vector<Column<ThroughputLine>> kColumns = {
        column("from_ns", "ns", "begin of the bin", &ThroughputLine::from, Pool::same),
        column("to_ns", "ns", "end of the bin", &ThroughputLine::to, Pool::same),
        decimal_column("payload_gbps", "Gb/s",
                       "payload that all receivers together got in the bin, each byte once, over its length",
                       &ThroughputLine::payload_gbps, 6, Pool::mean)};
    return kColumns;
}

}  // namespace hpnsim
