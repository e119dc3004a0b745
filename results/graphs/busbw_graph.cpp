// SPDX-License-Identifier: GPL-2.0-only
// The graph of bus bandwidth against size, with the bound of the algorithm.
#include "hpnsim/bootstrap.hpp"
#include "hpnsim/run_graphs.hpp"
#include "hpnsim/size_sweep.hpp"

#include <cmath>
#include <map>

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

}  // namespace

Graph busbw_graph(const std::vector<RunSample>& samples)
{
    Graph out;
    GraphPanel panel;
    std::vector<GraphSeries> bounds;
    for (const RunSample& sample : samples) {
        const auto reached = values_of(sample, &SizeRow::busbw_GBps);
        if (reached.empty()) continue;
        panel.series.push_back(series_of(sample.label, Stroke::dots, reached));
        GraphSeries bound = series_of(bounds.empty() ? "bound" : "bound of " + sample.label, Stroke::aside,
                                      values_of(sample, &SizeRow::ideal_busbw_GBps));
        bool known = false;
        for (const GraphSeries& each : bounds) known = known || alike(each, bound);
        if (!known) bounds.push_back(std::move(bound));
    }
    if (panel.series.empty()) return out;
    panel.series.insert(panel.series.end(), bounds.begin(), bounds.end());
    panel.x.label = "size (bytes)";
    panel.x.sizes = true;
    panel.y.label = "bus bandwidth (GB/s)";
    panel.y.zero = true;
    out.panels = {panel};
    out.notes = {"Bus bandwidth as nccl-tests defines it; the bound is the algorithm's lower-bound time."};
    return out;
}

}  // namespace hpnsim
