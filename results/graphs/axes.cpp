// SPDX-License-Identifier: GPL-2.0-only
// Chooses ranges and ticks.
#include "graphs/axes.hpp"

#include "hpnsim/format.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace hpnsim
{

namespace
{

constexpr double kLetter = 0.62;  // width of a letter, in its size, with a margin for wide ones

struct Tick {
    double at;
    std::string text;
};

size_t letters(const std::vector<std::string>& names)
{
    size_t longest = 1;
    for (const std::string& name : names) longest = std::max(longest, name.size());
    return longest;
}

bool turned(const GraphAxis& axis, const Room& room)
{
    const double each = (static_cast<double>(letters(axis.names)) + 1.5) * kLetter * room.letter;
    return each * static_cast<double>(axis.names.size()) > room.width;
}

std::string joined(const std::vector<Tick>& ticks, bool bare)
{
    std::string out;
    for (const Tick& tick : ticks)
        out += (out.empty() ? "" : ", ") + plot_text(bare ? "" : tick.text) + " " + num(tick.at);
    return "(" + out + ")";
}

/// True if the texts fit beside each other, or below.
bool fit(const std::vector<Tick>& ticks, char which, const Room& room)
{
    double all = 0;
    for (const Tick& tick : ticks)
        all += which == 'x' ? (static_cast<double>(tick.text.size()) + 1.2) * kLetter * room.letter
                            : 1.5 * room.letter;
    return all <= (which == 'x' ? 0.85 * room.width : room.height);
}

std::vector<Tick> decades(const Axis& range, const std::vector<double>& factors, int step)
{
    std::vector<Tick> ticks;
    for (int e = static_cast<int>(std::floor(std::log10(range.lo))); std::pow(10, e) <= range.hi; e += step)
        for (const double factor : factors) {
            const double at = factor * std::pow(10, e);
            if (at >= range.lo * 0.999 && at <= range.hi * 1.001) ticks.push_back({at, format_tick(at)});
        }
    return ticks;
}

/// Ticks at equal distances: the closest that fit, up to six. A range of less than a decade wants them on a
/// logarithmic axis, too, because few powers of ten and their halves lie in it.
std::vector<Tick> even_ticks(char which, const Axis& range, const Room& room)
{
    constexpr size_t kMost = 6;
    const int least = static_cast<int>(std::floor(std::log10(range.hi - range.lo))) - 1;
    std::vector<Tick> ticks;
    for (int e = least; e < least + 3; ++e)
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double step = factor * std::pow(10, e);
            ticks.clear();
            for (double i = std::ceil(range.lo / step); i * step <= range.hi; ++i)
                ticks.push_back({i * step, range.hi < 1e6 ? format_fixed(i * step, std::max(0, -e))
                                                          : format_tick(i * step)});
            if (ticks.size() <= kMost && fit(ticks, which, room)) return ticks;
        }
    return ticks;
}

std::vector<Tick> log_ticks(char which, const Axis& range, const Room& room)
{
    constexpr size_t kFew = 3;
    std::vector<Tick> ticks = decades(range, {1, 2, 5}, 1);
    if (ticks.size() < kFew) return even_ticks(which, range, room);
    for (const auto& factors : {std::vector<double>{1, 2, 5}, std::vector<double>{1, 3}}) {
        ticks = decades(range, factors, 1);
        if (fit(ticks, which, room)) return ticks;
    }
    for (int step = 1; step < 20; ++step) {
        ticks = decades(range, {1}, step);
        if (fit(ticks, which, room)) break;
    }
    return ticks;
}

std::vector<Tick> size_ticks(char which, const Axis& range, const Room& room)
{
    const int first = static_cast<int>(std::ceil(std::log2(std::max(1.0, range.lo)) - 1e-9));
    std::vector<Tick> ticks;
    for (int step = 1; step < 40; ++step) {
        ticks.clear();
        for (int power = first; std::ldexp(1.0, power) <= range.hi * 1.001; power += step)
            ticks.push_back({std::ldexp(1.0, power), format_size(Bytes{1} << power)});
        if (fit(ticks, which, room)) break;
    }
    return ticks;
}

std::vector<Tick> name_ticks(const GraphAxis& axis)
{
    std::vector<Tick> ticks;
    for (size_t at = 0; at < axis.names.size(); ++at)
        ticks.push_back({static_cast<double>(at), axis.names[at]});
    return ticks;
}

std::vector<Tick> ticks_of(char which, const GraphAxis& axis, const Axis& range, const Room& room)
{
    if (!axis.names.empty()) return name_ticks(axis);
    return axis.sizes ? size_ticks(which, range, room) : log_ticks(which, range, room);
}

}  // namespace

Axis range_of(const GraphAxis& axis, std::vector<double> values)
{
    if (!axis.names.empty()) return {-0.6, static_cast<double>(axis.names.size()) - 0.4, false};
    const bool log = axis.log || axis.sizes;
    if (log)
        values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return !(v > 0); }),
                     values.end());
    if (axis.end) values.push_back(*axis.end);
    if (values.empty()) return {log ? 0.1 : 0.0, 1, log};
    const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
    if (log) return {*lo / 1.15, *hi * 1.15, true};
    if (axis.end && axis.zero) return {std::min(0.0, *lo), *axis.end, false};
    const double low = axis.zero ? std::min(0.0, *lo) : *lo, high = axis.zero ? std::max(0.0, *hi) : *hi;
    const double air = high > low ? (high - low) * 0.06 : std::max(std::fabs(high) * 0.1, 1e-3);
    return {axis.zero && low == 0 ? 0 : low - air, high + air, false};
}

double depth_of_names(const GraphAxis& axis, const Room& room)
{
    if (axis.names.empty() || !turned(axis, room)) return 0;
    return static_cast<double>(letters(axis.names)) * kLetter * room.letter * 0.6;
}

std::string axis_script(char which, const GraphAxis& axis, const Axis& range, const Room& room, bool bare)
{
    const std::string name(1, which);
    std::string out =
        "set " + name + "label " + plot_text(bare || which == 'y' ? "" : axis.label) + " noenhanced\n";
    out += (range.log ? "set logscale " : "unset logscale ") + name + "\n";
    const bool upside_down = which == 'y' && !axis.names.empty();
    out += "set " + name + "range [" + num(upside_down ? range.hi : range.lo) + ":" +
           num(upside_down ? range.lo : range.hi) + "]\n";
    out += "set format " + name + (bare ? " ''\n" : " '%g'\n");
    std::string ticks = "autofreq norotate";
    if (!axis.names.empty() || range.log)
        ticks =
            joined(ticks_of(which, axis, range, room), bare) +
            (which == 'x' && !axis.names.empty() && turned(axis, room) ? " rotate by -35 left" : " norotate");
    return out + "set " + name + "tics " + ticks + " noenhanced\n";
}

size_t letters_of_ticks(const GraphAxis& axis, const Axis& range, const Room& room)
{
    size_t most = 0;
    if (!axis.names.empty() || range.log) {
        for (const Tick& tick : ticks_of('y', axis, range, room)) most = std::max(most, tick.text.size());
        return most;
    }
    const double step = std::pow(10, std::floor(std::log10(range.hi - range.lo)) - 1);
    for (const double end : {range.lo, range.hi}) {
        char text[32];
        std::snprintf(text, sizeof text, "%g", std::round(end / step) * step);
        most = std::max(most, std::string(text).size());
    }
    return most;
}

}  // namespace hpnsim
