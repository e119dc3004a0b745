// SPDX-License-Identifier: GPL-2.0-only
// Chooses which keys of summary.json the comparison of runs shows, and how; summary_keys.hpp says what they
// mean.
#include "report/table.hpp"

#include "hpnsim/format.hpp"
#include "hpnsim/record_extra.hpp"
#include "hpnsim/report.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/summary_keys.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

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
    std::string explain;
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

/// Of a key of summary.json: its meaning and, of each run, its value.
const SummaryKey& key_named(const std::string& name)
{
    for (const auto* keys : {&summary_keys(), &extra_keys(), &host_keys()})
        for (const SummaryKey& key : *keys)
            if (key.name == name) return key;
    throw std::logic_error("the report has a column of " + name + ", which is no key of summary.json");
}

/// "-" for what a run does not have.
template <class Text> Spec spec(const char* head, const char* name, bool zero_is_nothing, Text text)
{
    const SummaryKey& key = key_named(name);
    return {head, key.meaning, zero_is_nothing, [&key, text](const Row& row) {
                const auto value = key.get(row.run);
                return value.is_number() ? text(value) : std::string("-");
            }};
}

Spec counted(const char* head, const char* name, bool zero_is_nothing)
{
    return spec(head, name, zero_is_nothing,
                [](const nlohmann::ordered_json& value) { return count(value.get<uint64_t>()); });
}

/// About three digits.
Spec measured(const char* head, const char* name, bool zero_is_nothing = false)
{
    return spec(head, name, zero_is_nothing,
                [](const nlohmann::ordered_json& value) { return format_short(value.get<double>()); });
}

Spec kilobytes(const char* head, const char* name)
{
    Spec out = spec(head, name, false, [](const nlohmann::ordered_json& value) {
        return format_short(value.get<double>() / 1e3);
    });
    out.explain += ", 1,000 B";
    return out;
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
    return {counted("flows", "flows", false),
            counted("done", "completed", false),
            counted("failed", "failed", false),
            counted("unfin.", "unfinished", true),
            {"FCT us mean", "mean flow completion time", false,
             [](const Row& r) { return millionths(r.fct.mean); }},
            {"p50", "median FCT, us", false, [](const Row& r) { return millionths(r.fct.p50); }},
            {"p99", "99th percentile FCT, us; - if there are fewer than 100 flows", false,
             [](const Row& r) { return millionths(r.fct.p99); }},
            {"max", "last FCT, us", false, [](const Row& r) { return millionths(r.fct.max); }},
            measured("ideal us", "ideal_us"),
            {"slowd. p50", "median of FCT / ideal FCT", false,
             [](const Row& r) { return millionths(r.slowdown.p50); }},
            {"slowd. p99", "99th percentile of FCT / ideal FCT", false,
             [](const Row& r) { return millionths(r.slowdown.p99); }}};
}

/// What a run lacks of ideal and efficiency follows from the other.
std::vector<Spec> collective_specs()
{
    return {
        measured("algbw GB/s", "algbw_GBps"),
        measured("busbw GB/s", "busbw_GBps"),
        {"ideal busbw", key_named("ideal_busbw_GBps").meaning, false,
         [](const Row& r) { return r.bw ? number(r.bw->ideal) : "-"; }},
        {"eff. %", key_named("efficiency").meaning, false,
         [](const Row& r) { return percent(r.bw ? r.bw->efficiency : extra_number(r.run, "efficiency")); }},
        {"verified", key_named("verified").meaning, false, [](const Row& r) { return verdict(r.run); }}};
}

std::vector<Spec> training_specs()
{
    return {
        measured("iteration us", "iteration_us"),
        measured("tokens/s", "tokens_per_s"),
        spec("MFU %", "achieved_mfu", false,
             [](const nlohmann::ordered_json& value) { return format_fixed(value.get<double>() * 100, 1); }),
        measured("compute us", "compute_us"),
        measured("TP us", "exposed_tp_us", true),
        measured("PP us", "exposed_pp_us", true),
        measured("DP us", "exposed_dp_us", true),
        measured("EP us", "exposed_ep_us", true),
        measured("CP us", "exposed_cp_us", true),
        measured("bubble us", "bubble_us", true)};
}

