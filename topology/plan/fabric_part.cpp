// SPDX-License-Identifier: GPL-2.0-only
// Renumbers nodes, and finds the hosts and segments among the endpoints that are left.
#include "hpnsim/fabric_part.hpp"

#include <algorithm>
#include <set>

namespace hpnsim
{

namespace
{

/// The routes of the whole fabric, towards the endpoints of the part.
class PartRouter : public Router
{
public:
    PartRouter(std::shared_ptr<const Router> whole, std::vector<uint32_t> endpoints)
        : whole_(std::move(whole)), endpoints_(std::move(endpoints))
    {
    }
    NextHops next(uint32_t sw, uint32_t dst) const override { return whole_->next(sw, endpoints_[dst]); }

private:
    std::shared_ptr<const Router> whole_;
    std::vector<uint32_t> endpoints_;
};

/// Returns how long the runs of equal values are; 0: not all are equally long, or a value has several runs.
uint32_t run_length(const std::vector<uint32_t>& values)
{
    std::set<uint32_t> seen;
    size_t length = 0;
    for (size_t first = 0; first < values.size();) {
        size_t last = first;
        while (last < values.size() && values[last] == values[first]) ++last;
        if (length == 0) length = last - first;
        if (last - first != length || !seen.insert(values[first]).second) return 0;
        first = last;
    }
    return static_cast<uint32_t>(length);
}

/// Sets hosts and segments of the part.
void find_hosts(const FabricPlan& whole, const std::vector<uint32_t>& endpoints, FabricPlan& part)
{
    std::vector<uint32_t> hosts, segments;
    for (const uint32_t endpoint : endpoints) hosts.push_back(whole.host_of(endpoint));
    part.nics_per_host = std::max(run_length(hosts), 1U);
    if (run_length(hosts) == 0) part.nvlink = {};
    part.hosts_per_segment = 0;
    if (whole.hosts_per_segment == 0 || run_length(hosts) == 0) return;
    for (size_t i = 0; i < hosts.size(); i += part.nics_per_host)
        segments.push_back(hosts[i] / whole.hosts_per_segment);
    part.hosts_per_segment = run_length(segments);
}

}  // namespace

FabricPlan part_of(const FabricPlan& whole, const std::vector<uint32_t>& endpoints)
{
    FabricPlan part = whole;
    part.endpoints = static_cast<uint32_t>(endpoints.size());
    part.ids.clear();
    part.warnings.clear();
    part.names.clear();
    for (const uint32_t endpoint : endpoints) part.names.push_back(whole.node_name(endpoint));
    for (uint32_t sw = 0; sw < whole.switches.size(); ++sw) part.names.push_back(whole.switch_name(sw));
    find_hosts(whole, endpoints, part);
    std::vector<uint32_t> number(whole.endpoints + whole.switches.size(), kNoNode);
    for (uint32_t i = 0; i < endpoints.size(); ++i) number[endpoints[i]] = i;
    for (uint32_t sw = 0; sw < whole.switches.size(); ++sw)
        number[whole.endpoints + sw] = part.endpoints + sw;
    part.links.clear();
    for (LinkPlan link : whole.links) {
        link.a = number[link.a];
        link.b = number[link.b];
        if (link.a != kNoNode && link.b != kNoNode) part.links.push_back(link);
    }
    part.router = std::make_shared<PartRouter>(whole.router, endpoints);
    return part;
}

}  // namespace hpnsim
