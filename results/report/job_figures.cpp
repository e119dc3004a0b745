// SPDX-License-Identifier: GPL-2.0-only
// What jobs got: bus bandwidth of collectives, where an iteration of training spends its time, and completion
// times of each of several jobs.
#include "hpnsim/bootstrap.hpp"
#include "hpnsim/record_extra.hpp"
#include "hpnsim/size_sweep.hpp"
#include "hpnsim/statistics.hpp"
#include "plots/curves.hpp"
#include "report/figures.hpp"

namespace hpnsim
{

namespace
{

/// A figure of `extra` as a mean over seeds, with its interval.
std::optional<GraphPoint> point_of(const RunRecord& run, const std::string& key, double x)
{
    const auto value = extra_number(run, key);
    if (!value) return std::nullopt;
    GraphPoint point{x, *value, {}};
    const auto seeds = run.extra.find("seeds");
    if (seeds == run.extra.end() || run.extra.contains("seeds_note")) return point;
    std::vector<double> values;
    for (const auto& seed : *seeds)
        if (seed.contains(key) && seed[key].is_number()) values.push_back(seed[key].get<double>());
    if (values.empty()) return point;
    const Estimate found = bootstrap(values, mean_of);
    point.y = found.value;
    if (found.interval) point.ends = {found.interval->low, found.interval->high};
    return point;
}

}  // namespace

Graph busbw_bars(const Runs& runs)
{
    GraphPanel panel;
    panel.x.names = {"reached", "bound"};
    panel.y.label = "bus bandwidth (GB/s)";
    panel.y.zero = true;
    for (const RunRecord& run : runs) {
        const auto bandwidth = bus_bandwidth(run);
        const auto reached = point_of(run, "busbw_GBps", 0);
        if (!bandwidth || !reached || size_sweep(run)) continue;  // a curve over sizes says more
        GraphSeries series{run.label, Stroke::bars, {*reached}};
        if (bandwidth->ideal) series.points.push_back({1, *bandwidth->ideal, {}});
        panel.series.push_back(series);
    }
    Graph out{"busbw", {}, {panel}, false, false, ""};
    if (panel.series.empty()) return {};
    out.notes = {
        "Bus bandwidth as nccl-tests defines it; the bound is the algorithm's lower-bound time. Whiskers are "
        "95 % intervals over seeds."};
    return out;
}

Graph training_bars(const Runs& runs)
{
    constexpr std::pair<const char*, const char*> kParts[] = {
        {"compute", "compute_us"},         {"TP", "exposed_tp_us"}, {"PP", "exposed_pp_us"},
        {"DP", "exposed_dp_us"},           {"EP", "exposed_ep_us"}, {"CP", "exposed_cp_us"},
        {"storage", "exposed_storage_us"}, {"bubble", "bubble_us"}};
    GraphPanel panel;
    panel.y.label = "time of an iteration (us)";
    panel.y.zero = true;
    for (const RunRecord& run : runs) panel.series.push_back({run.label, Stroke::bars, {}});
    for (const auto& [name, key] : kParts) {
        const auto place = static_cast<double>(panel.x.names.size());
        bool any = false;
        for (size_t at = 0; at < runs.size(); ++at) {
            if (!extra_number(runs[at], "iteration_us")) continue;
            const auto point = point_of(runs[at], key, place);
            if (!point || point->y <= 0) continue;
            panel.series[at].points.push_back(*point);
            any = true;
        }
        if (any) panel.x.names.emplace_back(name);
    }
    if (panel.x.names.empty()) return {};
    Graph out{"training", {}, {panel}, false, false, ""};
    out.notes = {
        "Where the time of an iteration goes, as a mean over ranks: computing, waiting for communication of "
        "each kind that nothing hides, and idle in the pipeline's bubble."};
    return out;
}

Graph job_fct_graph(const Runs& runs)
{
    constexpr size_t kMost = 8;  // curves that can still be told apart
    GraphPanel panel;
    for (const RunRecord& run : runs)
        for (uint32_t job = 0; job < run.jobs.size() && panel.series.size() < kMost; ++job) {
            RunRecord one;
            for (const FlowRow& row : run.flows)
                if (row.job == job) one.flows.push_back(row);
            GraphSeries series{
                runs.size() > 1 ? run.label + ": " + run.jobs[job] : run.jobs[job], Stroke::steps, {}};
            for (const Point& point : cdf(completed_fcts(one), 1e6))
                series.points.push_back({point.x, point.y, {}});
            if (!series.points.empty()) panel.series.push_back(std::move(series));
        }
    if (panel.series.empty()) return {};
    panel.x.label = "flow completion time (us)";
    panel.x.log = true;
    panel.y.label = "share of flows";
    panel.y.zero = true;
    panel.y.end = 1;
    Graph out{"fct_by_job", {}, {panel}, false, false, ""};
    out.notes = {
        "Share of the completed flows of each job that took at most so long: further left is faster."};
    if (panel.series.size() == kMost) out.notes.emplace_back("The first eight are shown.");
    return out;
}

}  // namespace hpnsim
