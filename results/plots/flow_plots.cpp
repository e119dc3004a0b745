// SPDX-License-Identifier: GPL-2.0-only
// Draws curves over flows and over queue depth: fct_cdf, slowdown_by_size, throughput, goodput,
// queue_cdf.
#include "hpnsim/format.hpp"
#include "hpnsim/record_extra.hpp"
#include "hpnsim/size_buckets.hpp"
#include "hpnsim/statistics.hpp"
#include "plots/curves.hpp"
#include "plots/figures.hpp"
#include "plots/style.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

std::vector<std::pair<double, double>> pairs(const Curve& curve)
{
    std::vector<std::pair<double, double>> out;
    for (const Point& p : curve) out.emplace_back(p.x, p.y);
    return out;
}

void add_ideal_line(double ideal_us, CurveSet& curves)
{
    DataBlock block("ideal");
    block.row({ideal_us, 0});
    block.row({ideal_us, 1});
    curves.data += block.text();
    curves.xs.push_back(ideal_us);
    curves.plot += ", $ideal using 1:2 with lines lw 1.3 dt (5,4) lc rgb '#888888' title " +
                   plot_text("ideal (empty network): " + format_short(ideal_us) + " us");
}

// A curve of one flow says no more than the table does, so there is none.
bool all_single(const Runs& runs)
{
    return std::all_of(runs.begin(), runs.end(),
                       [](const RunRecord& r) { return count_flows(r).completed < 2; });
}

std::string legend(const Runs& runs, size_t more, size_t more_length, int width)
{
    return set_legend(runs.size() + more, std::max(longest_label(runs), more_length), width);
}

/// Draws a line from bottom to top at a time that the figure must show.
void add_mark(size_t number, double us, double top, const std::string& title, const std::string& style,
              CurveSet& curves)
{
    const std::string name = "mark" + std::to_string(number);
    DataBlock block(name);
    block.row({us, 0});
    block.row({us, top});
    curves.data += block.text();
    curves.xs.push_back(us);
    curves.plot += ", $" + name + " using 1:2 with lines lw 1.3 " + style + " title " + plot_text(title);
}

/// Marks when each failure came and was repaired. Returns the length of the longest title.
size_t add_failures(const nlohmann::ordered_json& failures, CurveSet& curves)
{
    constexpr size_t kMost = 4;  // more would be all that one sees
    const double top = curves.ys.empty() ? 1 : *std::max_element(curves.ys.begin(), curves.ys.end());
    size_t longest = 0, number = 0;
    for (const auto& each : failures) {
        if (number >= kMost) break;
        const std::string what =
            each.at("kind").get<std::string>() + " " + each.at("place").get<std::string>();
        const std::string dash = " dt " + std::to_string(2 + number);
        add_mark(2 * number, each.at("at_us").get<double>(), top, what, "lc rgb '#b00020'" + dash, curves);
        longest = std::max(longest, what.size() + 10);
        if (each.at("repair_us").is_number())
            add_mark(2 * number + 1, each.at("repair_us").get<double>(), top, what + ": repair",
                     "lc rgb '#007040'" + dash, curves);
        ++number;
    }
    return longest;
}

using Percentile = std::optional<int64_t> SizeBucket::*;

// Draws one of three panels side by side; the x tics stay readable only by decades.
std::string size_panel(int index, const std::string& name, const Axis& y, const CurveSet& curves)
{
    const double left = 0.075 + 0.307 * index;
    std::string out =
        "set lmargin at screen " + num(left) + "\nset rmargin at screen " + num(left + 0.285) + "\n";
    out += set_axis("y", y, index == 0 ? "slowdown (FCT / ideal)" : "", index == 0);
    if (index > 0) out += "unset key\nunset label 901\nunset label 902\n";
    out += "set label 1 " + plot_text(name) + " at graph 0.5, graph 1.05 center font ',10' noenhanced\n";
    if (!curves.any)
        return out + "set label 2 'n too small' at graph 0.5, graph 0.5 center textcolor rgb '#808080'\n"
                     "plot NaN notitle\nunset label 2\n";
    return out + "plot " + curves.plot + "\n";
}

}  // namespace

