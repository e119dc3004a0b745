// SPDX-License-Identifier: GPL-2.0-only
// Does the sums behind queueing.hpp: what buffers hold, over the rate at which it leaves them.
#include "queueing/queueing.hpp"

#include "buffer/buffer_plan.hpp"

#include "hpnsim/timers.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace hpnsim
{

namespace
{

constexpr double kMostSeconds = 3600;

Time Seconds(double seconds)
{
    return {static_cast<int64_t>(std::min(seconds, kMostSeconds) * 1e12)};
}

double RateOf(const LinkPlan& link)
{
    return std::max(static_cast<double>(link.rate.bps) * link.share, 1.0);
}

/// Returns the buffer of each switch, in bytes. On a lossless fabric one that nobody chose may have grown
/// (BufferPlan).
std::vector<double> Buffers(const FabricPlan& plan, const FabricIndex& adjacency,
                            const FabricSettings& fabric)
{
    std::vector<double> bytes;
    for (uint32_t i = 0; i < plan.switches.size(); ++i) {
        const Bytes usual = fabric.buffer.size.value_or(plan.switches[i].buffer);
        const bool grows = fabric.mode == FabricMode::LOSSLESS && fabric.wire != nullptr;
        bytes.push_back(static_cast<double>(
            grows ? std::max(usual, BufferPlan(fabric, plan, adjacency, i).Total()) : usual));
    }
    return bytes;
}

/// Returns the b/s of each switch's slowest port.
std::vector<double> SlowestPorts(const FabricPlan& plan)
{
    std::vector<double> rates(plan.switches.size(), std::numeric_limits<double>::max());
    for (const LinkPlan& link : plan.links) {
        for (const uint32_t node : {link.a, link.b}) {
            if (node >= plan.endpoints) {
                double& slowest = rates[node - plan.endpoints];
                slowest = std::min(slowest, RateOf(link));
            }
        }
    }
    return rates;
}

/// Returns the b/s of the slowest NIC with all its ports, or of the slowest link between switches.
double Bottleneck(const FabricPlan& plan)
{
    std::vector<double> nics(plan.endpoints, 0);
    double slowest = std::numeric_limits<double>::max();
    for (const LinkPlan& link : plan.links) {
        const uint32_t lower = std::min(link.a, link.b);
        if (lower < plan.endpoints) {
            nics[lower] += RateOf(link);
        } else {
            slowest = std::min(slowest, RateOf(link));
        }
    }
    for (const double nic : nics) {
        if (nic > 0) {
            slowest = std::min(slowest, nic);
        }
    }
    return slowest;
}

/// Counts the switches on the longest path from endpoint 0.
size_t MostSwitches(const FabricPlan& plan, const FabricIndex& adjacency)
{
    size_t links = 1;
    for (uint32_t dst = 1; dst < plan.endpoints; ++dst) {
        links = std::max(links, adjacency.path(0, dst, 0).size());
    }
    return links - 1;
}

/// Returns the longest time in which a switch empties its buffer through its slowest port.
double LongestDrain(const FabricPlan& plan, const std::vector<double>& buffers)
{
    const std::vector<double> rates = SlowestPorts(plan);
    double longest = 0;
    for (size_t i = 0; i < rates.size(); ++i) {
        longest = std::max(longest, buffers[i] * 8 / rates[i]);
    }
    return longest;
}

double LosslessSeconds(const FabricPlan& plan, const std::vector<double>& buffers)
{
    const double bytes = std::accumulate(buffers.begin(), buffers.end(), 0.0);
    const double usual = static_cast<double>(ack_timeout(kUsualAckTimeout).ps) / 1e12;
    return std::min(bytes * 8 / Bottleneck(plan), std::max(usual, LongestDrain(plan, buffers)));
}

/// Returns the wait in one switch. A queue alone may hold alpha times what it leaves free
/// (SharedBuffer::Threshold).
double LossySeconds(const FabricPlan& plan, const FabricSettings& fabric, const std::vector<double>& buffers)
{
    const std::vector<double> rates = SlowestPorts(plan);
    double longest = 0;
    for (size_t i = 0; i < rates.size(); ++i) {
        const double share = fabric.buffer.alpha / (1 + fabric.buffer.alpha);
        longest = std::max(longest, buffers[i] * share * 8 / rates[i]);
    }
    return longest;
}

/// Returns the wait in one switch.
double TrimmingSeconds(const FabricPlan& plan, const FabricSettings& fabric)
{
    double longest = 0;
    for (const LinkPlan& link : plan.links) {
        const Bytes limit = std::max(fabric.trim(link.rate, false), fabric.trim(link.rate, true));
        longest = std::max(longest, static_cast<double>(limit) * 8 / RateOf(link));
    }
    return longest;
}

}  // namespace

Time WorstQueueing(const FabricPlan& plan, const FabricIndex& adjacency, const FabricSettings& fabric)
{
    const std::vector<double> buffers = Buffers(plan, adjacency, fabric);
    if (fabric.mode == FabricMode::LOSSLESS) {
        return Seconds(LosslessSeconds(plan, buffers));
    }
    const bool trimming = fabric.mode == FabricMode::TRIMMING && fabric.trim;
    const double each = trimming ? TrimmingSeconds(plan, fabric) : LossySeconds(plan, fabric, buffers);
    return Seconds(each * static_cast<double>(MostSwitches(plan, adjacency)));
}

void PrepareTimeouts(const FabricPlan& plan, const FabricIndex& adjacency, const FabricSettings& fabric,
                     NicConfig& nic)
{
    nic.basis.queueing = WorstQueueing(plan, adjacency, fabric);
    const bool guarded =
        fabric.mode == FabricMode::TRIMMING || (fabric.pfc.lossless & priority_bit(nic.priority)) != 0;
    nic.basis.losses_are_told = fabric.mode != FabricMode::LOSSY && guarded;
}

Time LongestPause(const FabricPlan& plan, const FabricIndex& adjacency, const FabricSettings& fabric)
{
    return Seconds(2 * LongestDrain(plan, Buffers(plan, adjacency, fabric)));
}

Time AutomaticWatchdog(const FabricPlan& plan, const FabricIndex& adjacency, const FabricSettings& fabric)
{
    constexpr Time kSonicWatchdog = milliseconds(200);
    return std::max(kSonicWatchdog, LongestPause(plan, adjacency, fabric));
}

}  // namespace hpnsim
