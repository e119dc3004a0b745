// SPDX-License-Identifier: GPL-2.0-only
// Graphs of flows: distributions of completion times, their tails as bars, and slowdown by size.
#include "hpnsim/bootstrap.hpp"
#include "hpnsim/run_graphs.hpp"
#include "hpnsim/size_buckets.hpp"
#include "hpnsim/statistics.hpp"
#include "plots/curves.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace hpnsim
{

namespace
{

constexpr double kMillion = 1e6;
constexpr size_t kBandPoints = 250;

using Sorted = std::vector<int64_t>;

/// FCTs of each seed, and of all together, ascending.
struct Times {
    std::vector<Sorted> seeds;
    Sorted all;
};

Times times_of(const RunSample& sample)
{
    Times out;
    for (const RunRecord& run : sample.seeds) {
        Sorted fcts = completed_fcts(run);
        if (fcts.empty()) continue;
        out.all.insert(out.all.end(), fcts.begin(), fcts.end());
        out.seeds.push_back(std::move(fcts));
    }
    std::sort(out.all.begin(), out.all.end());
    return out;
}

double share_up_to(const Sorted& ascending, int64_t value)
{
    const auto end = std::upper_bound(ascending.begin(), ascending.end(), value);
    return static_cast<double>(end - ascending.begin()) / static_cast<double>(ascending.size());
}

/// The share that stays above the lowest tick of a logarithmic axis, where 0 has no place.
GraphSeries curve_of(const std::string& label, const Sorted& all, bool tail)
{
    GraphSeries out{label, Stroke::steps, {}};
    const double floor = 0.5 / static_cast<double>(all.size());
    for (const Point& point : cdf(all, kMillion))
        out.points.push_back({point.x, tail ? std::max(1 - point.y, floor) : point.y, {}});
    return out;
}

/// Between the lowest and the highest share of any seed, at points spread over the values of all.
GraphSeries band_of(const std::string& label, const Times& times, bool tail)
{
    GraphSeries out{label, Stroke::band, {}};
    const size_t step = std::max<size_t>(1, times.all.size() / kBandPoints);
    const double floor = 0.5 / static_cast<double>(times.all.size());
    for (size_t at = 0; at < times.all.size(); at += step) {
        const size_t rank = at + step >= times.all.size() ? times.all.size() - 1 : at;
        double low = 1, high = 0;
        for (const Sorted& seed : times.seeds) {
            const double share = share_up_to(seed, times.all[rank]);
            low = std::min(low, share);
            high = std::max(high, share);
        }
        const auto ends = tail ? std::make_pair(std::max(1 - high, floor), std::max(1 - low, floor))
                               : std::make_pair(low, high);
        out.points.push_back({static_cast<double>(times.all[rank]) / kMillion, ends.first, ends});
    }
    return out;
}

Graph distribution(const std::vector<RunSample>& samples, bool tail)
{
    Graph out;
    GraphPanel panel;
    bool bands = false;
    for (const RunSample& sample : samples) {
        const Times times = times_of(sample);
        if (times.all.size() < 2) continue;
        if (times.seeds.size() > 1) panel.series.push_back(band_of(sample.label, times, tail));
        bands = bands || times.seeds.size() > 1;
        panel.series.push_back(curve_of(sample.label, times.all, tail));
    }
    if (panel.series.empty()) return out;
    panel.x.label = "flow completion time (us)";
    panel.y.label = tail ? "share of slower flows" : "share of flows";
    panel.x.log = panel.y.log = tail;
    if (!tail) {
        panel.y.zero = true;
        panel.y.end = 1;
    }
    out.panels = {panel};
    out.notes = {tail ? "Share of completed flows that took longer; it ends at half a flow."
                      : "Share of completed flows that took at most so long."};
    if (bands)
        out.notes.push_back(
            "Curves are of the flows of all seeds; bands reach from the lowest to the highest "
            "curve of a single seed.");
    return out;
}

using Percentile = std::optional<int64_t> Summary::*;
constexpr std::array<std::pair<const char*, Percentile>, 4> kPercentiles = {
    {{"p50", &Summary::p50}, {"p95", &Summary::p95}, {"p99", &Summary::p99}, {"p99.9", &Summary::p999}}};

/// The percentile of a label: over seeds a mean with its interval, if every seed has enough flows for it;
/// else that of all flows together.
std::optional<GraphPoint> bar_of(const Times& times, double x, Percentile which)
{
    std::vector<double> values;
    for (const Sorted& seed : times.seeds)
        if (const auto value = summarise(seed).*which)
            values.push_back(static_cast<double>(*value) / kMillion);
    if (!values.empty() && values.size() == times.seeds.size()) {
        const Estimate found = bootstrap(values, mean_of);
        GraphPoint point{x, found.value, {}};
        if (found.interval) point.ends = {found.interval->low, found.interval->high};
        return point;
    }
    const auto pooled = summarise(times.all).*which;
    if (!pooled) return std::nullopt;
    return GraphPoint{x, static_cast<double>(*pooled) / kMillion, {}};
}

RunRecord pooled_flows(const RunSample& sample)
{
    RunRecord all;
    for (const RunRecord& run : sample.seeds)
        all.flows.insert(all.flows.end(), run.flows.begin(), run.flows.end());
    return all;
}

}  // namespace

RunSample sample_of(RunRecord record)
{
    RunSample out{record.label, {}};
    std::map<uint64_t, std::pair<std::vector<FlowRow>, std::vector<PortRow>>> parts;
    for (FlowRow& flow : record.flows) parts[flow.seed].first.push_back(flow);
    for (PortRow& port : record.ports) parts[port.seed].second.push_back(std::move(port));
    record.flows.clear();
    record.ports.clear();
    if (parts.size() < 2) {
        if (!parts.empty()) std::tie(record.flows, record.ports) = std::move(parts.begin()->second);
        out.seeds.push_back(std::move(record));
        return out;
    }
    for (auto& [seed, part] : parts) {
        RunRecord one = out.seeds.empty() ? record : RunRecord();  // what is of all seeds stands in the first
        one.label = record.label;
        one.seed = seed;
        std::tie(one.flows, one.ports) = std::move(part);
        out.seeds.push_back(std::move(one));
    }
    return out;
}

Graph fct_cdf_graph(const std::vector<RunSample>& samples)
{
    return distribution(samples, false);
}

Graph fct_ccdf_graph(const std::vector<RunSample>& samples)
{
    return distribution(samples, true);
}

Graph tail_latency_graph(const std::vector<RunSample>& samples)
{
    Graph out;
    GraphPanel panel;
    panel.y.label = "flow completion time (us)";
    panel.y.zero = true;
    for (const auto& each : kPercentiles) panel.x.names.emplace_back(each.first);
    bool intervals = false, seeds = false, missing = false;
    for (const RunSample& sample : samples) {
        const Times times = times_of(sample);
        GraphSeries series{sample.label, Stroke::bars, {}};
        for (size_t at = 0; at < kPercentiles.size(); ++at) {
            const auto bar = bar_of(times, static_cast<double>(at), kPercentiles[at].second);
            if (bar) series.points.push_back(*bar);
            intervals = intervals || (bar && bar->ends);
            missing = missing || !bar;
        }
        seeds = seeds || times.seeds.size() > 1;
        if (!series.points.empty()) panel.series.push_back(series);
    }
    if (panel.series.empty()) return out;
    size_t last = 0;
    for (const GraphSeries& series : panel.series)
        for (const GraphPoint& point : series.points) last = std::max(last, static_cast<size_t>(point.x));
    panel.x.names.resize(last + 1);
    out.panels = {panel};
    out.notes = {"Percentiles of the completion times of completed flows."};
    if (seeds)
        out.notes.push_back(
            "Bars are means over seeds of each seed's percentile, or where a seed has too few "
            "flows for it, the percentile of all seeds' flows together.");
    if (intervals) out.notes.push_back("Whiskers are 95 % intervals over seeds (bootstrap).");
    if (seeds && !intervals)
        out.notes.push_back("No intervals: they take at least " + std::to_string(kFewestForInterval) +
                            " seeds.");
    if (missing) out.notes.push_back("A bar is missing where there are too few flows for the percentile.");
    return out;
}

Graph slowdown_graph(const std::vector<RunSample>& samples)
{
    using Member = std::optional<int64_t> SizeBucket::*;
    const std::array<std::pair<const char*, Member>, 3> members = {
        {{"p50", &SizeBucket::p50}, {"p95", &SizeBucket::p95}, {"p99", &SizeBucket::p99}}};
    Graph out;
    out.beside = true;
    size_t most = 0;
    for (const auto& [name, member] : members) {
        GraphPanel panel;
        panel.title = name;
        panel.x.label = "flow size (bytes)";
        panel.x.sizes = true;
        panel.y.label = "slowdown";
        panel.y.log = true;
        for (const RunSample& sample : samples) {
            GraphSeries series{sample.label, Stroke::dots, {}};
            for (const SizeBucket& bucket : size_buckets(pooled_flows(sample)))
                if (bucket.*member)
                    series.points.push_back({static_cast<double>(bucket.largest),
                                             static_cast<double>(*(bucket.*member)) / kMillion,
                                             {}});
            most = std::max(most, series.points.size());
            panel.series.push_back(series);
        }
        // Where no group has enough flows for a percentile, there is nothing to draw.
        if (std::any_of(panel.series.begin(), panel.series.end(),
                        [](const GraphSeries& series) { return !series.points.empty(); }))
            out.panels.push_back(panel);
    }
    if (most < 2) return {};
    out.notes = {"FCT over the ideal FCT of the empty network, in up to 20 groups of equally many flows by "
                 "size; a point stands at the largest size of its group.",
                 "Flows of several seeds count together."};
    return out;
}

}  // namespace hpnsim
