// SPDX-License-Identifier: GPL-2.0-only
// Draws charts: points with intervals, joined by lines where the axis is one of numbers.
#include "hpnsim/chart.hpp"

#include "plots/gnuplot.hpp"
#include "plots/style.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

constexpr double kLogAbove = 30;  // a larger range of x is logarithmic

/// Every number on an axis; `of` lists those of a point.
template <class Of> std::vector<double> numbers(const Chart& chart, Of of)
{
    std::vector<double> all;
    for (const ChartSeries& series : chart.series)
        for (const ChartPoint& point : series.points)
            for (const double each : of(point)) all.push_back(each);
    return all;
}

std::vector<double> heights(const Chart& chart)
{
    std::vector<double> ys = numbers(chart, [](const ChartPoint& point) {
        std::vector<double> of = {point.y};
        if (point.interval) of.insert(of.end(), {point.interval->first, point.interval->second});
        return of;
    });
    if (!chart.band) return ys;
    for (const double end : {chart.band->first, chart.band->second})
        if (std::isfinite(end)) ys.push_back(end);
    return ys;
}

/// From 0, or below where there are negative figures.
Axis y_axis(const std::vector<double>& ys)
{
    const auto [lo, hi] = std::minmax_element(ys.begin(), ys.end());
    const double low = std::min(0.0, *lo), high = std::max(0.0, *hi);
    const double air = high > low ? (high - low) * 0.08 : 1;
    return {low < 0 ? low - air : 0, high + air, false};
}

std::string name_axis(const Chart& chart)
{
    std::string ticks;
    size_t longest = 0;
    for (size_t at = 0; at < chart.x_names.size(); ++at) {
        ticks += (at == 0 ? "" : ", ") + plot_text(chart.x_names[at]) + " " + num(static_cast<double>(at));
        longest = std::max(longest, chart.x_names[at].size());
    }
    const double last = static_cast<double>(chart.x_names.size()) - 0.5;
    const bool turned = longest * chart.x_names.size() > 70;
    return "set xlabel " + plot_text(chart.x_label) + " noenhanced\nset xrange [-0.5:" + num(last) +
           "]\nset xtics (" + ticks + ")" + (turned ? " rotate by -30 left" : "") + "\n" +
           (turned ? "set bmargin " + num(5 + static_cast<double>(longest) / 3.5) + "\n" : "");
}

constexpr const char* kBandColour = "rgb '#d9d9d9'";

std::string band_of(const Chart& chart, const Axis& y)
{
    if (!chart.band) return "";
    const double low = std::max(chart.band->first, y.lo), high = std::min(chart.band->second, y.hi);
    return "set object 1 rectangle from graph 0, first " + num(low) + " to graph 1, first " + num(high) +
           " fs solid 0.5 noborder fc " + kBandColour + " behind\n";
}

/// The band's entry in the legend, where no point can lie on it.
std::string band_entry(const Chart& chart)
{
    if (!chart.band) return "";
    return std::string("keyentry with boxes fs solid 0.5 noborder fc ") + kBandColour + " title " +
           plot_text(chart.band_label) + ", ";
}

/// Series over names stand beside each other, so that no interval hides another.
double shift_of(const Chart& chart, size_t series)
{
    if (chart.x_names.empty()) return 0;
    const auto all = static_cast<double>(chart.series.size());
    return (static_cast<double>(series) - (all - 1) / 2) * std::min(0.18, 0.7 / all);
}

Figure figure_of(const Chart& chart)
{
    Figure out;
    const std::vector<double> ys = heights(chart);
    if (ys.empty()) return out;
    out.plot = {chart.name, chart.caption};
    const Axis y = y_axis(ys);
    std::string plot;
    size_t longest = chart.band ? chart.band_label.size() : 1;
    for (size_t at = 0; at < chart.series.size(); ++at) {
        const ChartSeries& series = chart.series[at];
        if (series.points.empty()) continue;
        const std::string name = "s" + std::to_string(at);
        DataBlock block(name);
        for (const ChartPoint& point : series.points) {
            const auto ends = point.interval.value_or(std::make_pair(point.y, point.y));
            block.row({point.x + shift_of(chart, at), point.y, ends.first, ends.second});
        }
        out.data += block.text();
        longest = std::max(longest, series.label.size());
        plot += (plot.empty() ? "$" : ", $") + name + " using 1:2:3:4 with yerrorbars " + point_style(at) +
                " title " + plot_text(series.label);
        if (chart.x_names.empty())
            plot += ", $" + name + " using 1:2 with lines " + line_style(at) + " notitle";
    }
    const auto xs = numbers(chart, [](const ChartPoint& point) { return std::vector<double>{point.x}; });
    if (plot.empty()) return {};
    const size_t entries = chart.series.size() + (chart.band ? 1 : 0);
    out.script =
        (entries > 1 ? set_legend(entries, longest, out.width) : "unset key\n") +
        (chart.x_names.empty() ? set_axis("x", axis_of(xs, kLogAbove), chart.x_label) : name_axis(chart)) +
        set_axis("y", y, chart.y_label) + band_of(chart, y) + "plot " + band_entry(chart) + plot + "\n";
    return out;
}

}  // namespace

std::vector<Plot> draw_charts(const std::vector<Chart>& charts, const std::filesystem::path& dir)
{
    std::vector<Figure> figures;
    for (const Chart& chart : charts) {
        Figure figure = figure_of(chart);
        if (!figure.empty()) figures.push_back(std::move(figure));
    }
    return figures.empty() ? std::vector<Plot>() : draw(figures, dir, "");
}

}  // namespace hpnsim
