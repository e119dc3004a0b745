// SPDX-License-Identifier: GPL-2.0-only
// What the network did: payload over time, depth of queues, and how evenly planes and uplinks were used.
#include "plots/curves.hpp"
#include "plots/port_use.hpp"
#include "report/figures.hpp"

#include <algorithm>
#include <set>

namespace hpnsim
{

namespace
{

constexpr size_t kMostFailures = 4;  // more would be all that one sees

std::vector<GraphPoint> points_of(const Curve& curve)
{
    std::vector<GraphPoint> out;
    for (const Point& point : curve) out.push_back({point.x, point.y, {}});
    return out;
}

/// When something failed and was repaired: upright lines.
void add_failures(const RunRecord& run, double top, GraphPanel& panel)
{
    const auto found = run.extra.is_object() ? run.extra.find("failures") : run.extra.end();
    if (!run.extra.is_object() || found == run.extra.end() || !found->is_array()) return;
    size_t number = 0;
    for (const auto& each : *found) {
        if (++number > kMostFailures) return;
        const std::string what =
            each.at("kind").get<std::string>() + " " + each.at("place").get<std::string>();
        for (const auto& [key, word] :
             {std::make_pair("at_us", ""), std::make_pair("repair_us", ": repair")}) {
            if (!each.contains(key) || !each[key].is_number()) continue;
            const double at = each[key].get<double>();
            panel.series.push_back({what + word, Stroke::aside, {{at, 0, {}}, {at, top, {}}}});
        }
    }
}

}  // namespace

Graph throughput_graph(const Runs& runs)
{
    GraphPanel panel;
    double top = 0;
    for (const RunRecord& run : runs) {
        GraphSeries series{run.label, Stroke::steps, points_of(throughput_curve(run.throughput))};
        for (const GraphPoint& point : series.points) top = std::max(top, point.y);
        if (!series.points.empty()) panel.series.push_back(std::move(series));
    }
    if (panel.series.empty()) return {};
    add_failures(runs.front(), top, panel);
    panel.x.label = "simulated time (us)";
    panel.y.label = "payload received (Gb/s)";
    panel.x.zero = panel.y.zero = true;
    Graph out{"throughput", {}, {panel}, false, false, ""};
    out.notes = {"Payload that all receivers got over time, each byte once; of several seeds, the mean."};
    return out;
}

Graph queue_depth_graph(const Runs& runs)
{
    GraphPanel panel;
    for (const RunRecord& run : runs) {
        GraphSeries series{run.label, Stroke::steps, points_of(queue_ccdf(run.queue_depth))};
        if (!series.points.empty()) panel.series.push_back(std::move(series));
    }
    if (panel.series.empty()) return {};
    panel.x.label = "queue depth (KB)";
    panel.y.label = "share of time deeper";
    panel.x.log = panel.y.log = true;
    Graph out{"queue_cdf", {}, {panel}, false, false, ""};
    out.notes = {
        "Share of time that a switch port's queue was deeper than so much, over all ports: lower and further "
        "left is better."};
    return out;
}

Graph plane_split_bars(const Runs& runs)
{
    GraphPanel panel;
    std::set<int> planes;
    for (const RunRecord& run : runs)
        for (const bool sent : {true, false})
            for (const auto& each : plane_bytes(run, sent)) planes.insert(each.first);
    if (planes.size() < 2) return {};
    for (const char* way : {"sent", "received"})
        for (const int plane : planes)
            panel.x.names.push_back(std::string(way) + ", port " + std::to_string(plane));
    for (const RunRecord& run : runs) {
        GraphSeries series{run.label, Stroke::bars, {}};
        double place = 0;
        for (const bool sent : {true, false}) {
            const PlaneBytes bytes = plane_bytes(run, sent);
            const double all = total_of(bytes);
            for (const int plane : planes) {
                const auto found = bytes.find(plane);
                if (all > 0)
                    series.points.push_back(
                        {place, found == bytes.end() ? 0 : found->second / all * 100, {}});
                ++place;
            }
        }
        panel.series.push_back(series);
    }
    panel.y.label = "share of wire bytes (%)";
    panel.y.zero = true;
    Graph out{"port_split", {}, {panel}, false, false, ""};
    out.notes = {"How the wire bytes of all NICs divide over their ports, each of which is on a plane of its "
                 "own: equal "
                 "parts use the whole NIC."};
    return out;
}

Graph uplink_bars(const Runs& runs)
{
    GraphPanel panel;
    std::set<std::string> tiers;
    for (const RunRecord& run : runs) tiers.merge(uplink_tiers(run));
    panel.x.names.assign(tiers.begin(), tiers.end());
    for (const RunRecord& run : runs) {
        GraphSeries series{run.label, Stroke::bars, {}};
        for (size_t at = 0; at < panel.x.names.size(); ++at)
            if (const auto found = uplink_imbalance_of(run, panel.x.names[at]))
                series.points.push_back({static_cast<double>(at), found->ratio, {}});
        if (!series.points.empty()) panel.series.push_back(std::move(series));
    }
    if (panel.series.empty()) return {};
    panel.y.label = "busiest uplink / mean uplink";
    panel.y.zero = true;
    Graph out{"uplink_imbalance", {}, {panel}, false, false, ""};
    out.notes = {"Utilisation of the busiest uplink over the mean of all uplinks of its tier, idle ones too: "
                 "1 is even."};
    return out;
}

}  // namespace hpnsim
