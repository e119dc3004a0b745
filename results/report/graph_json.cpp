// SPDX-License-Identifier: GPL-2.0-only
// Writes graphs as JSON. The names are those that results/page/panel.js reads.
#include "report/graph_json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr size_t kMostCells = 256;

const char* stroke_name(Stroke stroke)
{
    switch (stroke) {
    case Stroke::line:
        return "line";
    case Stroke::steps:
        return "steps";
    case Stroke::dots:
        return "dots";
    case Stroke::bars:
        return "bars";
    case Stroke::band:
        return "band";
    case Stroke::spans:
        return "spans";
    case Stroke::aside:
        return "aside";
    }
    return "line";
}

Json axis_json(const GraphAxis& axis)
{
    return {{"label", axis.label}, {"names", axis.names},
            {"log", axis.log},     {"sizes", axis.sizes},
            {"zero", axis.zero},   {"end", axis.end ? Json(*axis.end) : Json(nullptr)}};
}

Json series_json(const GraphSeries& series)
{
    Json points = Json::array();
    for (const GraphPoint& point : series.points) {
        Json one = {rounded(point.x), rounded(point.y)};
        if (point.ends) {
            one.push_back(rounded(point.ends->first));
            one.push_back(rounded(point.ends->second));
        }
        points.push_back(std::move(one));
    }
    return {{"label", series.label}, {"stroke", stroke_name(series.stroke)}, {"points", std::move(points)}};
}

Json cells_json(const std::vector<std::optional<double>>& cells, size_t merged)
{
    Json out = Json::array();
    for (size_t first = 0; first < cells.size(); first += merged) {
        std::optional<double> most;
        for (size_t at = first; at < std::min(first + merged, cells.size()); ++at)
            if (cells[at]) most = std::max(most.value_or(0), *cells[at]);
        out.push_back(most ? Json(std::round(*most * 1e4) / 1e4) : Json(nullptr));
    }
    return out;
}

Json panel_json(const GraphPanel& panel)
{
    size_t widest = 0;
    for (const HeatRow& row : panel.heat) widest = std::max(widest, row.cells.size());
    const size_t merged = std::max<size_t>(1, (widest + kMostCells - 1) / kMostCells);
    Json series = Json::array(), heat = Json::array();
    for (const GraphSeries& each : panel.series) series.push_back(series_json(each));
    for (const HeatRow& row : panel.heat)
        heat.push_back({{"name", row.name}, {"cells", cells_json(row.cells, merged)}});
    return {{"title", panel.title}, {"x", axis_json(panel.x)}, {"y", axis_json(panel.y)},
            {"series", series},     {"heat", std::move(heat)}, {"merged", merged}};
}

}  // namespace

double rounded(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.7g", value);
    return std::strtod(text, nullptr);
}

Json graph_json(const Graph& graph, const std::string& title)
{
    Json panels = Json::array();
    for (const GraphPanel& panel : graph.panels) panels.push_back(panel_json(panel));
    return {{"name", graph.name},
            {"title", title},
            {"notes", graph.notes},
            {"panels", std::move(panels)},
            {"beside", graph.beside},
            {"own_legend", graph.own_legend},
            {"heat_label", graph.heat_label}};
}

}  // namespace hpnsim
