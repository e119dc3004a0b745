// SPDX-License-Identifier: GPL-2.0-only
// Groups nodes by what their names have in common ("tor s0 r3 p1" by "tor s0 r3", endpoints by host), and
// when that is still too much, by runs of neighbours.
#include "report/fabric_groups.hpp"

#include "graphs/natural_order.hpp"

#include <algorithm>
#include <array>
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

size_t pairs_of(const std::vector<TierGroups>& tiers, const std::map<std::string, size_t>& tier_at,
                const std::vector<std::pair<std::string, std::string>>& links)
{
    std::set<std::array<size_t, 4>> pairs;
    for (const auto& [a, b] : links) {
        const size_t of_a = tier_at.at(a), of_b = tier_at.at(b);
        pairs.insert({of_a, tiers[of_a].group_of.at(a), of_b, tiers[of_b].group_of.at(b)});
    }
    return pairs.size();
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
    for (const auto& each : group_of) ++out[each.second];
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
    for (auto& each : group_of) each.second = now[each.second];
    return true;
}

std::vector<TierGroups> group_nodes(const std::map<std::string, std::string>& tier_of,
                                    const std::vector<std::pair<std::string, std::string>>& links,
                                    size_t most_nodes, size_t most_links)
{
    std::vector<TierGroups> tiers;
    std::map<std::string, size_t> tier_at;
    for (const auto& [node, tier] : tier_of) {
        auto place = std::find_if(tiers.begin(), tiers.end(),
                                  [&tier = tier](const TierGroups& each) { return each.tier == tier; });
        if (place == tiers.end()) place = tiers.insert(tiers.end(), TierGroups{tier, {}, {}, {}, 0});
        place->nodes.push_back(node);
    }
    std::stable_sort(tiers.begin(), tiers.end(), [](const TierGroups& a, const TierGroups& b) {
        return rank_of_tier(a.tier) < rank_of_tier(b.tier);
    });
    for (size_t at = 0; at < tiers.size(); ++at) {
        TierGroups& tier = tiers[at];
        std::sort(tier.nodes.begin(), tier.nodes.end(), natural_before);
        tier.names = tier.nodes;
        for (size_t k = 0; k < tier.nodes.size(); ++k) {
            tier.group_of[tier.nodes[k]] = k;
            tier_at[tier.nodes[k]] = at;
        }
        while (tier.names.size() > most_nodes && tier.coarsen()) {
        }
    }
    while (pairs_of(tiers, tier_at, links) > most_links) {
        const auto widest = std::max_element(tiers.begin(), tiers.end(), [](const auto& a, const auto& b) {
            return a.names.size() < b.names.size();
        });
        if (!widest->coarsen()) break;
    }
    return tiers;
}

}  // namespace hpnsim
