// SPDX-License-Identifier: GPL-2.0-only
// Declares the columns of the csv files that a run leaves. It is the one place that says what a column is
// called, what it means and how it is written and read; writers, the reader and the tables of
// docs/outputs.md follow it.
#pragma once

#include "hpnsim/results.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// How the values of several seeds become one value.
enum class Pool {
    each,  ///< rows of all seeds follow each other, and each row names its seed
    first,
    sum,   ///< of numbers, or of objects and lists member by member; a missing one counts as 0, and a truth
           ///< must hold in all seeds
    mean,  ///< null when a seed lacks it
    largest,
    all_true,
    any_true,
    same,  ///< null unless all seeds agree
    anew   ///< computed from the flows or messages of all seeds together
};

/// What `set` throws about a text or JSON value that it cannot take: "EXPECTED", as in "a whole number".
struct BadCell {
    std::string expected;
};

/// A column of a file, whose rows are `Row`s and whose cells are `Value`s.
template <class Row, class Value = std::string> struct Column {
    const char* name;
    const char* unit;  ///< "ns", "count", "text", "1" (a ratio), ...
    const char* meaning;
    Pool pool;
    std::function<Value(const Row&)> get;
    std::function<void(Row&, const Value&)> set;  ///< empty: follows from other columns
};

/// A row of series.csv: a QP or a port at the end of a sampling interval.
struct SeriesLine {
    Time at;
    std::string kind;  ///< "qp" or "port"; a QP has the first four values, a port the last three
    std::string name;
    std::optional<Rate> rate;
    std::optional<Bytes> window;  ///< none: unlimited
    std::optional<Bytes> in_flight;
    std::optional<double> goodput_gbps;
    std::optional<Bytes> queue;
    std::optional<Time> paused;
    std::optional<Time> sending;
};

/// A row of queue_depth.csv.
struct DepthLine {
    Bytes up_to = 0;
    double share = 0;
};

/// A row of throughput.csv.
struct ThroughputLine {
    Time from, to;
    double payload_gbps = 0;
};

/// `set` of a column may use what an earlier column of the list has set.
const std::vector<Column<FlowRow>>& flow_columns();
/// The columns that the flows of jobs have besides, behind the others.
std::vector<Column<FlowRow>> job_columns(const std::vector<std::string>& jobs);
/// The column that flows have besides in a run in which figures are of some of them.
const std::vector<Column<FlowRow>>& measured_columns();
/// All columns of a run with these jobs and parameters.
std::vector<Column<FlowRow>> flow_columns(const RunRecord& run);
std::vector<Column<JobGoodputRow>> job_goodput_columns(const std::vector<std::string>& jobs);
const std::vector<Column<PortRow>>& port_columns();
const std::vector<Column<RankRow>>& rank_columns();
const std::vector<Column<SeriesLine>>& series_columns();
const std::vector<Column<DepthLine>>& queue_depth_columns();
const std::vector<Column<ThroughputLine>>& throughput_columns();

}  // namespace hpnsim
