// SPDX-License-Identifier: GPL-2.0-only
// Writes data blocks and plots of panels, and chooses how each label looks.
#include "graphs/series.hpp"

#include "plots/gnuplot.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr const char* kAside = "lw 1.2 lc rgb '#777777' dt ";

void add_once(std::vector<std::string>& to, const std::string& text)
{
    if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(text);
}

bool has_colour(const GraphSeries& series)
{
    return series.stroke != Stroke::aside && !series.points.empty();
}

/// Labels of the bars of a panel, or of its dots over names: they stand beside each other.
std::vector<std::string> side_by_side(const GraphPanel& panel, const Looks& looks)
{
    std::vector<std::string> labels;
    for (const std::string& label : looks.labels())
        for (const GraphSeries& series : panel.series)
            if (series.label == label && (series.stroke == Stroke::bars || series.stroke == Stroke::dots))
                add_once(labels, label);
    return labels;
}

struct Shift {
    double by = 0, width = 0.7;
};

Shift shift_of(const GraphPanel& panel, const GraphSeries& series, const Looks& looks)
{
    if (panel.x.names.empty()) return {};
    const auto labels = side_by_side(panel, looks);
    const auto at = std::find(labels.begin(), labels.end(), series.label);
    if (at == labels.end()) return {};
    const double all = static_cast<double>(labels.size()), each = 0.8 / all;
    const double place = static_cast<double>(at - labels.begin());
    const double step = series.stroke == Stroke::bars ? each : std::min(each, 0.18);
    return {(place - (all - 1) / 2) * step, each * 0.92};
}

std::string block_of(const GraphSeries& series, const std::string& name, double shift)
{
    DataBlock block(name);
    for (const GraphPoint& point : series.points) {
        const auto ends = point.ends.value_or(std::make_pair(point.y, point.y));
        block.row({point.x + shift, point.y, ends.first, ends.second});
    }
    return block.text();
}

bool has_intervals(const GraphSeries& series)
{
    return std::any_of(series.points.begin(), series.points.end(),
                       [](const GraphPoint& point) { return point.ends.has_value(); });
}

std::string plots_of(const GraphSeries& series, const std::string& block, const Shift& shift,
                     const GraphPanel& panel, const Looks& looks)
{
    const std::string from = "$" + block + " using ";
    switch (series.stroke) {
    case Stroke::line:
        return from + "1:2 with lines " + looks.line(series.label) + " notitle";
    case Stroke::steps:
        return from + "1:2 with steps " + looks.line(series.label) + " notitle";
    case Stroke::aside:
        return from + "1:2 with lines " + looks.aside(series.label) + " notitle";
    case Stroke::band:
        return from + "1:3:4 with filledcurves " + looks.band(series.label) + " notitle";
    case Stroke::spans:
        return from + "3:2:($4-$3):(0) with vectors nohead " + looks.span(series.label) + " notitle";
    case Stroke::bars: {
        const std::string bars =
            from + "1:2:(" + num(shift.width) + ") with boxes " + looks.fill(series.label) + " notitle";
        return has_intervals(series) ? bars + ", " + from +
                                           "1:3:(0):($4-$3) with vectors heads size graph 0.008,90 lw 1 "
                                           "lc rgb '#000000' notitle"
                                     : bars;
    }
    case Stroke::dots:
        break;
    }
    const std::string marks = from + "1:2:3:4 with yerrorbars " + looks.marks(series.label) + " notitle";
    return panel.x.names.empty() ? from + "1:2 with lines " + looks.line(series.label) + " notitle, " + marks
                                 : marks;
}

PanelScript heat_script(const GraphPanel& panel, size_t number)
{
    const std::string name = "heat" + std::to_string(number);
    std::string rows = "$" + name + " << EOD\n";
    for (size_t row = 0; row < panel.heat.size(); ++row)
        for (size_t at = 0; at < panel.heat[row].cells.size(); ++at) {
            const auto& cell = panel.heat[row].cells[at];
            if (cell) rows += std::to_string(at) + " " + std::to_string(row) + " " + num(*cell) + "\n";
        }
    return {rows + "EOD\n", "$" + name + " using 1:2:(0.47):(0.44):3 with boxxyerror fs solid 1 noborder " +
                                "fc palette notitle"};
}

std::string key_entry(const GraphSeries& series, const Looks& looks)
{
    const std::string title = " title " + plot_text(looks.shown(series.label));
    switch (series.stroke) {
    case Stroke::aside:
        return "keyentry with lines " + looks.aside(series.label) + title;
    case Stroke::bars:
        return "keyentry with boxes " + looks.fill(series.label) + title;
    case Stroke::dots:
        return "keyentry with linespoints " + looks.dots(series.label) + title;
    default:
        return "keyentry with lines " + looks.line(series.label) + title;
    }
}

