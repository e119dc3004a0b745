// SPDX-License-Identifier: GPL-2.0-only
// Finds the QPs that `--trace` names in a fabric.
#include "hpnsim/trace_list.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/name_list.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/node_names.hpp"

namespace hpnsim
{

namespace
{

constexpr const char* kForms = "all, nic3, 3-0, qp1, nic3:qp1 or 3-0:qp1";

[[noreturn]] void refuse(const std::string& name)
{
    throw BadInput("--trace: '" + name + "' names no QP; write " + kForms);
}

uint32_t endpoint(const std::string& name, const std::string& text, const FabricPlan& plan)
{
    const std::optional<uint32_t> number = whole(text);
    if (!number) refuse(name);
    const uint32_t node = plan.node_of(*number);
    if (node < plan.endpoints) return node;
    if (plan.own_ids())
        throw BadInput("--trace: node " + text + " as in '" + name +
                       "' is no host of the topology file; its hosts are nodes " + plan.host_ids());
    throw BadInput("--trace: there is no endpoint " + text + ", which '" + name + "' names; the nearest is " +
                   std::to_string(plan.endpoints - 1) + ", the last of " + std::to_string(plan.endpoints));
}

bool begins(const std::string& text, const std::string& with)
{
    return text.compare(0, with.size(), with) == 0;
}

std::optional<uint32_t> qp_number(const std::string& text)
{
    return begins(text, "qp") ? whole(text.substr(2)) : std::nullopt;
}

/// Hosts have names, too: then the sentence is about the nearest of these.
void refuse_host(const std::string& name, const std::string& ends, const FabricPlan& plan)
{
    if (!begins(ends, "h")) return;
    throw BadInput("--trace: '" + name + "' names no QP: no endpoint is called '" + ends + "'" +
                   suggestion(ends, endpoint_names(plan)));
}

/// `nic3`, `h0-g3`, `3-0`, `3->0`, `h0-g3-h1-g2`.
void read_ends(const std::string& name, const std::string& ends, const FabricPlan& plan, TracePick& pick)
{
    if (const uint32_t node = whole(ends) ? kNoNode : endpoint_called(plan, ends); node != kNoNode) {
        pick.src = node;
        return;
    }
    if (const auto pair = endpoints_called(plan, ends)) {
        pick.src = pair->first;
        pick.dst = pair->second;
        return;
    }
    refuse_host(name, ends, plan);
    if (begins(ends, "nic")) {
        pick.src = endpoint(name, ends.substr(3), plan);
        return;
    }
    const size_t dash = ends.find('-');
    if (dash == std::string::npos) refuse(name);
    pick.src = endpoint(name, ends.substr(0, dash), plan);
    if (dash + 1 == ends.size())  // a shell has taken 3->0 for a redirection
        throw BadInput("--trace: '" + name + "' names no receiver; write " + name + "0, or '" + name +
                       ">0' in quotes");
    const size_t second = dash + (ends[dash + 1] == '>' ? 2 : 1);
    pick.dst = endpoint(name, ends.substr(second), plan);
}

TracePick pick_of(const std::string& name, const FabricPlan& plan)
{
    TracePick pick;
    pick.name = name;
    const size_t colon = name.find(':');
    const std::string ends = name.substr(0, colon);
    pick.qp = qp_number(colon == std::string::npos ? ends : name.substr(colon + 1));
    if (colon != std::string::npos && !pick.qp) refuse(name);
    const bool number_alone = colon == std::string::npos && pick.qp.has_value();
    if (!number_alone && ends != "all") read_ends(name, ends, plan, pick);
    return pick;
}

}  // namespace

std::vector<TracePick> parse_traces(const std::string& list, const FabricPlan& plan)
{
    std::vector<TracePick> picks;
    for (const std::string& name : split_list(list)) picks.push_back(pick_of(name, plan));
    return picks;
}

}  // namespace hpnsim
