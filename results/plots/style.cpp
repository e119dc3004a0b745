// SPDX-License-Identifier: GPL-2.0-only
// Chooses colours, dashes and axes, and escapes text for gnuplot.
#include "plots/style.hpp"

#include "hpnsim/format.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>

namespace hpnsim
{

namespace
{

// Okabe and Ito (2008); yellow is too pale for lines on white, so grey stands in for it.
constexpr const char* kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                    "#E69F00", "#56B4E9", "#000000", "#7F7F7F"};
constexpr const char* kDashes[] = {"1",      "(10,4)", "(3,3)",     "(10,3,2,3)",
                                   "(16,5)", "(6,2)",  "(2,2,8,2)", "(1,2)"};
constexpr int kPoints[] = {7, 5, 9, 13, 11, 6, 4, 8};
constexpr size_t kStyles = 8;

// Sets the ticks of a logarithmic axis: 1-2-5 over a short range, decades over a long one.
std::string log_ticks(const Axis& axis, bool numbers)
{
    const double decades = std::log10(axis.hi / axis.lo);
    const int step = decades > 9 ? 2 : 1;
    std::string out;
    for (int e = static_cast<int>(std::floor(std::log10(axis.lo))); std::pow(10, e) <= axis.hi; e += step)
        for (double factor : {1.0, 2.0, 5.0}) {
            const double tick = factor * std::pow(10, e);
            if (tick < axis.lo * 0.999 || tick > axis.hi * 1.001 || (factor > 1 && decades > 3)) continue;
            out += (out.empty() ? "" : ", ") + plot_text(numbers ? format_tick(tick) : "") + " " + num(tick);
        }
    return "(" + out + ")";
}

/// Returns the last place at or before `at` where UTF-8 may be cut.
size_t whole_character(const std::string& text, size_t at)
{
    while (at > 1 && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U) --at;
    return at;
}

}  // namespace

std::string plot_text(const std::string& text)
{
    std::string out = "\"";
    for (const char c : one_line(text)) {
        if (std::string_view("\"\\`'$").find(c) == std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
        out += {'\\', static_cast<char>('0' + byte / 64), static_cast<char>('0' + byte / 8 % 8),
                static_cast<char>('0' + byte % 8)};
    }
    return out + "\"";
}

std::string num(double value)
{
    char text[64];
    return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

std::string format_tick(double value)
{
    const int exponent = static_cast<int>(std::floor(std::log10(value) + 1e-9));
    if (exponent >= 6 || exponent < -4) {
        const double factor = std::round(value / std::pow(10, exponent));
        return (factor == 1 ? "" : num(factor) + "x") + "10^" + std::to_string(exponent);
    }
    return value >= 1 ? format_short(value).substr(0, value < 99 ? format_short(value).find('.') : 9)
                      : format_fixed(value, -exponent);
}

std::string colour(size_t i)
{
    return "rgb '" + std::string(kColours[i % kStyles]) + "'";
}

std::string fill_style(size_t i)
{
    constexpr const char* kDensities[] = {"0.9", "0.45", "0.2"};
    return std::string("fs solid ") + kDensities[i / kStyles % std::size(kDensities)] +
           " border lc rgb '#333333'";
}

std::string line_style(size_t i)
{
    return "lw 1.7 lc " + colour(i) + " dt " + dash(i);
}

std::string dash(size_t i)
{
    return kDashes[(i + i / kStyles) % kStyles];
}

int point_type(size_t i)
{
    return kPoints[i % kStyles];
}

std::string point_style(size_t i)
{
    return line_style(i) + " pt " + std::to_string(point_type(i)) + " ps 0.55";
}

Axis axis_of(const std::vector<double>& values, double log_above)
{
    if (values.empty()) return {};
    const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
    if (*lo > 0 && *hi > *lo * log_above) return {*lo / 1.25, *hi * 1.25, true};
    const double air = *hi > *lo ? (*hi - *lo) * 0.05 : std::max(std::fabs(*hi) * 0.1, 1e-3);
    return {*lo >= 0 ? std::max(0.0, *lo - air) : *lo - air, *hi + air, false};
}

Axis bar_axis(const std::vector<double>& values, double log_above)
{
    Axis axis = axis_of(values, log_above);
    if (axis.log) return {std::pow(10, std::floor(std::log10(axis.lo))), axis.hi * 1.8, true};
    const double top = values.empty() ? 1 : *std::max_element(values.begin(), values.end());
    return {0, top > 0 ? top * 1.15 : 1, false};
}

std::string set_axis(const std::string& which, const Axis& axis, const std::string& label, bool numbers)
{
    std::string out = "set " + which + "label " + plot_text(label) + " noenhanced\n";
    out += (axis.log ? "set logscale " : "unset logscale ") + which + "\n";
    out += "set " + which + "range [" + num(axis.lo) + ":" + num(axis.hi) + "]\n";
    out += "set format " + which + (numbers ? " '%g'" : " ''") + "\n";
    return out + "set " + which + "tics " + (axis.log ? log_ticks(axis, numbers) : "autofreq") + "\n";
}

std::string set_legend(size_t entries, size_t longest, int width)
{
    const size_t per_row = std::clamp<size_t>(static_cast<size_t>(width) / (longest * 6 + 55), 1, 4);
    const size_t rows = (entries + per_row - 1) / per_row;
    return "set key outside top center vertical maxrows " + std::to_string(rows) +
           " Left reverse noenhanced samplen 2.6 spacing 1.05 width 1 font ',9' nobox\n";
}

std::string prelude()
{
    return "reset\nset encoding utf8\nset border 3 lw 0.8 lc rgb '#555555'\n"
           "set tics nomirror out scale 0.6 textcolor rgb '#222222' font ',9'\n"
           "set grid back lw 0.8 dt 1 lc rgb '#dcdcdc'\nset style fill solid 0.9 border lc rgb '#333333'\n"
           "set bmargin 6\nset rmargin 3\n";
}

std::string set_footer(const std::string& text, int width, int height)
{
    const size_t per_line = static_cast<size_t>(width * 10 / 36);
    std::string rest = one_line(text), out;
    for (int line = 0; line < 2 && !rest.empty(); ++line) {
        size_t cut = rest.size();
        if (cut > per_line) {
            cut = rest.rfind(' ', per_line);
            if (cut == std::string::npos || cut == 0) cut = whole_character(rest, per_line);
        }
        std::string shown = rest.substr(0, cut);
        rest.erase(0, std::min(rest.size(), cut + (rest[cut] == ' ' ? 1 : 0)));
        if (line == 1 && !rest.empty()) shown += " ...";
        out += "set label " + std::to_string(901 + line) + " " + plot_text(shown) +
               " at screen 0.012, screen " + num((line == 0 ? 19.0 : 8.0) / height) +
               " noenhanced font ',6' textcolor rgb '#808080'\n";
    }
    return out;
}

}  // namespace hpnsim
