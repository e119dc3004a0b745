// SPDX-License-Identifier: GPL-2.0-only
// Draws bars over runs: tail_latency in groups, and busbw as horizontal bars, so that long labels stay
// readable.
#include "hpnsim/format.hpp"
#include "hpnsim/record_extra.hpp"
#include "hpnsim/size_sweep.hpp"
#include "hpnsim/statistics.hpp"
#include "plots/bars.hpp"
#include "plots/curves.hpp"
#include "plots/style.hpp"

#include <algorithm>
#include <array>

namespace hpnsim
{

namespace
{

constexpr const char* kGroups[] = {"p50", "p95", "p99", "p99.9"};
constexpr size_t kGroupCount = 4;

using Tails = std::array<std::optional<double>, kGroupCount>;

Tails tails(const RunRecord& run)
{
    const Summary s = fct_summary(run);
    Tails out;
    const std::optional<int64_t> values[] = {s.p50, s.p95, s.p99, s.p999};
    for (size_t k = 0; k < kGroupCount; ++k)
        if (values[k]) out[k] = static_cast<double>(*values[k]) / 1e6;
    return out;
}

// Returns where bar `run` of `runs` stands in group `group`.
double bar_x(size_t group, size_t run, size_t runs)
{
    const double width = 0.8 / static_cast<double>(runs);
    return static_cast<double>(group) - 0.4 + width * (static_cast<double>(run) + 0.5);
}

std::string bar_text(const std::optional<double>& value, double x, size_t runs)
{
    if (!value)
        return "set label 'n too small' at " + num(x) +
               ", graph 0.02 left rotate by 90 font ',7' textcolor rgb "
               "'#808080' noenhanced\n";
    const bool upright = runs > 3;
    return "set label " + plot_text(format_short(*value)) + " at " + num(x) + ", " + num(*value) +
           (upright ? " left rotate by 90 offset 0,0.35" : " center offset 0,0.5") +
           " font ',7' noenhanced\n";
}

std::string group_tics()
{
    std::string out = "set xtics (";
    for (size_t k = 0; k < kGroupCount; ++k)
        out += (k > 0 ? ", " : "") + plot_text(kGroups[k]) + " " + std::to_string(k);
    return out + ") scale 0\nset xrange [-0.55:" + num(kGroupCount - 0.45) + "]\nset grid noxtics ytics\n";
}

}  // namespace

Figure tail_latency(const Runs& runs)
{
    std::vector<Tails> all;
    std::vector<double> values;
    for (const RunRecord& run : runs) {
        all.push_back(tails(run));
        for (const auto& v : all.back())
            if (v) values.push_back(*v);
    }
    if (values.empty()) return {};
    Figure out;
    out.plot = {"tail_latency",
                "The 50th, 95th, 99th and 99.9th percentile of flow completion times: lower is better; "
                "\"n too small\" where the run has too few flows for that percentile."};
    Axis y = bar_axis(values, 50);
    if (!y.log) y.hi *= 1.05;
    std::string labels, plot;
    for (size_t i = 0; i < runs.size(); ++i) {
        DataBlock block("b" + std::to_string(i));
        block.row({-9, y.log ? y.lo : 0});  // off the canvas: so a run without any bar keeps its legend
        for (size_t k = 0; k < kGroupCount; ++k) {
            const double x = bar_x(k, i, runs.size());
            if (all[i][k]) block.row({x, *all[i][k]});
            labels += bar_text(all[i][k], x, runs.size());
        }
        out.data += block.text();
        plot += (i > 0 ? ", $b" : "plot $b") + std::to_string(i) + " using 1:2 with boxes " + fill_style(i) +
                " lc " + colour(i) + " lw 0.5 title " + plot_text(shown_label(runs[i]));
    }
    out.script = set_legend(runs.size(), longest_label(runs), out.width) +
                 set_axis("y", y, "flow completion time (us)") + group_tics() + "set boxwidth " +
                 num(0.74 / static_cast<double>(runs.size())) + " absolute\n" + labels + plot + "\n";
    return out;
}

Figure busbw(const Runs& runs)
{
    LyingBars bars;
    for (size_t i = 0; i < runs.size(); ++i) {
        const auto bw = bus_bandwidth(runs[i]);
        if (!bw || size_sweep(runs[i])) continue;  // busbw_by_size has a curve of it
        const size_t row = bars.add_row(shown_label(runs[i]));
        bars.add_bar(row, 0, bw->busbw, colour(i));
        std::string text = format_short(bw->busbw);
        if (bw->efficiency) text += "  (" + format_fixed(*bw->efficiency * 100, 1) + " %)";
        bars.add_end_text(row, std::max(bw->busbw, bw->ideal.value_or(0)), text);
        if (bw->ideal) bars.add_mark(row, *bw->ideal);
    }
    Figure out = bars.figure("bus bandwidth (GB/s)", "ideal");
    out.plot = {
        "busbw",
        "Bus bandwidth of the collective as nccl-tests defines it; the dashed mark is the algorithm's "
        "lower-bound time, the percentage how near the run came."};
    return out;
}

}  // namespace hpnsim
