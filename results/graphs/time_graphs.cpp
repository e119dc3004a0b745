// SPDX-License-Identifier: GPL-2.0-only
// Graphs over time from series.csv: rates, windows, goodput, queues, and when PFC stopped which port.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/run_graphs.hpp"
#include "plots/samples_over_time.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace hpnsim
{

namespace
{

constexpr size_t kMostCurves = 6, kMostPaused = 12, kMostRuns = 6;

using Curves = std::vector<std::pair<std::string, TimePoints>>;     // in the order of the record's names
using QpValue = std::function<double(const SeriesRow<QpSample>&)>;  // below 0: there is none

template <class Row, class Value>
Curves curves_over(const std::vector<std::string>& names, const std::vector<Row>& rows, Value value)
{
    std::vector<TimePoints> points(names.size());
    for (const Row& row : rows)
        if (const double y = value(row); y >= 0) add_point(points[row.name], row, y);
    Curves out;
    for (size_t at = 0; at < names.size(); ++at)
        if (!points[at].empty()) out.emplace_back(names[at], std::move(points[at]));
    return out;
}

Curves qp_curves(const Series& series, const QpValue& value)
{
    return curves_over(series.qps, series.qp_rows, value);
}

Curves queue_curves(const Series& series)
{
    return curves_over(series.ports, series.port_rows, [](const SeriesRow<PortSample>& row) {
        return static_cast<double>(row.sample.queue) / 1e3;
    });
}

Curves curves_of(const Series& series, const std::string& of)
{
    if (of == "queue") return queue_curves(series);
    if (of == "rate")
        return qp_curves(series,
                         [](const auto& row) { return static_cast<double>(row.sample.rate.bps) / 1e9; });
    if (of == "window")
        return qp_curves(series,
                         [](const auto& row) { return static_cast<double>(row.sample.window) / 1e3; });
    return qp_curves(series, [](const auto& row) { return goodput_gbps(row); });
}

double peak(const TimePoints& points)
{
    double most = 0;
    for (const auto& point : points) most = std::max(most, point.second);
    return most;
}

/// The deepest queues, or QPs spread over all of them.
Curves chosen(Curves curves, bool deepest)
{
    if (deepest) {
        std::stable_sort(curves.begin(), curves.end(),
                         [](const auto& a, const auto& b) { return peak(a.second) > peak(b.second); });
        while (!curves.empty() && (curves.size() > kMostCurves || peak(curves.back().second) <= 0))
            curves.pop_back();
        return curves;
    }
    if (curves.size() <= kMostCurves) return curves;
    Curves some;
    for (size_t k = 0; k < kMostCurves; ++k) some.push_back(curves[k * curves.size() / kMostCurves]);
    return some;
}

Curves named(Curves curves, const std::vector<std::string>& only)
{
    curves.erase(std::remove_if(curves.begin(), curves.end(),
                                [&only](const auto& curve) {
                                    return std::find(only.begin(), only.end(), curve.first) == only.end();
                                }),
                 curves.end());
    return curves;
}

GraphPanel curve_panel(const RunSample& sample, const std::string& of, const std::vector<std::string>& only)
{
    Curves all = curves_of(sample.seeds[0].series, of);
    GraphPanel panel;
    for (const auto& [name, points] :
         only.empty() ? chosen(std::move(all), of == "queue") : named(std::move(all), only)) {
        GraphSeries series{name, Stroke::line, {}};
        for (const auto& [x, y] : thinned(of == "goodput" ? averaged(points) : points))
            series.points.push_back({x, y, {}});
        panel.series.push_back(series);
    }
    const bool kilobytes = of == "queue" || of == "window";
    panel.y.label = of + (kilobytes ? " (KB)" : " (Gb/s)");
    panel.y.zero = true;
    panel.height = 2;
    return panel;
}

/// When which ports were stopped. A sample says for how long in its interval, not when in it.
GraphPanel pause_panel(const RunSample& sample, const std::vector<std::string>& only)
{
    const Series& series = sample.seeds[0].series;
    std::map<std::string, GraphSeries> all;
    std::map<std::string, double> paused;
    for (const auto& row : series.port_rows) {
        if (row.sample.paused.ps <= 0) continue;
        const std::string& name = series.ports[row.name];
        const double from = (row.at - row.interval).us();
        const double to = from + std::min(row.sample.paused, row.interval).us();
        all[name].points.push_back({from, 0, std::make_pair(from, to)});
        paused[name] += to - from;
    }
    std::vector<std::string> names;
    for (const auto& each : paused)
        if (only.empty() || std::find(only.begin(), only.end(), each.first) != only.end())
            names.push_back(each.first);
    std::stable_sort(names.begin(), names.end(),
                     [&](const std::string& a, const std::string& b) { return paused[a] > paused[b]; });
    if (names.size() > kMostPaused) names.resize(kMostPaused);
    GraphPanel panel;
    for (size_t at = 0; at < names.size(); ++at) {
        GraphSeries one{"paused", Stroke::spans, all[names[at]].points};
        for (GraphPoint& point : one.points) point.y = static_cast<double>(at);
        panel.series.push_back(one);
    }
    panel.y.names = names;
    panel.height = 0.4 + 0.2 * static_cast<double>(names.size());
    return panel;
}

void check_names(const std::vector<RunSample>& samples, const std::string& of,
                 const std::vector<std::string>& only)
{
    std::set<std::string> there;
    for (const RunSample& sample : samples) {
        const Series& series = sample.seeds[0].series;
        const auto& names = of == "queue" || of == "pauses" ? series.ports : series.qps;
        there.insert(names.begin(), names.end());
    }
    for (const std::string& name : only)
        if (there.count(name) == 0)
            throw BadInput("no series of '" + name + "'" + suggestion(name, {there.begin(), there.end()}));
}

}  // namespace

const std::vector<std::string>& time_series()
{
    static const std::vector<std::string> kAll = {"rate", "queue", "window", "goodput", "pauses"};
    return kAll;
}

Graph time_graph(const std::vector<RunSample>& samples, const std::string& of,
                 const std::vector<std::string>& only)
{
    check_names(samples, of, only);
    Graph out;
    out.own_legend = true;
    bool pauses = false;
    for (size_t at = 0; at < std::min(samples.size(), kMostRuns); ++at) {
        const std::string title = samples.size() > 1 ? samples[at].label : "";
        GraphPanel curves = of == "pauses" ? GraphPanel() : curve_panel(samples[at], of, only);
        GraphPanel paused = of == "queue" || of == "pauses"
                                ? pause_panel(samples[at], of == "queue" ? std::vector<std::string>() : only)
                                : GraphPanel();
        curves.title = title;
        if (!paused.series.empty())
            paused.title = "PFC pauses" + (title.empty() || of == "queue" ? "" : ": " + title);
        pauses = pauses || !paused.series.empty();
        for (GraphPanel* panel : {&curves, &paused})
            if (!panel->series.empty()) out.panels.push_back(std::move(*panel));
    }
    if (out.panels.empty()) return {};
    for (GraphPanel& panel : out.panels) panel.x.zero = true;
    out.panels.back().x.label = "time (us)";
    if (of == "goodput")
        out.notes.push_back(
            "Payload that each QP's peer received, each byte once: means over the samples, or over "
            "so many of them that 64 KB arrive on average.");
    if (of == "queue") out.notes.push_back("Bytes that wait at the ports with the deepest queues.");
    if (of != "queue" && of != "pauses" && only.empty())
        out.notes.push_back("At most 6 QPs a run are shown, spread over all of them.");
    if (pauses)
        out.notes.push_back("A span's length is the time that PFC stopped the port in a sampling interval; "
                            "where in the interval it was, is not known.");
    if (samples[0].seeds.size() > 1) out.notes.push_back("Samples are of the first seed.");
    return out;
}

}  // namespace hpnsim
