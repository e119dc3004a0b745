// SPDX-License-Identifier: GPL-2.0-only
// Finds the ports that `--pcap` names in a fabric, and gives each capture its file.
#include "hpnsim/capture_list.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/name_list.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/node_names.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace hpnsim
{

namespace
{

std::string file_of(const std::string& name)
{
    std::string file = name;
    for (char& c : file)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-' && c != '=') c = '_';
    return file + ".pcap";
}

/// Finds the node of that name; otherwise the sentence names the nearest.
uint32_t find_node(const std::string& option, const std::string& name, const FabricPlan& plan)
{
    const uint32_t node = node_called(plan, name);
    if (node != kNoNode) return node;
    if (name.compare(0, 3, "nic") == 0 && whole(name.substr(3))) {
        if (plan.own_ids())
            throw BadInput(option + ": there is no '" + name +
                           "'; the hosts of the topology file are nodes " + plan.host_ids());
        throw BadInput(option + ": there is no '" + name + "'; the nearest is 'nic" +
                       std::to_string(plan.endpoints - 1) + "', the last of " +
                       std::to_string(plan.endpoints));
    }
    std::vector<std::string> names = {"nic" + std::to_string(plan.id_of(0)), "all-nics"};
    for (uint32_t i = 0; i < plan.switches.size(); ++i) names.push_back(plan.switch_name(i));
    for (std::string& each : endpoint_names(plan)) names.push_back(std::move(each));
    throw BadInput(option + ": no NIC or switch is called '" + name + "'" + suggestion(name, names));
}

/// A port is a number, or the node to which it leads, as in a fault schedule.
int find_port(const std::string& option, const std::string& name, const std::string& text, uint32_t node,
              const FabricPlan& plan)
{
    const FabricIndex index(plan);
    const std::optional<uint32_t> number = whole(text);
    if (number && *number >= index.ports(node))
        throw BadInput(option + ": '" + name + "' has no port " + text + "; its last is " +
                       std::to_string(index.ports(node) - 1));
    const uint32_t peer = number ? kNoNode : node_called(plan, text);
    const std::optional<uint32_t> port = number ? number : port_towards(index, node, peer);
    if (!port)
        throw BadInput(option + ": the port after the colon must be a number or a neighbour in '" + name +
                       ":" + text + "'" + suggestion(text, neighbours_of(plan, index, node)));
    return static_cast<int>(*port);
}

bool is_all_nics(const std::string& name)
{
    return name.substr(0, name.rfind(':')) == "all-nics";
}

CapturePoint point_of(const std::string& option, const std::string& name, const FabricPlan& plan)
{
    if (name.empty()) throw BadInput(option + ": a name in the list is empty; write nic0,nic1 or all-nics");
    const std::string place = without_arrow(name);
    const size_t colon = place.find(':');
    const std::string node_name = place.substr(0, colon);
    CapturePoint point;
    point.node = find_node(option, node_name, plan);
    if (colon != std::string::npos)
        point.port = find_port(option, node_name, place.substr(colon + 1), point.node, plan);
    point.file = file_of(name);
    return point;
}

}  // namespace

std::vector<CapturePoint> parse_captures(const std::string& list, const FabricPlan& plan,
                                         const std::string& option)
{
    std::vector<CapturePoint> points;
    std::set<std::string> files;
    const auto add = [&](const CapturePoint& point) {
        if (files.insert(point.file).second) points.push_back(point);
    };
    for (const std::string& name : split_list(list)) {
        if (!is_all_nics(name)) {
            add(point_of(option, name, plan));
            continue;
        }
        const std::string port = name.substr(std::string("all-nics").size());
        for (uint32_t endpoint = 0; endpoint < plan.endpoints; ++endpoint)
            add(point_of(option, "nic" + std::to_string(plan.id_of(endpoint)) + port, plan));
    }
    return points;
}

void check_captures(const CommonOptions& options, const FabricPlan& plan)
{
    if (options.pcap.empty()) return;
    if (options.wire != "roce")
        throw BadInput("--pcap: --wire " + options.wire +
                       " has sizes but no bytes; captures need --wire roce");
    parse_captures(options.pcap, plan);
}

}  // namespace hpnsim
