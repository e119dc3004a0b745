// SPDX-License-Identifier: GPL-2.0-only
// Lays out the panels of a graph, and writes the script that draws them.
#include "graphs/series.hpp"

#include "hpnsim/format.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

constexpr double kPoints = 72;  // in an inch

/// Lengths in points; the picture's corner is at the bottom left.
struct Page {
    double width, height, letter;
    double left, right, top, bottom;  ///< margins
};

size_t longest(const std::vector<std::string>& texts)
{
    size_t most = 0;
    for (const std::string& text : texts) most = std::max(most, text.size());
    return most;
}

std::vector<const GraphPanel*> pointers(const std::vector<GraphPanel>& panels)
{
    std::vector<const GraphPanel*> all;
    for (const GraphPanel& panel : panels) all.push_back(&panel);
    return all;
}

/// Names of a panel as the look has them.
GraphPanel named(GraphPanel panel, const GraphLook& look, const Looks& looks)
{
    for (auto* axis : {&panel.x, &panel.y})
        for (std::string& name : axis->names) name = looks.shown(name);
    if (look.x_label && !panel.x.label.empty()) panel.x.label = *look.x_label;
    if (look.y_label && !panel.y.label.empty()) panel.y.label = *look.y_label;
    const auto set_log = [](GraphAxis& axis, const std::optional<bool>& log) {
        if (!log || !axis.names.empty()) return;
        axis.log = *log;
        axis.sizes = axis.sizes && *log;
    };
    set_log(panel.x, look.log_x);
    set_log(panel.y, look.log_y);
    return panel;
}

class Layout
{
public:
    Layout(const Graph& graph, const GraphLook& look) : graph_(graph), look_(look), looks_(graph, look)
    {
        for (const GraphPanel& panel : graph.panels) panels_.push_back(named(panel, look, looks_));
        measure();
    }

    std::string data() const
    {
        std::string out;
        for (size_t at = 0; at < panels_.size(); ++at)
            out += panel_script(panels_[at], at, looks_, true).data;
        return out;
    }

    std::string plots() const
    {
        std::string out = panels_.size() > 1 ? "set multiplot\n" : "";
        if (!look_.title.empty())
            out += "set label 1000 " + plot_text(look_.title) + " at screen 0.5, screen " +
                   num(1 - 1.1 * page_.letter / page_.height) + " center font '," + num(page_.letter * 1.1) +
                   "' noenhanced\n";
        for (size_t at = 0; at < panels_.size(); ++at) out += panel(at);
        return out + (panels_.size() > 1 ? "unset multiplot\n" : "");
    }

private:
    void measure()
    {
        page_ = {look_.width_in * kPoints, look_.height_in * kPoints, look_.font_size, 0, 0, 0, 0};
        const double letter = page_.letter;
        size_t numbers = 2;
        for (size_t at = 0; at < panels_.size(); ++at) {
            for (const HeatRow& row : panels_[at].heat) numbers = std::max(numbers, row.name.size());
            const Room all{page_.width, page_.height * 0.7, letter};
            if (!heat()) numbers = std::max(numbers, letters_of_ticks(panels_[at].y, shared('y', at), all));
        }
        const bool y_labels = std::any_of(panels_.begin(), panels_.end(),
                                          [](const GraphPanel& each) { return !each.y.label.empty(); });
        page_.left = (static_cast<double>(numbers) + 2) * 0.6 * letter + (y_labels ? 2.7 : 1) * letter;
        page_.right = 1.6 * letter;
        texts_ = legend_texts(pointers(panels_), looks_);
        const auto wide = static_cast<double>(longest(texts_));
        if (graph_.own_legend) page_.right = (wide * 0.6 + 4.6) * letter;
        if (heat()) page_.right = 9 * letter;
        page_.top = 0.9 * letter + (look_.title.empty() ? 0 : 1.9 * letter);
        if (legend()) {
            // As wide as gnuplot makes columns of a legend, which is more than their texts take.
            const size_t per_row = std::clamp<size_t>(
                static_cast<size_t>(page_.width / ((wide * 0.78 + 4.4) * letter)), 1, texts_.size());
            const size_t rows = (texts_.size() + per_row - 1) / per_row;
            rows_ = rows;
            page_.top += static_cast<double>(rows) * 1.25 * letter + 0.4 * letter;
        }
        if (titled()) page_.top += 1.2 * letter;
        Room room{page_.width - page_.left - page_.right, 0, letter};
        if (graph_.beside) room.width /= static_cast<double>(panels_.size());
        page_.bottom = 4.3 * letter + depth_of_names(panels_.back().x, room);
    }

