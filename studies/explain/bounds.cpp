// SPDX-License-Identifier: GPL-2.0-only
// Rules about what bound a run: the links of receivers, those of senders, uplinks that hashing has loaded
// unevenly, and NICs that use one of their ports.
#include "explain/port_groups.hpp"
#include "explain/rules.hpp"
#include "hpnsim/format.hpp"

#include <algorithm>
#include <set>

namespace hpnsim
{

namespace
{

constexpr double kIdle =
    0.2;  // uplinks that are all idle for longer bound nothing, however uneven (assumption)

/// The busiest host of a map, and how many of its hosts are busy for more than `threshold` of the time.
struct Busiest {
    std::string name;
    double share = 0;
    size_t above = 0;
};

Busiest busiest_of(const std::map<std::string, HostLinks>& links, const RunFacts& facts, double threshold)
{
    Busiest out;
    for (const auto& [name, link] : links) {
        const double share = facts.share_busy(link.rate, link.bytes);
        if (share >= threshold) ++out.above;
        if (share <= out.share) continue;
        out.share = share;
        out.name = name;
    }
    return out;
}

struct Uplinks {
    std::vector<const PortRow*> used;
    size_t all = 0;  ///< with idle ones
    double sum = 0;
    const PortRow* busiest = nullptr;
};

/// A link up that sent nothing may have no row, but the switch above has one that leads down: then it is
/// there, and idle.
std::map<std::string, Uplinks> uplinks_of(const RunRecord& run)
{
    std::map<std::string, Uplinks> tiers;
    std::map<std::string, std::string> tier_of;
    std::set<std::string> there;
    for (const PortRow& port : run.ports) {
        tier_of[ends_of(port).from] = port.tier;
        if (port.role != "up" || port.tier == "nic") continue;
        Uplinks& up = tiers[port.tier];
        there.insert(port.name);
        ++up.all;
        up.sum += static_cast<double>(port.bytes);
        if (port.bytes > 0) up.used.push_back(&port);
        if (up.busiest == nullptr || port.bytes > up.busiest->bytes) up.busiest = &port;
    }
    for (const PortRow& port : run.ports) {
        const size_t arrow = port.name.find(" -> ");
        if (port.role != "down" || arrow == std::string::npos) continue;
        const auto tier = tiers.find(tier_of[ends_of(port).to]);
        const std::string back = port.name.substr(arrow + 4) + " -> " + port.name.substr(0, arrow);
        if (tier != tiers.end() && there.insert(back).second) ++tier->second.all;
    }
    for (const auto& [tier, count] : run.uplinks)
        if (const auto found = tiers.find(tier); found != tiers.end())
            found->second.all = std::max<size_t>(found->second.all, count);
    return tiers;
}

}  // namespace

Sentences say_receivers(const RunFacts& facts, double threshold)
{
    const auto links = links_to_hosts(facts.run);
    const Busiest busiest = busiest_of(links, facts, threshold);
    if (busiest.above == 0) return {};
    const std::string ports = counted(links.at(busiest.name).ports, "port");
    if (busiest.above == 1)
        return {"The links to " + busiest.name + " (" + ports + ") were busy " + percent(busiest.share) +
                " of the time from the first start to the last end: the run is bound by this receiver."};
    return {counted(busiest.above, "host") + " of " + std::to_string(links.size()) +
            " received for at least " + percent(threshold) + " of the time, " + busiest.name + " most (" +
            percent(busiest.share) + "): the run is bound by its receivers' links."};
}

Sentences say_senders(const RunFacts& facts, double threshold)
{
    const auto links = links_from_nics(facts.run);
    const Busiest busiest = busiest_of(links, facts, threshold);
    if (busiest.above == 0) return {};
    return {counted(busiest.above, "NIC") + " of " + std::to_string(links.size()) + " sent for at least " +
            percent(threshold) + " of the time, " + busiest.name + " most (" + percent(busiest.share) +
            "): the senders' links are a bound."};
}

Sentences say_uplinks(const RunFacts& facts, double threshold)
{
    Sentences out;
    for (const auto& [tier, up] : uplinks_of(facts.run)) {
        if (up.sum <= 0 || up.all < 2) continue;
        const double mean = up.sum / static_cast<double>(up.all);
        const double ratio = static_cast<double>(up.busiest->bytes) / mean;
        const double share = facts.share_busy(up.busiest->rate, up.busiest->bytes);
        if (ratio < threshold || share < kIdle) continue;
        const size_t idle = up.all - up.used.size();
        out.push_back("The uplinks of the " + tier + " switches were used unevenly: the busiest, " +
                      up.busiest->name + ", carried " + format_fixed(ratio, 1) + " times the mean of all " +
                      std::to_string(up.all) +
                      (idle > 0 ? " (" + std::to_string(idle) + " of them idle)" : "") + " and was busy " +
                      percent(share) + " of the time" +
                      (share >= 0.8 ? ": flows that share it by their hashes bound the run." : "."));
    }
    return out;
}

Sentences say_nic_ports(const RunFacts& facts, double threshold)
{
    double sum = 0, most = 0;
    size_t count = 0;
    std::string worst;
    for (const auto& [name, link] : links_from_nics(facts.run)) {
        if (link.ports < 2 || link.bytes <= 0 || link.bytes * 50 < facts.payload / 100) continue;
        const double share = static_cast<double>(link.most) / static_cast<double>(link.bytes);
        sum += share;
        ++count;
        if (share > most) worst = name;
        most = std::max(most, share);
    }
    if (count == 0 || sum / static_cast<double>(count) < threshold) return {};
    return {"NICs with several ports sent " + percent(sum / static_cast<double>(count)) +
            " of their bytes by one of them (mean of " + counted(count, "NIC") + "; " + worst + ": " +
            percent(most) +
            "): the source port of a QP picks one port of the NIC, and the rest of it is idle."};
}

}  // namespace hpnsim
