// SPDX-License-Identifier: GPL-2.0-only
// Computes the points of the curves from the records of runs.
#include "plots/curves.hpp"

#include "hpnsim/outage.hpp"
#include "hpnsim/record_extra.hpp"
#include "hpnsim/statistics.hpp"

#include <algorithm>
#include <map>

namespace hpnsim
{

namespace
{

// Returns which ranks of a large sample to draw: evenly spaced ones, those of the usual percentiles, which
// must not change, and all of the last.
std::vector<size_t> ranks(size_t n, size_t most)
{
    std::vector<size_t> out;
    const size_t tail = std::min(n, most / 4);
    const size_t step = std::max<size_t>(1, n / most);
    for (size_t i = 0; i + tail < n; i += step) out.push_back(i);
    for (size_t i = n - tail; i < n; ++i) out.push_back(i);
    for (const size_t permille : {500, 950, 990, 999}) {
        const size_t rank = (n * permille + 999) / 1000;
        const auto place = std::lower_bound(out.begin(), out.end(), rank - 1);
        if (place == out.end() || *place != rank - 1) out.insert(place, rank - 1);
    }
    return out;
}

}  // namespace

Curve cdf(const std::vector<int64_t>& ascending, double unit, size_t most)
{
    Curve out;
    if (ascending.empty()) return out;
    const auto n = static_cast<double>(ascending.size());
    out.push_back({static_cast<double>(ascending.front()) / unit, 0});
    for (size_t i : ranks(ascending.size(), most))
        out.push_back({static_cast<double>(ascending[i]) / unit, static_cast<double>(i + 1) / n});
    return out;
}

Curve queue_ccdf(const QueueHistogram& histogram)
{
    Curve out;
    double above = 1;
    for (const auto& [depth, share] : histogram.bins) {
        const double before = above;
        above -= share;
        if (depth <= 0) continue;
        const double x = static_cast<double>(depth) / 1e3;
        if (out.empty()) out.push_back({x / 2, before});
        out.push_back({x, above > 1e-12 ? above : before});
    }
    return out;
}

Curve throughput_curve(const Throughput& throughput)
{
    Curve out;
    const double us = throughput.bin.us(), width = static_cast<double>(throughput.bin.ps);
    for (size_t i = 0; i < throughput.bytes.size(); ++i)
        out.push_back({us * static_cast<double>(i), throughput.bytes[i] * 8e3 / width});
    if (!out.empty()) out.push_back({us * static_cast<double>(out.size()), 0});
    return out;
}

Curve moving_mean(const Throughput& throughput, Time window)
{
    Curve out;
    if (throughput.bin.ps <= 0 || window.ps <= 0) return out;
    const ReceivedBytes received(throughput);
    const Time end = throughput.bin * static_cast<int64_t>(throughput.bytes.size());
    for (Time t; t + window <= end; t += throughput.bin)
        out.push_back({(t + Time{window.ps / 2}).us(), received.gbps(t, t + window)});
    return out;
}

std::optional<Imbalance> uplink_imbalance_of(const RunRecord& run, const std::string& tier)
{
    std::map<uint64_t, std::pair<double, double>> seeds;  // busiest and sum
    double uplinks = 0;
    for (const PortRow& port : run.ports) {
        if (port.role != "up" || port.tier != tier) continue;
        auto& [busiest, sum] = seeds[port.seed];
        busiest = std::max(busiest, port.utilisation);
        sum += port.utilisation;
        if (port.seed == run.seed) ++uplinks;
    }
    const auto all = run.uplinks.find(tier);
    if (all != run.uplinks.end()) uplinks = all->second;
    Imbalance out;
    size_t used = 0;
    for (const auto& [seed, of] : seeds) {
        if (of.second <= 0) continue;
        out.ratio += of.first * uplinks / of.second;
        out.busiest = std::max(out.busiest, of.first);
        ++used;
    }
    if (used == 0) return std::nullopt;
    out.ratio /= static_cast<double>(used);
    return out;
}

std::optional<double> shared_ideal_us(const std::vector<RunRecord>& runs)
{
    std::optional<double> ideal;
    for (const RunRecord& run : runs) {
        const bool collective = extra_number(run, "busbw_GBps").has_value();  // its ideal is of all messages
        if (const auto own = extra_number(run, "ideal_us"); own && !collective) {
            if (ideal && *ideal != *own) return std::nullopt;
            ideal = own;
            continue;
        }
        for (const FlowRow& flow : run.flows) {
            if (ideal && *ideal != flow.ideal.us()) return std::nullopt;
            ideal = flow.ideal.us();
        }
    }
    return ideal && *ideal > 0 ? ideal : std::nullopt;
}

}  // namespace hpnsim
