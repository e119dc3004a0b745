// SPDX-License-Identifier: GPL-2.0-only
// Computes the cells of the comparison, and writes the terminal's table.
#include "report/table.hpp"

#include "hpnsim/format.hpp"
#include "hpnsim/record_extra.hpp"
#include "hpnsim/report.hpp"
#include "hpnsim/statistics.hpp"

#include <algorithm>
#include <functional>

namespace hpnsim
{

namespace
{

constexpr size_t kTerminal = 140;

/// Holds everything that a row is made of, computed once per run.
struct Row {
    const RunRecord& run;
    FlowCounts flows;
    Summary fct, slowdown;
    std::optional<BusBandwidth> bw;
};

struct Spec {
    const char* head;
    const char* explain;
    bool zero_is_nothing;  ///< drop the column when every run has 0
    std::function<std::string(const Row&)> cell;
};

std::string count(uint64_t value)
{
    std::string out = std::to_string(value);
    for (size_t i = out.size(); i > 3;) out.insert(i -= 3, ",");
    return out;
}

std::string millionths(const std::optional<int64_t>& value)
{
    return value ? format_short(static_cast<double>(*value) / 1e6) : "-";
}

std::string number(const std::optional<double>& value)
{
    return value ? format_short(*value) : "-";
}

std::string percent(const std::optional<double>& value)
{
    return value ? format_fixed(*value * 100, 1) : "-";
}

std::string mega(double value)
{
    return format_short(value / 1e6);
}

/// Returns the verdict of --verify; without it nothing is known.
std::string verdict(const RunRecord& run)
{
    if (!run.extra.is_object() || !run.extra.contains("verified")) return "-";
    const auto& verified = run.extra["verified"];
    return !verified.is_boolean() ? "-" : verified.get<bool>() ? "yes" : "NO";
}

std::vector<Spec> flow_specs()
{
    return {
        {"flows", "flows posted", false, [](const Row& r) { return count(r.flows.flows); }},
        {"done", "flows completed", false, [](const Row& r) { return count(r.flows.completed); }},
        {"failed", "flows that ended in an error", false, [](const Row& r) { return count(r.flows.failed); }},
        {"unfin.", "flows not finished when the run ended", true,
         [](const Row& r) { return count(r.flows.unfinished); }},
        {"FCT us mean", "mean flow completion time", false,
         [](const Row& r) { return millionths(r.fct.mean); }},
        {"p50", "median FCT, us", false, [](const Row& r) { return millionths(r.fct.p50); }},
        {"p99", "99th percentile FCT, us; - if there are fewer than 100 flows", false,
         [](const Row& r) { return millionths(r.fct.p99); }},
        {"max", "last FCT, us", false, [](const Row& r) { return millionths(r.fct.max); }},
        {"ideal us", "lower bound of the scenario in an empty network", false,
         [](const Row& r) { return number(extra_number(r.run, "ideal_us")); }},
        {"slowd. p50", "median of FCT / ideal FCT", false,
         [](const Row& r) { return millionths(r.slowdown.p50); }},
        {"slowd. p99", "99th percentile of FCT / ideal FCT", false,
         [](const Row& r) { return millionths(r.slowdown.p99); }}};
}

std::vector<Spec> collective_specs()
{
    return {
        {"algbw GB/s", "algorithm bandwidth, as nccl-tests has it", false,
         [](const Row& r) { return number(extra_number(r.run, "algbw_GBps")); }},
        {"busbw GB/s", "bus bandwidth, as nccl-tests has it", false,
         [](const Row& r) { return number(extra_number(r.run, "busbw_GBps")); }},
        {"ideal busbw", "bus bandwidth at the lower-bound time", false,
         [](const Row& r) { return r.bw ? number(r.bw->ideal) : "-"; }},
        {"eff. %", "efficiency: ideal time / time", false,
         [](const Row& r) { return percent(r.bw ? r.bw->efficiency : extra_number(r.run, "efficiency")); }},
        {"verified", "all bytes were right (--verify)", false, [](const Row& r) { return verdict(r.run); }}};
}

std::vector<Spec> network_specs()
{
    return {
        {"max queue KB", "deepest queue of one port and priority, 1,000 B", false,
         [](const Row& r) { return format_short(static_cast<double>(r.run.max_queue) / 1e3); }},
        {"drops", "packets dropped", false, [](const Row& r) { return count(r.run.drops); }},
        {"trims", "packets trimmed to headers", true, [](const Row& r) { return count(r.run.trims); }},
        {"ECN marks", "packets marked", false, [](const Row& r) { return count(r.run.ecn_marks); }},
        {"CNPs", "congestion notifications", true, [](const Row& r) { return count(r.run.cnps); }},
        {"NACKs", "negative acknowledgements", true, [](const Row& r) { return count(r.run.nacks); }},
        {"timeouts", "retransmission timeouts", false, [](const Row& r) { return count(r.run.timeouts); }},
        {"retx KB", "retransmitted payload, 1,000 B", false,
         [](const Row& r) { return format_short(static_cast<double>(r.run.retransmitted) / 1e3); }},
        {"PFC pauses", "pause frames obeyed", false, [](const Row& r) { return count(r.run.pfc_pauses); }},
        {"paused us", "time for which ports were paused, summed", true,
         [](const Row& r) { return format_short(r.run.pfc_paused.us()); }},
        {"sim us", "simulated time", false, [](const Row& r) { return format_short(r.run.sim_time.us()); }},
        {"wall s", "wall-clock time of the simulation", false,
         [](const Row& r) { return format_fixed(r.run.wall_s, 2); }},
        {"M hops/s", "million packet-hops simulated per second", false, [](const Row& r) {
             return r.run.wall_s > 0 ? mega(static_cast<double>(r.run.packet_hops) / r.run.wall_s) : "-";
         }}};
}

bool all_are(const Column& column, const std::string& text)
{
    return std::all_of(column.cells.begin(), column.cells.end(), [&](const auto& c) { return c == text; });
}

void add_columns(const std::vector<Spec>& specs, const std::vector<Row>& rows, std::vector<Column>& out)
{
    for (const Spec& spec : specs) {
        Column column{spec.head, spec.explain, {}, false};
        for (const Row& row : rows) column.cells.push_back(spec.cell(row));
        if (!all_are(column, "-") && !(spec.zero_is_nothing && all_are(column, "0")))
            out.push_back(std::move(column));
    }
}

size_t width(const Column& column)
{
    size_t out = column.head.size();
    for (const std::string& cell : column.cells) out = std::max(out, cell.size());
    return out;
}

std::string padded(const std::string& text, size_t size, bool left)
{
    const std::string blanks(size > text.size() ? size - text.size() : 0, ' ');
    return left ? text + blanks : blanks + text;
}

// Columns [first, last) beside the labels, which every block repeats.
std::string block(const std::vector<Column>& columns, size_t first, size_t last, size_t label_width)
{
    std::string out;
    for (size_t line = 0; line <= columns[0].cells.size(); ++line) {
        const auto text = [&](const Column& c) { return line == 0 ? c.head : c.cells[line - 1]; };
        out += padded(text(columns[0]).substr(0, label_width), label_width, true);
        for (size_t i = first; i < last; ++i)
            out += "  " + padded(text(columns[i]), width(columns[i]), false);
        out += "\n";
    }
    return out;
}

}  // namespace

std::vector<Column> comparison_columns(const std::vector<RunRecord>& runs)
{
    std::vector<Row> rows;
    Column labels{"run", "", {}, true};
    for (const RunRecord& run : runs) {
        rows.push_back({run, count_flows(run), fct_summary(run), slowdown_summary(run), bus_bandwidth(run)});
        labels.cells.push_back(run.label + (run.interrupted ? " (interrupted)" : ""));
    }
    std::vector<Column> out{labels};
    for (const auto& specs : {flow_specs(), collective_specs(), network_specs()})
        add_columns(specs, rows, out);
    return out;
}

std::string comparison_table(const std::vector<RunRecord>& runs, const std::vector<std::string>& refused)
{
    std::string out;
    if (!runs.empty()) {
        const auto columns = comparison_columns(runs);
        const size_t label_width = std::min<size_t>(width(columns[0]), 60);
        for (size_t first = 1; first < columns.size();) {
            size_t last = first, used = label_width;
            while (last < columns.size() && used + 2 + width(columns[last]) <= kTerminal)
                used += 2 + width(columns[last++]);
            last = std::max(last, first + 1);
            out += (first > 1 ? "\n" : "") + block(columns, first, last, label_width);
            first = last;
        }
    }
    for (const std::string& reason : refused) out += "not run: " + one_line(reason) + "\n";
    return out;
}

}  // namespace hpnsim