/// One series for each label, in the order of the legend; those that stand aside come last.
std::vector<const GraphSeries*> in_legend(const std::vector<const GraphPanel*>& panels, const Looks& looks)
{
    std::vector<std::string> labels = looks.labels();
    for (const GraphPanel* panel : panels)
        for (const GraphSeries& series : panel->series)
            if (series.stroke == Stroke::aside) add_once(labels, series.label);
    std::vector<const GraphSeries*> all;
    for (const std::string& label : labels) {
        const GraphSeries* found = nullptr;
        for (const GraphPanel* panel : panels)
            for (const GraphSeries& series : panel->series)
                if (found == nullptr && series.label == label && series.stroke != Stroke::band &&
                    series.stroke != Stroke::spans && !series.points.empty())
                    found = &series;
        if (found != nullptr) all.push_back(found);
    }
    return all;
}

}  // namespace

std::vector<std::string> labels_of(const Graph& graph)
{
    std::vector<std::string> labels;
    for (const GraphPanel& panel : graph.panels)
        for (const GraphSeries& series : panel.series)
            if (has_colour(series)) add_once(labels, series.label);
    return labels;
}

Looks::Looks(const Graph& graph, const GraphLook& look) : labels_(labels_of(graph))
{
    std::vector<std::string> ordered;
    for (const std::string& label : look.order)
        if (std::find(labels_.begin(), labels_.end(), label) != labels_.end()) add_once(ordered, label);
    for (const std::string& label : labels_) add_once(ordered, label);
    labels_ = ordered;
    for (const GraphPanel& panel : graph.panels)
        for (const GraphSeries& series : panel.series)
            if (series.stroke == Stroke::aside) add_once(asides_, series.label);
    for (const auto& [label, shown] : look.labels) names_[label] = shown;
    size_t next = 0;
    for (const auto& [label, chosen] : look.colours) {
        if (!label.empty())
            colours_[label] = chosen;
        else if (next < labels_.size())
            colours_[labels_[next++]] = chosen;
    }
}

std::string Looks::shown(const std::string& label) const
{
    const auto found = names_.find(label);
    return found == names_.end() ? label : found->second;
}

size_t Looks::place(const std::string& label) const
{
    return static_cast<size_t>(std::find(labels_.begin(), labels_.end(), label) - labels_.begin());
}

std::string Looks::colour_of(const std::string& label) const
{
    const auto found = colours_.find(label);
    return found == colours_.end() ? colour(place(label)) : "rgb '" + found->second + "'";
}

std::string Looks::line(const std::string& label) const
{
    return "lw 1.4 lc " + colour_of(label) + " dt " + dash(place(label));
}

std::string Looks::aside(const std::string& label) const
{
    static const std::vector<const char*> kDashes = {"(8,5)", "(2,4)", "(14,4,2,4)", "(5,2,2,2,2,2)"};
    const auto at = static_cast<size_t>(std::find(asides_.begin(), asides_.end(), label) - asides_.begin());
    return kAside + std::string(kDashes[at % kDashes.size()]);
}

std::string Looks::marks(const std::string& label) const
{
    return "lw 1.2 lc " + colour_of(label) + " pt " + std::to_string(point_type(place(label))) + " ps 0.5";
}

std::string Looks::span(const std::string& label) const
{
    return "lw 4 lc " + colour_of(label);
}

std::string Looks::dots(const std::string& label) const
{
    return line(label) + " pt " + std::to_string(point_type(place(label))) + " ps 0.5";
}

std::string Looks::fill(const std::string& label) const
{
    return fill_style(place(label)) + " lw 0.5 fc " + colour_of(label);
}

std::string Looks::band(const std::string& label) const
{
    return "fs transparent solid 0.22 noborder fc " + colour_of(label);
}

PanelScript panel_script(const GraphPanel& panel, size_t number, const Looks& looks, bool with_zero)
{
    if (!panel.heat.empty()) return heat_script(panel, number);
    PanelScript out;
    const auto add = [&](const GraphSeries& series, size_t at) {
        if (series.points.empty()) return;
        const std::string name = "p" + std::to_string(number) + "_" + std::to_string(at);
        const Shift shift = shift_of(panel, series, looks);
        out.data += "# " + series.label + "\n" + block_of(series, name, shift.by);
        out.plots += (out.plots.empty() ? "" : ", \\\n     ") + plots_of(series, name, shift, panel, looks);
    };
    for (const bool bands : {true, false})
        for (size_t at = 0; at < panel.series.size(); ++at)
            if ((panel.series[at].stroke == Stroke::band) == bands) add(panel.series[at], at);
    if (with_zero && out.plots.empty()) out.plots = "NaN notitle";
    return out;
}

std::string legend_entries(const std::vector<const GraphPanel*>& panels, const Looks& looks)
{
    std::string out;
    for (const GraphSeries* series : in_legend(panels, looks))
        out += ", \\\n     " + key_entry(*series, looks);
    return out;
}

std::vector<std::string> legend_texts(const std::vector<const GraphPanel*>& panels, const Looks& looks)
{
    std::vector<std::string> texts;
    for (const GraphSeries* series : in_legend(panels, looks)) texts.push_back(looks.shown(series->label));
    return texts;
}

}  // namespace hpnsim