/// What failures cost, in scenarios that have any.
std::vector<Spec> failover_specs()
{
    Spec lost = spec("lost MB", "lost_bytes", false, [](const nlohmann::ordered_json& value) {
        return format_short(value.get<double>() / 1e6);
    });
    lost.explain += ", in MB of 1,000,000 B";
    return {measured("steady Gb/s", "steady_gbps"),
            measured("interrupted us", "interruption_us"),
            measured("recovery us", "recovery_us"),
            lost,
            measured("iteration us: before", "iteration_before_us"),
            measured("during", "iteration_during_us"),
            measured("after", "iteration_after_us")};
}

std::vector<Spec> network_specs()
{
    return {kilobytes("max queue KB", "max_queue_bytes"),
            counted("drops", "drops", false),
            counted("trims", "trims", true),
            counted("ECN marks", "ecn_marks", false),
            counted("CNPs", "cnps", true),
            counted("NACKs", "nacks", true),
            counted("timeouts", "timeouts", false),
            kilobytes("retx KB", "retransmitted_bytes"),
            counted("PFC pauses", "pfc_pauses", false),
            measured("paused us", "pfc_paused_us", true),
            measured("sim us", "sim_time_us"),
            spec("wall s", "wall_s", false,
                 [](const nlohmann::ordered_json& value) { return format_fixed(value.get<double>(), 2); }),
            {"M hops/s", "million packet-hops simulated per second", false, [](const Row& r) {
                 const auto rate = key_named("packet_hops_per_s").get(r.run);
                 return rate.is_number() ? format_short(rate.get<double>() / 1e6) : "-";
             }}};
}

bool all_are(const TableColumn& column, const std::string& text)
{
    return std::all_of(column.cells.begin(), column.cells.end(), [&](const auto& c) { return c == text; });
}

void add_columns(const std::vector<Spec>& specs, const std::vector<Row>& rows, std::vector<TableColumn>& out)
{
    for (const Spec& spec : specs) {
        TableColumn column{spec.head, spec.explain, {}, false};
        for (const Row& row : rows) column.cells.push_back(spec.cell(row));
        if (!all_are(column, "-") && !(spec.zero_is_nothing && all_are(column, "0")))
            out.push_back(std::move(column));
    }
}

size_t width(const TableColumn& column)
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

// TableColumns [first, last) beside the labels, which every block repeats.
std::string block(const std::vector<TableColumn>& columns, size_t first, size_t last, size_t label_width)
{
    std::string out;
    for (size_t line = 0; line <= columns[0].cells.size(); ++line) {
        const auto text = [&](const TableColumn& c) { return line == 0 ? c.head : c.cells[line - 1]; };
        out += padded(text(columns[0]).substr(0, label_width), label_width, true);
        for (size_t i = first; i < last; ++i)
            out += "  " + padded(text(columns[i]), width(columns[i]), false);
        out += "\n";
    }
    return out;
}

}  // namespace

std::vector<TableColumn> comparison_columns(const std::vector<RunRecord>& runs)
{
    std::vector<Row> rows;
    TableColumn labels{"run", "", {}, true};
    for (const RunRecord& run : runs) {
        rows.push_back({run, count_flows(run), fct_summary(run), slowdown_summary(run), bus_bandwidth(run)});
        labels.cells.push_back(run.label + (run.interrupted ? " (interrupted)" : ""));
    }
    std::vector<TableColumn> out{labels};
    for (const auto& specs :
         {training_specs(), flow_specs(), collective_specs(), failover_specs(), network_specs()})
        add_columns(specs, rows, out);
    return out;
}

std::string table_text(const std::vector<TableColumn>& columns)
{
    std::string out;
    if (columns.empty() || columns[0].cells.empty()) return out;
    const size_t label_width = std::min<size_t>(width(columns[0]), 60);
    for (size_t first = 1; first < columns.size();) {
        size_t last = first, used = label_width;
        while (last < columns.size() && used + 2 + width(columns[last]) <= kTerminal)
            used += 2 + width(columns[last++]);
        last = std::max(last, first + 1);
        out += (first > 1 ? "\n" : "") + block(columns, first, last, label_width);
        first = last;
    }
    return out;
}

std::string comparison_table(const std::vector<RunRecord>& runs, const std::vector<std::string>& refused)
{
    std::string out = table_text(comparison_columns(runs));
    if (const std::string jobs = table_text(job_table(runs)); !jobs.empty()) out += "\n" + jobs;
    for (const std::string& reason : refused) out += "not run: " + one_line(reason) + "\n";
    return out;
}

}  // namespace hpnsim
