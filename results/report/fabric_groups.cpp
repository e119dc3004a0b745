// SPDX-License-Identifier: GPL-2.0-only
// Groups nodes by what their names have in common ("tor s0 r3 p1" by "tor s0 r3", endpoints by host), and
// when that is still too much, by runs of neighbours.
#include "report/fabric_groups.hpp"

#include "graphs/natural_order.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace hpnsim
{

namespace
{

constexpr size_t kBlocks = 48;  // of neighbours, when names have nothing more in common

/// Without its last word: empty if there is no number in what is left.
std::string stem_of(const std::string& name)
{
    const size_t blank = name.rfind(' ');
    if (blank == std::string::npos) return "";
    const std::string stem = name.substr(0, blank);
    return stem.find_first_of("0123456789") == std::string::npos ? "" : stem;
}

size_t rank_of_tier(const std::string& tier)
{
    static const std::vector<std::string> kOrder = {"core", "spine", "agg", "switch", "tor", "leaf", "nic"};
    return static_cast<size_t>(std::find(kOrder.begin(), kOrder.end(), tier) - kOrder.begin());
}

size_t pairs_of(const std::vector<TierGroups>& tiers, size_t nodes,
                const std::vector<std::pair<uint32_t, uint32_t>>& links)
{
    std::vector<uint64_t> group(nodes), pairs;  // groups are numbered through all tiers
    uint64_t first = 0;
    for (const TierGroups& tier : tiers) {
        for (size_t at = 0; at < tier.nodes.size(); ++at) group[tier.nodes[at]] = first + tier.group_of[at];
        first += tier.names.size();
    }
    for (const auto& [a, b] : links) pairs.push_back(group[a] << 32 | group[b]);
    std::sort(pairs.begin(), pairs.end());
    return static_cast<size_t>(std::unique(pairs.begin(), pairs.end()) - pairs.begin());
}

/// Names a group by its stem, or by its ends.
std::string name_between(const std::string& first, const std::string& last)
{
    const size_t blank = last.rfind(' ');
    const bool shared = blank != std::string::npos && first.compare(0, blank + 1, last, 0, blank + 1) == 0;
    return first == last ? first : first + " to " + (shared ? last.substr(blank + 1) : last);
}

}  // namespace

std::vector<size_t> TierGroups::sizes() const
{
    std::vector<size_t> out(names.size(), 0);
    for (const size_t group : group_of) ++out[group];
    return out;
}

bool TierGroups::coarsen()
{
    if (names.size() < 2) return false;
    ++level;
    std::vector<std::string> stems;  // of the groups
    std::set<std::string> different;
    for (const std::string& name : names) stems.push_back(stem_of(name));
    different.insert(stems.begin(), stems.end());
    const bool named = different.count("") == 0 && different.size() < names.size() && different.size() > 1;
    const size_t per_block = names.size() > kBlocks ? (names.size() + kBlocks - 1) / kBlocks
                             : names.size() > 8     ? (names.size() + 7) / 8
                                                    : names.size();
    std::vector<std::string> coarse;
    std::vector<size_t> now(names.size());
    std::string last_stem;
    for (size_t at = 0; at < names.size(); ++at) {
        const bool next = named ? coarse.empty() || stems[at] != last_stem : at % per_block == 0;
        if (next) {
            const size_t end = std::min(at + per_block, names.size()) - 1;
            const std::string all = "all " + tier + "s";
            coarse.push_back(named                       ? stems[at]
                             : per_block >= names.size() ? all
                                                         : name_between(names[at], names[end]));
            last_stem = stems[at];
        }
        now[at] = coarse.size() - 1;
    }
    names = std::move(coarse);
    for (size_t& group : group_of) group = now[group];
    return true;
}

std::vector<TierGroups> group_nodes(const std::vector<FabricNode>& nodes,
                                    const std::vector<std::pair<uint32_t, uint32_t>>& links,
                                    size_t most_nodes, size_t most_links)
{
    std::map<std::string, TierGroups> by_tier;
    for (uint32_t node = 0; node < nodes.size(); ++node) by_tier[nodes[node].tier].nodes.push_back(node);
    const auto name = [&nodes](uint32_t node) -> const std::string& { return nodes[node].name; };
    std::vector<TierGroups> tiers;
    for (auto& [tier, groups] : by_tier) {
        groups.tier = tier;
        std::sort(groups.nodes.begin(), groups.nodes.end(),
                  [&name](uint32_t a, uint32_t b) { return natural_before(name(a), name(b)); });
        for (const uint32_t node : groups.nodes) groups.names.push_back(name(node));
        groups.group_of.resize(groups.nodes.size());
        std::iota(groups.group_of.begin(), groups.group_of.end(), size_t{0});
        tiers.push_back(std::move(groups));
    }
    // Tiers that nobody knows come in the order of their first names.
    std::sort(tiers.begin(), tiers.end(), [](const TierGroups& a, const TierGroups& b) {
        const size_t of_a = rank_of_tier(a.tier), of_b = rank_of_tier(b.tier);
        if (of_a != of_b) return of_a < of_b;
        return *std::min_element(a.names.begin(), a.names.end()) <
               *std::min_element(b.names.begin(), b.names.end());
    });
    for (TierGroups& tier : tiers)
        while (tier.names.size() > most_nodes && tier.coarsen()) {
        }
    while (pairs_of(tiers, nodes.size(), links) > most_links) {
        const auto widest = std::max_element(tiers.begin(), tiers.end(), [](const auto& a, const auto& b) {
            return a.names.size() < b.names.size();
        });
        if (!widest->coarsen()) break;
    }
    return tiers;
}

}  // namespace hpnsim
