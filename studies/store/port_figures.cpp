// SPDX-License-Identifier: GPL-2.0-only
// Adds up the rows of queues.csv.
#include "store/port_figures.hpp"

#include <algorithm>
#include <map>

namespace hpnsim
{

namespace
{

struct Sums {
    double count = 0, bytes = 0, most_bytes = 0, utilisation = 0, most_utilisation = 0, peak = 0, queue = 0,
           most_queue = 0, drops = 0, marks = 0, paused_us = 0;

    void add(const PortRow& port)
    {
        const auto sent = static_cast<double>(port.bytes);
        ++count;
        bytes += sent;
        most_bytes = std::max(most_bytes, sent);
        utilisation += port.utilisation;
        most_utilisation = std::max(most_utilisation, port.utilisation);
        peak = std::max(peak, static_cast<double>(port.peak_queue));
        queue += port.mean_queue;
        most_queue = std::max(most_queue, port.mean_queue);
        drops += static_cast<double>(port.drops);
        marks += static_cast<double>(port.ecn_marks);
        paused_us += static_cast<double>(port.pfc_paused.ps) / 1e6;
    }
};

/// How many ports of a kind could have been chosen where one was: null of runs that did not count them.
double beside_used(const nlohmann::ordered_json& summary, const std::string& kind)
{
    const auto ports = summary.is_object() ? summary.find("ports") : summary.end();
    if (!summary.is_object() || ports == summary.end() || !ports->contains(kind)) return 0;
    return (*ports)[kind].value("beside_used", 0.0);
}

}  // namespace

Figures port_figures(const RunFolder& run)
{
    const nlohmann::ordered_json summary = run.summary();
    std::map<std::string, Sums> kinds;
    run.ports([&kinds](const PortRow& port) { kinds[port.tier + "_" + port.role].add(port); });
    Figures all;
    for (const auto& [name, sums] : kinds) {
        const std::string kind = "ports_" + name + "_";
        all.emplace_back(kind + "count", sums.count);
        all.emplace_back(kind + "bytes", sums.bytes);
        if (sums.bytes > 0)
            all.emplace_back(kind + "bytes_max_over_mean", sums.most_bytes * sums.count / sums.bytes);
        if (const double there = beside_used(summary, name); there > 0 && sums.bytes > 0)
            all.emplace_back(kind + "imbalance", sums.most_bytes * there / sums.bytes);
        all.emplace_back(kind + "utilisation_max", sums.most_utilisation);
        all.emplace_back(kind + "utilisation_mean", sums.utilisation / sums.count);
        all.emplace_back(kind + "peak_queue_bytes", sums.peak);
        all.emplace_back(kind + "mean_queue_bytes_max", sums.most_queue);
        all.emplace_back(kind + "mean_queue_bytes_mean", sums.queue / sums.count);
        all.emplace_back(kind + "drops", sums.drops);
        all.emplace_back(kind + "ecn_marks", sums.marks);
        all.emplace_back(kind + "pfc_paused_us", sums.paused_us);
    }
    return all;
}

}  // namespace hpnsim
