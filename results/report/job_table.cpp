// SPDX-License-Identifier: GPL-2.0-only
// Shows the jobs that share the network of a run, a row each: what summary.json has under `jobs`.
#include "hpnsim/format.hpp"
#include "report/table.hpp"

#include <algorithm>
#include <functional>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

/// A column: how to find its value in what is said of a job, and to write it.
struct Spec {
    const char* head;
    const char* explain;
    const char* key;
    const char* member;  ///< of an object; empty: the value itself
    double unit;         ///< divides numbers; 0: whole numbers and texts stay
};

constexpr Spec kSpecs[] = {
    {"scenario", "what the job does", "scenario", "", 0},
    {"cc", "its congestion control", "cc", "", 0},
    {"flows", "rows of flows.csv", "flows", "", 0},
    {"done", "flows that completed", "completed", "", 0},
    {"failed", "flows in error", "failed", "", 0},
    {"unfin.", "flows that had not ended when the run did", "unfinished", "", 0},
    {"FCT us mean", "mean flow completion time", "fct_us", "mean", 1},
    {"p50", "median FCT, us", "fct_us", "p50", 1},
    {"p99", "99th percentile FCT, us; - if there are fewer than 100 flows", "fct_us", "p99", 1},
    {"max", "last FCT, us", "fct_us", "max", 1},
    {"slowd. p50", "median of FCT / ideal FCT", "slowdown", "p50", 1},
    {"busbw GB/s", "bus bandwidth of a collective, mean over its repetitions", "busbw_GBps", "", 1},
    {"iteration us", "an iteration of training", "iteration_us", "", 1},
    {"delivered MB", "payload that arrived over the network, in MB of 1,000,000 B", "delivered_bytes", "",
     1e6},
    {"goodput Gb/s", "that payload over the time from its start to its end, or that of the run",
     "goodput_gbps", "", 1},
    {"repeats", "repetitions that have ended", "repeats", "", 0},
    {"start us", "when it began", "start_us", "", 1},
    {"end us", "when it ended; - if it had not", "end_us", "", 1},
};

std::string cell_of(const Json& job, const Spec& spec)
{
    if (!job.is_object() || !job.contains(spec.key)) return "-";
    const Json* value = &job[spec.key];
    if (*spec.member != '\0') {
        if (!value->is_object() || !value->contains(spec.member)) return "-";
        value = &(*value)[spec.member];
    }
    if (value->is_string()) return value->get<std::string>();
    if (!value->is_number()) return "-";
    if (spec.unit > 0) return format_short(value->get<double>() / spec.unit);
    return value->is_number_integer() ? value->dump() : format_short(value->get<double>());
}

}  // namespace

std::vector<TableColumn> job_table(const std::vector<RunRecord>& runs)
{
    TableColumn labels{"job", "", {}, true};
    std::vector<const Json*> jobs;
    for (const RunRecord& run : runs) {
        if (!run.extra.is_object() || !run.extra.contains("jobs") || !run.extra["jobs"].is_object()) continue;
        for (const auto& item : run.extra["jobs"].items()) {
            labels.cells.push_back(runs.size() > 1 ? run.label + ": " + item.key() : item.key());
            jobs.push_back(&item.value());
        }
    }
    if (jobs.empty()) return {};
    std::vector<TableColumn> out{labels};
    for (const Spec& spec : kSpecs) {
        TableColumn column{spec.head, spec.explain, {}, false};
        for (const Json* job : jobs) column.cells.push_back(cell_of(*job, spec));
        const auto all_are = [&column](const char* text) {
            return std::all_of(column.cells.begin(), column.cells.end(),
                               [text](const std::string& cell) { return cell == text; });
        };
        const bool rare = std::string(spec.key) == "failed" || std::string(spec.key) == "unfinished";
        if (!all_are("-") && !(rare && all_are("0"))) out.push_back(std::move(column));
    }
    return out;
}

}  // namespace hpnsim
