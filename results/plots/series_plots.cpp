// SPDX-License-Identifier: GPL-2.0-only
// Draws what was sampled over time, one panel a run: queue_over_time, rate_over_time, cwnd_over_time.
#include "plots/figures.hpp"
#include "plots/samples_over_time.hpp"
#include "plots/style.hpp"

#include <algorithm>
#include <map>

namespace hpnsim
{

namespace
{

using Points = TimePoints;

struct Panel {
    std::string title;
    std::vector<std::pair<std::string, Points>> curves;
};

constexpr size_t kMostPanels = 8, kMostCurves = 8;

std::string counted(size_t shown, size_t all, const std::string& what)
{
    return " (" + (shown < all ? std::to_string(shown) + " of " : std::string()) + std::to_string(all) + " " +
           what + (all == 1 ? ")" : "s)");
}

/// The QPs of one run, as many as a panel can hold, spread over all of them. `value` of a row is below 0
/// where there is nothing to draw.
template <class Value> Panel qp_panel(const RunRecord& run, Value value)
{
    std::map<uint32_t, Points> all;
    for (const auto& row : run.series.qp_rows)
        if (const double y = value(row); y >= 0) add_point(all[row.name], row, y);
    Panel panel;
    const size_t step = std::max<size_t>(1, (all.size() + kMostCurves - 1) / kMostCurves);
    size_t i = 0;
    for (const auto& [name, points] : all)
        if (i++ % step == 0) panel.curves.emplace_back(run.series.qps[name], thinned(points));
    panel.title = shown_label(run) + counted(panel.curves.size(), all.size(), "QP");
    return panel;
}

/// The deepest queues of one run.
Panel port_panel(const RunRecord& run)
{
    std::map<uint32_t, Points> all;
    std::map<uint32_t, Bytes> deepest;
    for (const auto& row : run.series.port_rows) {
        add_point(all[row.name], row, static_cast<double>(row.sample.queue) / 1e3);
        deepest[row.name] = std::max(deepest[row.name], row.sample.queue);
    }
    std::vector<uint32_t> order;
    for (const auto& [name, peak] : deepest)
        if (peak > 0) order.push_back(name);
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return deepest[a] > deepest[b]; });
    Panel panel;
    for (size_t i = 0; i < std::min(order.size(), kMostCurves / 2); ++i)
        panel.curves.emplace_back(run.series.ports[order[i]], thinned(all[order[i]]));
    panel.title = shown_label(run) + counted(panel.curves.size(), order.size(), "port");
    return panel;
}

/// Where a panel lies, in shares of the figure's height.
struct Place {
    double high, low;
};

Place place_of(size_t index, size_t count, double height)
{
    const double top = 1 - 24 / height, bottom = 80 / height, gap = 34 / height;
    const double each = (top - bottom + gap) / static_cast<double>(count);
    const double high = top - each * static_cast<double>(index);
    return {high, high - each + gap};
}

/// The curves of a panel, and what all panels' axes must hold.
CurveSet curves_of(const Panel& panel, size_t index, std::vector<double>& xs, std::vector<double>& ys)
{
    CurveSet curves;
    curves.prefix = "s" + std::to_string(index) + "_";
    for (size_t k = 0; k < panel.curves.size(); ++k)
        curves.add(k, panel.curves[k].first, panel.curves[k].second, "lines", "lw 1.2 lc " + colour(k));
    xs.insert(xs.end(), curves.xs.begin(), curves.xs.end());
    ys.insert(ys.end(), curves.ys.begin(), curves.ys.end());
    return curves;
}

/// Panels below each other with the same axes.
Figure stacked(std::vector<Panel> panels, const std::string& y_label)
{
    panels.erase(
        std::remove_if(panels.begin(), panels.end(), [](const Panel& p) { return p.curves.empty(); }),
        panels.end());
    if (panels.empty()) return {};
    if (panels.size() > kMostPanels) {
        const size_t more = panels.size() - kMostPanels;
        panels.resize(kMostPanels);
        panels.back().title +=
            "; " + std::to_string(more) + (more == 1 ? " more run" : " more runs") + ": series.csv";
    }
    Figure out;
    out.height = 180 + 180 * static_cast<int>(panels.size());
    std::vector<double> xs, ys;
    std::vector<CurveSet> sets;
    for (size_t i = 0; i < panels.size(); ++i) sets.push_back(curves_of(panels[i], i, xs, ys));
    const Axis x{0, *std::max_element(xs.begin(), xs.end()), false}, y = bar_axis(ys, 1e300);
    out.script = "set multiplot\nset lmargin at screen 0.12\nset rmargin at screen 0.75\n";
    for (size_t i = 0; i < panels.size(); ++i) {
        const Place place = place_of(i, panels.size(), out.height);
        const bool last = i + 1 == panels.size();
        out.data += sets[i].data;
        out.script += "set tmargin at screen " + num(place.high) + "\nset bmargin at screen " +
                      num(place.low) + "\n" + set_axis("x", x, last ? "simulated time (us)" : "", last) +
                      set_axis("y", y, y_label) + "set label 1 " + plot_text(panels[i].title) +
                      " at graph 0, graph 1 offset 0,0.6 left font ',10' noenhanced\n" +
                      "set key at screen 0.765, screen " + num(place.high) +
                      " left top Left reverse samplen 1 font ',8' noenhanced\nplot " + sets[i].plot + "\n" +
                      "unset label 901\nunset label 902\n";
    }
    out.script += "unset multiplot\n";
    return out;
}

template <class Make> Figure panels_of(const Runs& runs, const std::string& y_label, Make make)
{
    std::vector<Panel> panels;
    for (const RunRecord& run : runs) panels.push_back(make(run));
    return stacked(std::move(panels), y_label);
}

}  // namespace

Figure queue_over_time(const Runs& runs)
{
    Figure out = panels_of(runs, "queue (KB, 1,000 B)", port_panel);
    out.plot = {"queue_over_time", "Bytes that wait at the ports with the deepest queues, as sampled."};
    return out;
}

Figure rate_over_time(const Runs& runs)
{
    Figure out =
        panels_of(runs, "goodput (Gb/s)", [](const RunRecord& run) { return qp_panel(run, goodput_gbps); });
    out.plot = {"rate_over_time",
                "Payload that each QP delivered per time: curves that run together mean that the flows share "
                "fairly."};
    return out;
}

Figure cwnd_over_time(const Runs& runs)
{
    Figure out = panels_of(runs, "window (KB, 1,000 B)", [](const RunRecord& run) {
        return qp_panel(
            run, [](const SeriesRow<QpSample>& row) { return static_cast<double>(row.sample.window) / 1e3; });
    });
    out.plot = {"cwnd_over_time", "The window of each QP, where its CC has one."};
    return out;
}

}  // namespace hpnsim
