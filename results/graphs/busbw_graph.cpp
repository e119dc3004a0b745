// SPDX-License-Identifier: GPL-2.0-only
// The graph of bus bandwidth against size, with the bound of the algorithm.
#include "hpnsim/bootstrap.hpp"
#include "hpnsim/run_graphs.hpp"
#include "hpnsim/size_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace hpnsim
{

namespace
{

/// Values by size, one a seed.
std::map<Bytes, std::vector<double>> values_of(const RunSample& sample, double SizeRow::*member)
{
    std::map<Bytes, std::vector<double>> all;
    for (const RunRecord& run : sample.seeds)
        if (const auto sweep = size_sweep(run))
            for (const SizeRow& row : sweep->rows)
                if (row.size > 0 && row.*member > 0) all[row.size].push_back(row.*member);
    return all;
}

GraphSeries series_of(const std::string& label, Stroke stroke,
                      const std::map<Bytes, std::vector<double>>& values)
{
    GraphSeries out{label, stroke, {}};
    for (const auto& [size, of] : values) {
        const Estimate found = bootstrap(of, mean_of);
        GraphPoint point{static_cast<double>(size), found.value, {}};
        if (found.interval && stroke == Stroke::dots)
            point.ends = {found.interval->low, found.interval->high};
        out.points.push_back(point);
    }
    return out;
}

/// True if nobody could tell one line from the other.
bool alike(const GraphSeries& a, const GraphSeries& b)
{
    if (a.points.size() != b.points.size()) return false;
    for (size_t at = 0; at < a.points.size(); ++at)
        if (a.points[at].x != b.points[at].x ||
            std::fabs(a.points[at].y - b.points[at].y) > 0.02 * b.points[at].y)
            return false;
    return true;
}

/// A line that is the bound of some of the runs.
struct Bound {
    GraphSeries series;
    std::vector<const RunSample*> of;
};

/// Whose bound it is, in as few words as tell it from others: all runs', an algorithm's, or some runs'.
std::string name_of(const Bound& bound, const std::vector<Bound>& all)
{
    const auto algorithms = [](const Bound& each) {
        std::set<std::string> names;
        for (const RunSample* sample : each.of) {
            const auto found = sample->seeds[0].extra.find("algorithm");
            names.insert(
                found != sample->seeds[0].extra.end() && found->is_string() ? found->get<std::string>() : "");
        }
        return names;
    };
    if (all.size() == 1 && bound.of.size() > 1) return "bound of all runs";
    const std::set<std::string> own = algorithms(bound);
    bool alone = own.size() == 1 && own.count("") == 0;
    for (const Bound& each : all)
        alone = alone && (&each == &bound || algorithms(each).count(*own.begin()) == 0);
    std::string runs;
    for (const RunSample* sample : bound.of) runs += (runs.empty() ? "" : ", ") + sample->label;
    return "bound of " + (alone ? *own.begin() : runs);
}

}  // namespace

Graph busbw_graph(const std::vector<RunSample>& samples)
{
    Graph out;
    GraphPanel panel;
    std::vector<Bound> bounds;
    for (const RunSample& sample : samples) {
        const auto reached = values_of(sample, &SizeRow::busbw_GBps);
        if (reached.empty()) continue;
        panel.series.push_back(series_of(sample.label, Stroke::dots, reached));
        GraphSeries bound = series_of("", Stroke::aside, values_of(sample, &SizeRow::ideal_busbw_GBps));
        auto known = std::find_if(bounds.begin(), bounds.end(),
                                  [&bound](const Bound& each) { return alike(each.series, bound); });
        if (known == bounds.end()) known = bounds.insert(bounds.end(), Bound{std::move(bound), {}});
        known->of.push_back(&sample);
    }
    if (panel.series.empty()) return out;
    for (Bound& bound : bounds) {
        bound.series.label = name_of(bound, bounds);
        panel.series.push_back(bound.series);
    }
    panel.x.label = "size (bytes)";
    panel.x.sizes = true;
    panel.y.label = "bus bandwidth (GB/s)";
    panel.y.zero = true;
    out.panels = {panel};
    out.notes = {
        "Bus bandwidth as nccl-tests defines it; a bound is what the algorithm's lower-bound time allows."};
    return out;
}

}  // namespace hpnsim
