// SPDX-License-Identifier: GPL-2.0-only
// Declares how figures look: colours, dashes, axes, and text made safe for gnuplot.
#pragma once

#include <string>
#include <vector>

namespace hpnsim
{

/// Makes a gnuplot string. What could end it or be expanded in it (quotes, backslashes, backquotes) is
/// written as octal numbers, because in gnuplot's single quotes a backslash cannot stand before a quote.
std::string plot_text(const std::string& text);

/// A tick of a logarithmic axis for people: "0.1", "20", "10^6".
std::string format_tick(double value);

/// A number as gnuplot reads it.
std::string num(double value);

/// Line or fill colour of run `i`: Okabe and Ito's palette, safe for colour-blind readers.
std::string colour(size_t i);
/// "fs solid ...": the fill of run `i`, paler each time that the colours begin anew.
std::string fill_style(size_t i);
/// "lw 1.7 lc rgb '#...' dt ...": colour and dash differ among eight runs, one of the two among 64.
std::string line_style(size_t i);
/// The parts of it: the dash of run `i`, and the type of its points.
std::string dash(size_t i);
int point_type(size_t i);
/// Does the same with points.
std::string point_style(size_t i);

/// The range of an axis, and whether it is logarithmic.
struct Axis {
    double lo = 0, hi = 1;
    bool log = false;
};

/// Returns an axis that shows all `values` with some margin; it is logarithmic when they are positive and the
/// largest is more than `log_above` times the smallest. The range is never empty.
Axis axis_of(const std::vector<double>& values, double log_above);
/// Does the same for bars: a linear axis begins at 0.
Axis bar_axis(const std::vector<double>& values, double log_above);

/// "set xrange ..." with ticks that suit the range; `which` is x or y; without `numbers` the ticks are bare.
std::string set_axis(const std::string& which, const Axis& axis, const std::string& label,
                     bool numbers = true);

/// A legend above the plot with room for `entries` titles, the longest of `longest` characters.
std::string set_legend(size_t entries, size_t longest, int width);

/// Returns what every figure begins with.
std::string prelude();
/// The footer: at most two short lines at the bottom.
std::string set_footer(const std::string& text, int width, int height);

}  // namespace hpnsim
