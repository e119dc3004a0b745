// SPDX-License-Identifier: GPL-2.0-only
// Repeats HPCC-sim's sums in its order and its integers, so that every figure is the peer's own.
#include "hpnsim/hpcc_sim_times.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace hpnsim
{

namespace
{

constexpr int64_t kBitNs = 8'000'000'000;  // bits in a byte x ns in a second
constexpr Bytes kHeaders = 48;

int64_t slowest_bps(const std::vector<HopPlan>& path)
{
    int64_t bps = INT64_MAX;
    for (const HopPlan& hop : path) bps = std::min(bps, hop.rate.bps);
    return bps;
}

/// Picks one endpoint of each kind: those that are attached to one switch by equal links see the network
/// alike.
std::vector<uint32_t> representatives(const FabricPlan& plan, const FabricIndex& index,
                                      uint32_t most_of_a_kind)
{
    std::map<std::tuple<uint32_t, int64_t, int64_t>, uint32_t> kinds;
    std::vector<uint32_t> chosen;
    for (uint32_t endpoint = 0; endpoint < plan.endpoints; ++endpoint) {
        const FabricIndex::End& end = index.end(endpoint, 0);
        if (!end.wired) continue;
        const LinkPlan& link = plan.links[end.link];
        if (kinds[{end.peer, link.rate.bps, link.delay.ps}]++ < most_of_a_kind) chosen.push_back(endpoint);
    }
    return chosen;
}

}  // namespace

Time hpcc_sim_rtt(const std::vector<HopPlan>& path, Bytes payload)
{
    int64_t ns = 0;
    for (const HopPlan& hop : path)
        ns += 2 * ((hop.delay + hop.latency).ps / 1000) + payload * kBitNs / hop.rate.bps;
    return nanoseconds(ns);
}

Time hpcc_sim_standalone(const std::vector<HopPlan>& path, Bytes bytes, Bytes payload)
{
    const Bytes packets = std::max<Bytes>((bytes - 1) / payload + 1, 1);
    const auto total = bytes + static_cast<unsigned __int128>(packets) * kHeaders;
    const unsigned __int128 ns = total * kBitNs / static_cast<uint64_t>(slowest_bps(path));
    const Time rtt = hpcc_sim_rtt(path, payload);
    const auto most = static_cast<unsigned __int128>((Time::max() - rtt).ps / 1000);
    return ns > most ? Time::max() : rtt + nanoseconds(static_cast<int64_t>(ns));
}

HpccSimNetwork hpcc_sim_network(const FabricPlan& plan, const FabricIndex& index, Bytes payload)
{
    HpccSimNetwork most;
    const std::vector<uint32_t> some = representatives(plan, index, 2);
    for (const uint32_t src : some)
        for (const uint32_t dst : some) {
            const std::vector<HopPlan> path = src == dst ? std::vector<HopPlan>{} : index.path(src, dst, 0);
            if (path.empty()) continue;
            const Time rtt = hpcc_sim_rtt(path, payload);
            most.rtt = std::max(most.rtt, rtt);
            most.bdp = std::max(most.bdp, bytes_in(rtt, {slowest_bps(path)}));
        }
    return most;
}

}  // namespace hpnsim