std::string shown_label(const RunRecord& run)
{
    constexpr size_t kMost = 44, kHead = 26, kTail = 15;
    const std::string& label = run.label;
    return label.size() <= kMost ? label
                                 : label.substr(0, kHead) + "..." + label.substr(label.size() - kTail);
}

size_t longest_label(const Runs& runs)
{
    size_t longest = 1;
    for (const RunRecord& run : runs) longest = std::max(longest, shown_label(run).size());
    return longest;
}

void CurveSet::add(size_t run, const std::string& title, const std::vector<std::pair<double, double>>& points,
                   const std::string& with, const std::string& style)
{
    if (points.empty()) return;
    const std::string name = prefix + std::to_string(run);
    DataBlock block(name);
    for (const auto& [x, y] : points) {
        block.row({x, y});
        xs.push_back(x);
        ys.push_back(y);
    }
    data += block.text();
    plot +=
        (any ? ", $" : "$") + name + " using 1:2 with " + with + " " + style + " title " + plot_text(title);
    any = true;
}

Figure fct_cdf(const Runs& runs)
{
    if (all_single(runs)) return {};
    CurveSet curves;
    for (size_t i = 0; i < runs.size(); ++i)
        curves.add(i, shown_label(runs[i]), pairs(cdf(completed_fcts(runs[i]), 1e6)), "steps", line_style(i));
    if (!curves.any) return {};
    const auto ideal = shared_ideal_us(runs);
    if (ideal) add_ideal_line(*ideal, curves);
    Figure out;
    out.plot = {"fct_cdf",
                "Share of completed flows that took at most so long: further left is faster, and a "
                "steep curve means that all flows fare alike."};
    out.data = curves.data;
    out.script = legend(runs, ideal.has_value(), ideal ? 26 : 0, out.width) +
                 set_axis("x", axis_of(curves.xs, 20), "flow completion time (us)") +
                 set_axis("y", {0, 1.02, false}, "share of flows") + "plot " + curves.plot + "\n";
    return out;
}

Figure slowdown_by_size(const Runs& runs)
{
    CurveSet panels[3];
    const Percentile members[3] = {&SizeBucket::p50, &SizeBucket::p95, &SizeBucket::p99};
    for (int k = 0; k < 3; ++k) panels[k].prefix = "p" + std::to_string(k) + "_";
    std::vector<double> xs, ys;
    for (size_t i = 0; i < runs.size(); ++i) {
        const auto buckets = size_buckets(runs[i]);
        for (const SizeBucket& b : buckets) xs.push_back(static_cast<double>(b.largest) / 1e3);
        for (int k = 0; k < 3; ++k) {
            std::vector<std::pair<double, double>> points;
            for (const SizeBucket& b : buckets)
                if (b.*members[k])
                    points.emplace_back(static_cast<double>(b.largest) / 1e3,
                                        static_cast<double>(*(b.*members[k])) / 1e6);
            panels[k].add(i, shown_label(runs[i]), points, "linespoints", point_style(i));
            for (const auto& p : points) ys.push_back(p.second);
        }
    }
    if (ys.empty() || *std::min_element(xs.begin(), xs.end()) == *std::max_element(xs.begin(), xs.end()))
        return {};
    Figure out;
    out.plot = {"slowdown_by_size",
                "FCT over ideal FCT against flow size, in 20 groups of equally many flows: 1 is "
                "perfect; small flows suffer from queues, large ones from slow rates."};
    out.width = 960;
    const char* names[3] = {"p50", "p95", "p99"};
    out.script = "set multiplot\nset tmargin at screen 0.83\nset bmargin at screen 0.2\n" +
                 legend(runs, 0, 0, out.width) + "set key at screen 0.5, screen 0.99 center top\n" +
                 set_axis("x", axis_of(xs, 20), "flow size (KB, 1,000 B)");
    for (int k = 0; k < 3; ++k) {
        out.data += panels[k].data;
        out.script += size_panel(k, names[k], axis_of(ys, 6), panels[k]);
    }
    out.script += "unset multiplot\n";
    return out;
}

