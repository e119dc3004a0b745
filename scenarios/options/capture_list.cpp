// SPDX-License-Identifier: GPL-2.0-only
// Finds the ports that `--pcap` names in a fabric, and gives each capture its file.
#include "hpnsim/capture_list.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/name_list.hpp"
#include "hpnsim/names.hpp"

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

/// Finds the switch of that name, or the node that the name without blanks stands for, as in a fault
/// schedule.
std::optional<uint32_t> find_named(const std::string& name, const FabricPlan& plan)
{
    for (uint32_t i = 0; i < plan.switches.size(); ++i)
        if (plan.switch_name(i) == name) return plan.endpoints + i;
    for (uint32_t node = 0; node < plan.endpoints + plan.switches.size(); ++node)
        if (plan.word_name(node) == name) return node;
    return std::nullopt;
}

/// Finds the node of that name; otherwise the sentence names the nearest.
uint32_t find_node(const std::string& option, const std::string& name, const FabricPlan& plan)
{
    if (name.compare(0, 3, "nic") == 0) {
        const std::optional<uint32_t> id = whole(name.substr(3));
        const uint32_t endpoint = id ? plan.node_of(*id) : kNoNode;
        if (endpoint < plan.endpoints) return endpoint;
        if (id && plan.own_ids())
            throw BadInput(option + ": there is no '" + name +
                           "'; the hosts of the topology file are nodes " + plan.host_ids());
        if (id)
            throw BadInput(option + ": there is no '" + name + "'; the nearest is 'nic" +
                           std::to_string(plan.endpoints - 1) + "', the last of " +
                           std::to_string(plan.endpoints));
    }
    const std::optional<uint32_t> node = find_named(name, plan);
    if (node) return *node;
    std::vector<std::string> names = {"nic" + std::to_string(plan.id_of(0)), "all-nics"};
    for (uint32_t i = 0; i < plan.switches.size(); ++i) names.push_back(plan.switch_name(i));
    throw BadInput(option + ": no NIC or switch is called '" + name + "'" + suggestion(name, names));
}

int find_port(const std::string& option, const std::string& name, const std::string& text, uint32_t node,
              const FabricPlan& plan)
{
    const uint32_t ports = FabricIndex(plan).ports(node);
    const std::optional<uint32_t> port = whole(text);
    if (!port)
        throw BadInput(option + ": the port after the colon must be a number in '" + name + ":" + text + "'");
    if (*port >= ports)
        throw BadInput(option + ": '" + name + "' has no port " + text + "; its last is " +
                       std::to_string(ports - 1));
    return static_cast<int>(*port);
}

bool is_all_nics(const std::string& name)
{
    return name.substr(0, name.rfind(':')) == "all-nics";
}

CapturePoint point_of(const std::string& option, const std::string& name, const FabricPlan& plan)
{
    if (name.empty()) throw BadInput(option + ": a name in the list is empty; write nic0,nic1 or all-nics");
    const size_t colon = name.rfind(':');
    const std::string node_name = name.substr(0, colon);
    CapturePoint point;
    point.node = find_node(option, node_name, plan);
    if (colon != std::string::npos)
        point.port = find_port(option, node_name, name.substr(colon + 1), point.node, plan);
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
