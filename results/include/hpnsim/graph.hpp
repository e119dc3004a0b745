// SPDX-License-Identifier: GPL-2.0-only
// A graph is what a figure of a paper shows: panels of series, bars, spans of time or heat, without a word on
// how it looks. A look says how large it is, with which font, names, order and colours. Together they become
// a picture, and beside it the gnuplot script with its data, which draws it again without this program.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

struct GraphPoint {
    double x = 0, y = 0;
    std::optional<std::pair<double, double>> ends;  ///< of an interval of y; of a span, of x
};

/// How the points of a series are drawn.
enum class Stroke {
    line,
    steps,
    dots,   ///< a line with a mark at each point, and intervals
    bars,   ///< with intervals; x is the place of a name
    band,   ///< between the ends, behind everything
    spans,  ///< thick lines from end to end; y is the place of a name
    aside   ///< a grey dashed line: an ideal or a bound
};

struct GraphSeries {
    std::string label;  ///< series of one label have one colour, and one entry of the legend
    Stroke stroke = Stroke::line;
    std::vector<GraphPoint> points;
};

struct GraphAxis {
    std::string label;
    std::vector<std::string> names;  ///< an axis of names, at 0, 1, ...; empty: of numbers
    bool log = false;
    bool sizes = false;  ///< bytes, which double along the axis
    bool zero = false;   ///< begins at 0 unless it is logarithmic
    std::optional<double> end = std::nullopt;
};

/// Cells of numbers from 0 to 1; none: there is no such thing.
struct HeatRow {
    std::string name;
    std::vector<std::optional<double>> cells;
};

struct GraphPanel {
    std::string title;
    GraphAxis x, y;
    std::vector<GraphSeries> series;
    std::vector<HeatRow> heat;  ///< in the place of series
    double height = 1;          ///< of panels below each other, relative
};

struct Graph {
    std::string name;                ///< "fct-cdf"
    std::vector<std::string> notes;  ///< how to read it: sentences for the text beside the figure
    std::vector<GraphPanel> panels;
    bool beside = false;      ///< panels stand beside each other, and share the y axis
    bool own_legend = false;  ///< each panel has its own series, so that its legend is at its right
    std::string heat_label;
    bool empty() const { return panels.empty(); }
};

struct GraphLook {
    std::string format = "svg";  ///< svg, png or pdf
    double width_in = 3.5, height_in = 2.4;
    std::string font = "DejaVu Sans";
    double font_size = 8;
    std::string title;
    std::optional<std::string> x_label, y_label;
    std::optional<bool> log_x, log_y;
    std::vector<std::pair<std::string, std::string>> labels;   ///< of series and names: as they are, as shown
    std::vector<std::string> order;                            ///< labels of series that come first
    std::vector<std::pair<std::string, std::string>> colours;  ///< label (or empty: the next), "#rrggbb"
};

inline const std::vector<std::string> kGraphFormats = {"svg", "png", "pdf"};

/// Labels of the series that have colours of their own, in the order of the graph.
std::vector<std::string> labels_of(const Graph& graph);

/// Draws the graph into `file`, and writes the script beside it: `file` with the ending .gp. `heading` stands
/// at the top of the script. Throws BadInput if the place cannot be written, PlainFailure if gnuplot is
/// missing or fails.
void write_graph(const Graph& graph, const GraphLook& look, const std::filesystem::path& file,
                 const std::vector<std::string>& heading);

/// The script alone, for a picture of that name in the script's own folder.
std::string graph_script(const Graph& graph, const GraphLook& look, const std::string& picture);

}  // namespace hpnsim