Figure throughput(const Runs& runs)
{
    CurveSet curves;
    for (size_t i = 0; i < runs.size(); ++i)
        curves.add(i, shown_label(runs[i]), pairs(throughput_curve(runs[i].throughput)), "steps",
                   line_style(i));
    if (!curves.any) return {};
    Figure out;
    out.plot = {"throughput",
                "Payload that receivers got over time, each byte once, summed over all of them (of several "
                "seeds, the mean): higher is better, and a long tail means that some flows wait for few "
                "others."};
    out.data = curves.data;
    out.script = legend(runs, 0, 0, out.width) +
                 set_axis("x", {0, *std::max_element(curves.xs.begin(), curves.xs.end()), false},
                          "simulated time (us)") +
                 set_axis("y", bar_axis(curves.ys, 1e300), "payload received (Gb/s)") + "plot " +
                 curves.plot + "\n";
    return out;
}

/// How long an iteration takes with what a failure leaves; a mean over it has no pauses of the workload.
Time longest_period(const RunRecord& run)
{
    const auto period = extra_number(run, "iteration_before_us"), steady = extra_number(run, "steady_gbps");
    const auto permitted = extra_number(run, "permitted_gbps");
    if (!period || !steady) return {};
    return microseconds_f(permitted && *permitted > 0 ? *period * *steady / *permitted : *period);
}

/// Draws what runs with failures have in common: those of the first, and a curve of each run.
Figure goodput(const Runs& runs)
{
    if (runs.empty() || !runs[0].extra.is_object() || !runs[0].extra.contains("failures")) return {};
    const auto& failures = runs[0].extra["failures"];
    if (!failures.is_array()) return {};
    CurveSet curves;
    for (size_t i = 0; i < runs.size(); ++i) {
        const Curve mean = moving_mean(runs[i].throughput, longest_period(runs[i]));
        curves.add(i, shown_label(runs[i]), pairs(mean.empty() ? throughput_curve(runs[i].throughput) : mean),
                   "lines", line_style(i));
    }
    if (!curves.any) return {};
    const size_t longest = add_failures(failures, curves);
    Figure out;
    out.plot = {"goodput",
                "Payload that receivers got over time, as a mean over the time of an iteration; red is when "
                "something failed, green when it was repaired. throughput.csv has the "
                "bins."};
    out.data = curves.data;
    out.script = legend(runs, 2 * failures.size(), longest, out.width) +
                 set_axis("x", {0, *std::max_element(curves.xs.begin(), curves.xs.end()), false},
                          "simulated time (us)") +
                 set_axis("y", bar_axis(curves.ys, 1e300), "goodput (Gb/s)") + "plot " + curves.plot + "\n";
    return out;
}

Figure queue_cdf(const Runs& runs)
{
    CurveSet curves;
    for (size_t i = 0; i < runs.size(); ++i)
        curves.add(i, shown_label(runs[i]), pairs(queue_ccdf(runs[i].queue_depth)), "steps", line_style(i));
    if (!curves.any) return {};
    Figure out;
    out.plot = {"queue_cdf",
                "Share of time that a switch port's queue was deeper than so much, over all ports: lower "
                "and further left is better; the right end is the deepest queue."};
    out.data = curves.data;
    out.script = legend(runs, 0, 0, out.width) +
                 set_axis("x", axis_of(curves.xs, 4), "queue depth (KB, 1,000 B)") +
                 set_axis("y", axis_of(curves.ys, 4), "share of port-time with a deeper queue") + "plot " +
                 curves.plot + "\n";
    return out;
}

}  // namespace hpnsim