    bool heat() const { return !panels_.front().heat.empty(); }
    bool legend() const { return texts_.size() > 1 && !graph_.own_legend; }
    bool titled() const
    {
        return std::any_of(panels_.begin(), panels_.end(),
                           [](const GraphPanel& each) { return !each.title.empty(); });
    }

    struct Box {
        double left, right, bottom, top;
    };

    /// Panels below each other keep room for a title, and heat has numbers below each.
    Box box(size_t at) const
    {
        const Page& p = page_;
        const auto count = static_cast<double>(panels_.size());
        if (graph_.beside) {
            const double gap = 2.6 * p.letter;
            const double each = (p.width - p.left - p.right - gap * (count - 1)) / count;
            const double left = p.left + static_cast<double>(at) * (each + gap);
            return {left, left + each, p.bottom, p.height - p.top};
        }
        const double gap = (titled() ? 2.3 : 1) * p.letter + (heat() ? 2.9 * p.letter : 0);
        double all = 0, above = 0;
        for (size_t k = 0; k < panels_.size(); ++k) {
            all += panels_[k].height;
            if (k < at) above += panels_[k].height;
        }
        const double room = p.height - p.top - p.bottom - gap * (count - 1);
        const double top = p.height - p.top - above / all * room - static_cast<double>(at) * gap;
        return {p.left, p.width - p.right, top - panels_[at].height / all * room, top};
    }

    std::string margins(const Box& b) const
    {
        return "set lmargin at screen " + num(b.left / page_.width) + "\nset rmargin at screen " +
               num(b.right / page_.width) + "\nset bmargin at screen " + num(b.bottom / page_.height) +
               "\nset tmargin at screen " + num(b.top / page_.height) + "\n";
    }

    /// The range that panels share, or that of one.
    Axis shared(char which, size_t at) const
    {
        const bool all = which == 'x' ? !heat() && !graph_.beside : graph_.beside;
        std::vector<double> values;
        for (size_t k = 0; k < panels_.size(); ++k)
            if (all || k == at) add_values(which, panels_[k], values);
        return range_of(which == 'x' ? panels_[at].x : panels_[at].y, values);
    }

    static void add_values(char which, const GraphPanel& panel, std::vector<double>& values)
    {
        for (const GraphSeries& series : panel.series)
            for (const GraphPoint& point : series.points) {
                values.push_back(which == 'x' ? point.x : point.y);
                const bool of_x = series.stroke == Stroke::spans;
                if (!point.ends || (which == 'x') != of_x) continue;
                values.insert(values.end(), {point.ends->first, point.ends->second});
            }
    }

    std::string key(const Box& b) const
    {
        const std::string font = " font '," + num(page_.letter * 0.9) + "' noenhanced nobox\n";
        if (graph_.own_legend)
            return "set key at screen " + num((b.right + 0.8 * page_.letter) / page_.width) + ", screen " +
                   num(b.top / page_.height) + " left top vertical Left reverse samplen 1.2 spacing 0.95" +
                   font;
        if (!legend()) return "unset key\n";
        const double high = page_.height - (look_.title.empty() ? 0.5 : 2.4) * page_.letter;
        return "set key at screen 0.5, screen " + num(high / page_.height) + " center top vertical maxrows " +
               std::to_string(rows_) + " Left reverse samplen 2 spacing 1 width 1" + font;
    }

    std::string axes(size_t at, const Box& b) const
    {
        const GraphPanel& panel = panels_[at];
        const Room room{b.right - b.left, b.top - b.bottom, page_.letter};
        if (heat()) return heat_axes(panel);
        const bool bare_x = !graph_.beside && at + 1 < panels_.size();
        const bool bare_y = graph_.beside && at > 0;
        return axis_script('x', panel.x, shared('x', at), room, bare_x) +
               axis_script('y', panel.y, shared('y', at), room, bare_y);
    }

    std::string heat_axes(const GraphPanel& panel) const
    {
        size_t most = 1;
        for (const HeatRow& row : panel.heat) most = std::max(most, row.cells.size());
        std::string rows;
        for (size_t at = 0; at < panel.heat.size(); ++at)
            if (!panel.heat[at].name.empty())
                rows +=
                    (rows.empty() ? "" : ", ") + plot_text(panel.heat[at].name) + " " + std::to_string(at);
        return "set xlabel " + plot_text(panel.x.label) +
               " noenhanced\nunset logscale\nset xrange [-0.5:" + num(static_cast<double>(most) - 0.5) +
               "]\nset xtics autofreq\nset yrange [" + num(static_cast<double>(panel.heat.size()) - 0.5) +
               ":-0.5]\nset ytics (" + rows +
               ") noenhanced\nset ylabel ''\nset grid noxtics noytics\nset cbrange [0:1]\n"
               "set object 1 rectangle from graph 0,0 to graph 1,1 fc rgb '#e4e4e4' fs solid 1 noborder "
               "behind\n";
    }

