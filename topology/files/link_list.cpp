// SPDX-License-Identifier: GPL-2.0-only
// Reads ids and links strictly. The peers read them with >>, without any check.
#include "files/link_list.hpp"

#include "generators/builders.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint64_t kMostPorts = 65535;

}  // namespace

void LinkList::begin(uint64_t nodes)
{
    roles_.assign(nodes, Role::host);
}

uint64_t LinkList::id_of(const std::string& what)
{
    return tokens.whole("the id of " + what, 0, roles_.size() - 1);
}

void LinkList::read_ids(uint64_t count, Role role, const char* what)
{
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t id = id_of(what);
        if (roles_[id] != Role::host) tokens.fail("switch " + std::to_string(id) + " is listed twice");
        roles_[id] = role;
    }
}

void LinkList::number_nodes()
{
    const auto count = [this](Role role) {
        return static_cast<uint32_t>(std::count(roles_.begin(), roles_.end(), role));
    };
    plan.endpoints = count(Role::host);
    plan.switches.resize(count(Role::network_switch));
    for (SwitchPlan& it : plan.switches) it.buffer = options_.file_buffer;
    plan.ids.resize(plan.endpoints + plan.switches.size());
    number_.assign(roles_.size(), kNoNode);
    used_ports_.assign(roles_.size(), 0);
    uint32_t host = 0, sw = plan.endpoints;
    for (uint64_t id = 0; id < roles_.size(); ++id) {
        if (roles_[id] == Role::nvswitch) continue;
        number_[id] = roles_[id] == Role::host ? host++ : sw++;
        plan.ids[number_[id]] = static_cast<uint32_t>(id);
    }
}

uint16_t LinkList::new_port(uint64_t id)
{
    const uint64_t most = roles_[id] == Role::host ? 8 : kMostPorts;
    if (used_ports_[id] == most)
        tokens.fail("node " + std::to_string(id) + " has more than " + std::to_string(most) + " links");
    return static_cast<uint16_t>(used_ports_[id]++);
}

LinkList::Link LinkList::read_link(bool may_lack_loss)
{
    Link link;
    link.a = id_of("a link's first node");
    const bool four = may_lack_loss && tokens.words_on_line() == 4;
    link.b = id_of("a link's second node");
    if (link.a == link.b) tokens.fail("node " + std::to_string(link.a) + " is linked to itself");
    if (roles_[link.a] == Role::host && roles_[link.b] == Role::host)
        tokens.fail("hosts " + std::to_string(link.a) + " and " + std::to_string(link.b) +
                    " are linked to each other; one end must be a switch");
    link.plan.rate = tokens.rate();
    link.plan.delay = tokens.delay();
    if (!any_link_) without_loss_ = four;
    any_link_ = true;
    if (!without_loss_) link.plan.loss = tokens.fraction("the error rate");
    if (without_loss_ && !tokens.line_done())
        tokens.fail("the first link has no error rate, and this one has; give all of them one, or none");
    return link;
}

void LinkList::add(const Link& link)
{
    LinkPlan made = link.plan;
    made.a = number_[link.a];
    made.b = number_[link.b];
    made.a_port = new_port(link.a);
    made.b_port = new_port(link.b);
    plan.links.push_back(made);
}

FabricPlan LinkList::finish(uint64_t links)
{
    finish_ports();
    set_tiers();
    plan.router = shortest_path_router(plan, options_.descending_next_hops);
    check_reachable();
    const std::string left_out =
        tokens.leave_out_rest("link " + std::to_string(links) + ", the last that the first line announces");
    if (!left_out.empty()) plan.warnings.push_back(left_out);
    return std::move(plan);
}

void LinkList::finish_ports()
{
    uint32_t most = 1;
    for (uint64_t id = 0; id < roles_.size(); ++id) {
        if (roles_[id] == Role::nvswitch) continue;
        if (roles_[id] == Role::network_switch)
            plan.switches[number_[id] - plan.endpoints].ports = static_cast<uint16_t>(used_ports_[id]);
        else if (used_ports_[id] == 0)
            tokens.fail("host " + std::to_string(id) + " has no link");
        else
            most = std::max(most, used_ports_[id]);
    }
    plan.ports_per_nic = static_cast<uint8_t>(most);
}

/// A switch with hosts is a ToR, its neighbours are Aggs, and theirs are cores; a switch farther away has no
/// tier.
void LinkList::set_tiers()
{
    const uint32_t first = plan.endpoints;
    std::vector<int> level(plan.switches.size(), 3);
    for (int round = 0; round < 3; ++round)
        for (const LinkPlan& link : plan.links)
            for (const auto& [node, peer] : {std::pair(link.a, link.b), std::pair(link.b, link.a)}) {
                const int below = peer < first ? -1 : level[peer - first];
                if (node >= first && below == round - 1)
                    level[node - first] = std::min(level[node - first], round);
            }
    uint32_t count[4] = {0, 0, 0, 0};
    for (uint32_t i = 0; i < level.size(); ++i) {
        plan.switches[i].tier = static_cast<Tier>(level[i]);
        plan.switches[i].index = count[level[i]]++;
    }
}

/// Checks that every host reaches every other host, whichever port it sends from.
void LinkList::check_reachable() const
{
    std::vector<bool> has_host(plan.switches.size(), false);
    for (const LinkPlan& link : plan.links) {
        if (link.a < plan.endpoints) has_host[link.b - plan.endpoints] = true;
        if (link.b < plan.endpoints) has_host[link.a - plan.endpoints] = true;
    }
    for (uint32_t sw = 0; sw < plan.switches.size(); ++sw)
        for (uint32_t host = 0; has_host[sw] && host < plan.endpoints; ++host)
            if (plan.router->next(sw, host).count == 0)
                tokens.fail("host " + std::to_string(plan.id_of(host)) + " cannot be reached from switch " +
                            std::to_string(plan.id_of(plan.endpoints + sw)) + ", which has hosts");
}

}  // namespace hpnsim
