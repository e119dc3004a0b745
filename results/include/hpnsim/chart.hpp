// SPDX-License-Identifier: GPL-2.0-only
// A chart of figures that a program has computed: series of points over numbers or over names, with intervals
// and a band behind them.
#pragma once

#include "hpnsim/plots.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

struct ChartPoint {
    double x = 0;  ///< of a chart over names: the name's place, from 0
    double y = 0;
    std::optional<std::pair<double, double>> interval;
};

struct ChartSeries {
    std::string label;
    std::vector<ChartPoint> points;
};

struct Chart {
    std::string name;     ///< of the files: NAME.svg, NAME.png
    std::string caption;  ///< what one sees, for a page
    std::string x_label, y_label;
    std::vector<std::string> x_names;  ///< a chart over names; empty: over numbers
    std::vector<ChartSeries> series;
    std::optional<std::pair<double, double>> band;  ///< an end may be infinite
    std::string band_label;
};

/// Draws the charts into the folder, and returns those whose files are there. An empty chart is left out.
std::vector<Plot> draw_charts(const std::vector<Chart>& charts, const std::filesystem::path& dir);

}  // namespace hpnsim
