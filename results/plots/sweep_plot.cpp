// SPDX-License-Identifier: GPL-2.0-only
// Draws bus bandwidth against size, with the bound of each algorithm beside what the runs reached.
#include "hpnsim/quantity.hpp"
#include "hpnsim/size_sweep.hpp"
#include "plots/figures.hpp"
#include "plots/style.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

using Points = std::vector<std::pair<double, double>>;

Points points_of(const SizeSweep& sweep, double SizeRow::*value)
{
    Points points;
    for (const SizeRow& row : sweep.rows)
        if (row.size > 0 && row.*value > 0) points.emplace_back(static_cast<double>(row.size), row.*value);
    return points;
}

/// True if nobody could tell one line from the other: framings differ by less than that.
bool look_alike(const Points& a, const Points& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& p, const auto& q) {
        return p.first == q.first && std::fabs(p.second - q.second) <= 0.02 * p.second;
    });
}

/// Sizes double along the axis; about ten of its ticks have a number.
std::string size_axis(const std::vector<double>& sizes)
{
    const auto [least, most] = std::minmax_element(sizes.begin(), sizes.end());
    const int first = static_cast<int>(std::floor(std::log2(*least)));
    const int last = std::max(static_cast<int>(std::ceil(std::log2(*most))), first + 1);
    const int step = std::max(1, (last - first + 9) / 10);
    std::string ticks;
    for (int power = first; power <= last; power += step)
        ticks += (ticks.empty() ? "" : ", ") + plot_text(format_size(Bytes{1} << power)) + " " +
                 num(std::ldexp(1.0, power));
    return "set xlabel 'size (bytes; K, M, G are powers of 1024)' noenhanced\nset logscale x 2\nset xrange "
           "[" +
           num(std::ldexp(0.8, first)) + ":" + num(std::ldexp(1.25, last)) + "]\nset xtics (" + ticks + ")\n";
}

}  // namespace

Figure busbw_by_size(const Runs& runs)
{
    CurveSet reached, bounds;
    bounds.prefix = "b";
    std::vector<std::pair<size_t, Points>> drawn;  // with the run that each is of
    for (size_t i = 0; i < runs.size(); ++i) {
        const std::optional<SizeSweep> sweep = size_sweep(runs[i]);
        if (!sweep || sweep->rows.size() < 2) continue;
        reached.add(i, shown_label(runs[i]), points_of(*sweep, &SizeRow::busbw_GBps), "linespoints",
                    point_style(i));
        const Points bound = points_of(*sweep, &SizeRow::ideal_busbw_GBps);
        if (std::any_of(drawn.begin(), drawn.end(),
                        [&bound](const auto& each) { return look_alike(each.second, bound); }))
            continue;
        drawn.emplace_back(i, bound);
    }
    for (const auto& [i, bound] : drawn)
        bounds.add(i, drawn.size() == 1 ? "bound" : "bound of " + shown_label(runs[i]), bound, "lines",
                   "lw 1.3 dt (10,6) lc " + (drawn.size() == 1 ? "rgb '#888888'" : colour(i)));
    if (!reached.any) return {};
    std::vector<double> ys = reached.ys;
    ys.insert(ys.end(), bounds.ys.begin(), bounds.ys.end());
    Figure out;
    out.plot = {
        "busbw_by_size",
        "Bus bandwidth against size, as nccl-tests defines both: higher is better, and nothing is above "
        "the dashed line, which is the algorithm's lower-bound time."};
    out.data = reached.data + bounds.data;
    out.script = set_legend(runs.size() + drawn.size(), longest_label(runs) + 9, out.width) +
                 size_axis(reached.xs) + set_axis("y", bar_axis(ys, 1e300), "bus bandwidth (GB/s)") +
                 "plot " + reached.plot + (bounds.any ? ", " + bounds.plot : "") + "\n";
    return out;
}

}  // namespace hpnsim
