// SPDX-License-Identifier: GPL-2.0-only
// Compares names of nodes with dashes in the place of blanks.
#include "hpnsim/node_names.hpp"

#include "hpnsim/name_list.hpp"

#include <algorithm>

namespace hpnsim
{

uint32_t node_called(const FabricPlan& plan, const std::string& name)
{
    if (name.compare(0, 3, "nic") == 0) {
        const std::optional<uint32_t> id = whole(name.substr(3));
        const uint32_t endpoint = id ? plan.node_of(*id) : kNoNode;
        if (endpoint < plan.endpoints) return endpoint;
    }
    std::string word = name;
    std::replace(word.begin(), word.end(), ' ', '-');
    for (uint32_t node = 0; node < plan.endpoints + plan.switches.size(); ++node)
        if (plan.word_name(node) == word) return node;
    return kNoNode;
}

uint32_t endpoint_called(const FabricPlan& plan, const std::string& name)
{
    const std::optional<uint32_t> number = whole(name);
    const uint32_t node = number ? plan.node_of(*number) : node_called(plan, name);
    return node < plan.endpoints ? node : kNoNode;
}

std::optional<std::pair<uint32_t, uint32_t>> endpoints_called(const FabricPlan& plan, const std::string& text)
{
    for (size_t dash = text.find('-'); dash != std::string::npos; dash = text.find('-', dash + 1)) {
        const bool arrow = dash + 1 < text.size() && text[dash + 1] == '>';
        const uint32_t src = endpoint_called(plan, text.substr(0, dash));
        if (src == kNoNode) continue;
        const uint32_t dst = endpoint_called(plan, text.substr(dash + (arrow ? 2 : 1)));
        if (dst != kNoNode) return std::pair{src, dst};
    }
    return std::nullopt;
}

std::vector<std::string> endpoint_names(const FabricPlan& plan)
{
    std::vector<std::string> names;
    for (uint32_t endpoint = 0; endpoint < plan.endpoints; ++endpoint)
        names.push_back(plan.word_name(endpoint));
    return names;
}

std::string without_arrow(const std::string& name)
{
    const size_t arrow = name.find("->");
    if (arrow == std::string::npos) return name;
    const auto trimmed = [](std::string text) {
        text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
        text.erase(text.find_last_not_of(' ') + 1);
        return text;
    };
    const std::string from = trimmed(name.substr(0, arrow)), to = trimmed(name.substr(arrow + 2));
    return from.find(':') != std::string::npos ? from : from + ":" + to.substr(0, to.find(':'));
}

std::optional<uint32_t> port_towards(const FabricIndex& index, uint32_t node, uint32_t peer)
{
    for (uint32_t port = 0; port < index.ports(node); ++port)
        if (index.end(node, port).wired && index.end(node, port).peer == peer) return port;
    return std::nullopt;
}

std::vector<std::string> neighbours_of(const FabricPlan& plan, const FabricIndex& index, uint32_t node)
{
    std::vector<std::string> names;
    for (uint32_t port = 0; port < index.ports(node); ++port)
        if (index.end(node, port).wired) names.push_back(plan.word_name(index.end(node, port).peer));
    return names;
}

}  // namespace hpnsim