    /// The colours' bar stands once, beside all panels.
    std::string colour_box(size_t at) const
    {
        if (!heat()) return "";
        if (at > 0) return "unset colorbox\nset cblabel ''\n";
        const Page& p = page_;
        return "set palette defined (0 '#ffffd9', 0.25 '#c7e9b4', 0.5 '#41b6c4', 0.75 '#225ea8', 1 "
               "'#081d58')\nset cblabel " +
               plot_text(graph_.heat_label) +
               " noenhanced\nset cbtics 0.25 offset -0.5,0\nset colorbox user "
               "origin " +
               num((p.width - p.right + 1.2 * p.letter) / p.width) + "," + num(p.bottom / p.height) +
               " size " + num(0.9 * p.letter / p.width) + "," +
               num((p.height - p.top - p.bottom) / p.height) + "\n";
    }

    /// At the edge of the picture, since a label of an axis would move with the width of numbers.
    std::string y_label(const GraphPanel& panel, size_t at) const
    {
        if (panel.y.label.empty() || (graph_.beside && at > 0)) return "unset label 2\n";
        return "set label 2 " + plot_text(panel.y.label) + " at screen " +
               num(1.0 * page_.letter / page_.width) + ", graph 0.5 center rotate by 90 noenhanced\n";
    }

    std::string panel(size_t at) const
    {
        const GraphPanel& panel = panels_[at];
        const Box b = box(at);
        std::string out = margins(b) + key(b) + axes(at, b) + colour_box(at);
        out += panel.title.empty()
                   ? "unset label 1\n"
                   : "set label 1 " + plot_text(panel.title) + " at graph " + (graph_.beside ? "0.5" : "0") +
                         ", graph 1 offset 0,0.65 " + (graph_.beside ? "center" : "left") + " noenhanced\n";
        out += y_label(panel, at) + "plot " + panel_script(panel, at, looks_, true).plots;
        if (graph_.own_legend)
            out += legend_entries({&panel}, looks_);
        else if (legend() && at == 0)
            out += legend_entries(pointers(panels_), looks_);
        out += "\nunset label 1000\n";
        return out + (legend() ? "unset key\n" : "");
    }

    const Graph& graph_;
    const GraphLook& look_;
    Looks looks_;
    std::vector<GraphPanel> panels_;
    std::vector<std::string> texts_;
    size_t rows_ = 1;
    Page page_{};
};

/// Letters of SVG are measured in pixels of 1/96 inch, those of the others in points.
std::string terminal(const GraphLook& look)
{
    const std::string font = " noenhanced font " + plot_text(look.font + "," + num(look.font_size));
    const auto pixels = [&](double per_inch) {
        return std::to_string(std::lround(look.width_in * per_inch)) + "," +
               std::to_string(std::lround(look.height_in * per_inch));
    };
    if (look.format == "pdf")
        return "set terminal pdfcairo size " + num(look.width_in) + "in," + num(look.height_in) + "in" +
               font + "\n";
    if (look.format == "png")
        return "set terminal pngcairo size " + pixels(300) + font +
               " fontscale 4.1667 linewidth 4.1667 pointscale 4.1667 background 'white'\n";
    return "set terminal svg size " + pixels(96) + font + " fontscale 1.3333 linewidth 1.3333 " +
           "background 'white'\n";
}

std::string beginning(const GraphLook& look)
{
    const std::string small = num(look.font_size * 0.9);
    return "reset\nset encoding utf8\nset border 3 lw 0.7 lc rgb '#444444'\n"
           "set tics nomirror out scale 0.5 textcolor rgb '#222222' font '," +
           small +
           "'\nset grid back lw 0.6 dt 1 lc rgb '#dddddd'\nset errorbars 0.7\nset pointintervalbox 0.01\n"
           "set xtics offset 0,0.35\n"
           "set xlabel offset 0,0.7 font '," +
           num(look.font_size) + "'\nset ylabel font '," + num(look.font_size) + "'\n";
}

}  // namespace

std::string graph_script(const Graph& graph, const GraphLook& look, const std::string& picture)
{
    const Layout layout(graph, look);
    return layout.data() + terminal(look) + "set output " + plot_text(picture) + "\n" + beginning(look) +
           layout.plots() + "unset output\n";
}

}  // namespace hpnsim
