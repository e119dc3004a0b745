// SPDX-License-Identifier: GPL-2.0-only
// Finds the endpoints that `--timeline-ranks` names in a fabric.
#include "hpnsim/rank_list.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/name_list.hpp"

#include <set>

namespace hpnsim
{

namespace
{

[[noreturn]] void refuse_number(uint32_t id, const FabricPlan& plan)
{
    const std::string what = "--timeline-ranks: there is no " + std::to_string(id);
    if (plan.own_ids())
        throw BadInput(what + "; the hosts of the topology file are nodes " + plan.host_ids());
    throw BadInput(what + "; the nearest is " + std::to_string(plan.endpoints - 1) + ", the last of " +
                   std::to_string(plan.endpoints));
}

/// Adds the endpoints from `first` to `last`, by id. Only the ends must exist: ids may have gaps.
void add_range(uint32_t first, uint32_t last, const FabricPlan& plan, std::set<uint32_t>& chosen)
{
    for (const uint32_t end : {first, last})
        if (plan.node_of(end) >= plan.endpoints) refuse_number(end, plan);
    for (uint32_t endpoint = 0; endpoint < plan.endpoints; ++endpoint)
        if (const uint32_t id = plan.id_of(endpoint); id >= first && id <= last) chosen.insert(endpoint);
}

}  // namespace

std::vector<uint32_t> parse_ranks(const std::string& list, const FabricPlan& plan)
{
    std::set<uint32_t> chosen;
    if (list.empty())
        for (uint32_t endpoint = 0; endpoint < plan.endpoints; ++endpoint) chosen.insert(endpoint);
    else
        for (const std::string& name : split_list(list)) {
            const size_t dash = name.find('-');
            const auto first = whole(name.substr(0, dash));
            const auto last = dash == std::string::npos ? first : whole(name.substr(dash + 1));
            if (!first || !last || *first > *last)
                throw BadInput("--timeline-ranks: '" + name +
                               "' is neither a number nor a range of them; write 0-15,64");
            add_range(*first, *last, plan, chosen);
        }
    return {chosen.begin(), chosen.end()};
}

}  // namespace hpnsim
