// SPDX-License-Identifier: GPL-2.0-only
// Routes by shortest paths in hops, for fabrics without an algebra. Hosts with the same set of switches share
// one table; equal sets of next hops are stored once. No route leads through a host.
#include "generators/builders.hpp"

#include <algorithm>
#include <map>

namespace hpnsim
{

namespace
{

struct Edge {
    uint32_t peer;  ///< node
    uint16_t port;
};

constexpr uint32_t kFar = UINT32_MAX;

/// Says where a host is attached: to a switch, and by which ports of that switch.
struct Attachment {
    uint32_t sw;
    std::vector<uint16_t> ports;
};

class ShortestPathRouter : public Router
{
public:
    ShortestPathRouter(const FabricPlan& plan, bool descending)
        : endpoints_(plan.endpoints), edges_(plan.switches.size()), hosts_(plan.endpoints), sets_(1)
    {
        for (const LinkPlan& link : plan.links) {
            add_edge(link.a, link.a_port, link.b);
            add_edge(link.b, link.b_port, link.a);
        }
        sort_edges(descending);
        for (uint32_t sw = 0; sw < edges_.size(); ++sw)
            for (const Edge& edge : edges_[sw])
                if (edge.peer < endpoints_) attach(edge.peer, sw, edge.port);
        make_tables();
    }

    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        for (const Attachment& attachment : hosts_[dst])
            if (attachment.sw == sw) return hops(attachment.ports);
        return hops(*sets_[table_[size_t{group_[dst]} * edges_.size() + sw]]);
    }

private:
    static NextHops hops(const std::vector<uint16_t>& ports)
    {
        return {0, static_cast<uint16_t>(ports.size()), ports.data()};
    }

    void add_edge(uint32_t node, uint16_t port, uint32_t peer)
    {
        if (node >= endpoints_) edges_[node - endpoints_].push_back({peer, port});
    }

    void sort_edges(bool descending)
    {
        for (std::vector<Edge>& list : edges_) {
            std::sort(list.begin(), list.end(), [descending](const Edge& a, const Edge& b) {
                if (a.peer != b.peer) return descending ? a.peer > b.peer : a.peer < b.peer;
                return descending ? a.port > b.port : a.port < b.port;
            });
        }
    }

    void attach(uint32_t host, uint32_t sw, uint16_t port)
    {
        if (hosts_[host].empty() || hosts_[host].back().sw != sw) hosts_[host].push_back({sw, {}});
        hosts_[host].back().ports.push_back(port);
    }

    void make_tables()
    {
        std::map<std::vector<uint32_t>, uint32_t> groups;
        std::map<std::vector<uint16_t>, uint32_t> known;
        known[{}] = 0;
        sets_[0] = std::make_unique<std::vector<uint16_t>>();
        for (const std::vector<Attachment>& host : hosts_) {
            std::vector<uint32_t> roots;
            for (const Attachment& attachment : host) roots.push_back(attachment.sw);
            const auto [found, fresh] = groups.emplace(roots, static_cast<uint32_t>(groups.size()));
            group_.push_back(found->second);
            if (fresh) add_table(roots, known);
        }
    }

    void add_table(const std::vector<uint32_t>& roots, std::map<std::vector<uint16_t>, uint32_t>& known)
    {
        const std::vector<uint32_t> distance = distances(roots);
        for (uint32_t sw = 0; sw < edges_.size(); ++sw) {
            std::vector<uint16_t> set;
            for (const Edge& edge : edges_[sw])
                if (edge.peer >= endpoints_ && distance[sw] != kFar &&
                    distance[edge.peer - endpoints_] + 1 == distance[sw])
                    set.push_back(edge.port);
            const auto [found, fresh] = known.emplace(set, static_cast<uint32_t>(sets_.size()));
            if (fresh) sets_.push_back(std::make_unique<std::vector<uint16_t>>(set));
            table_.push_back(found->second);
        }
    }

    /// Counts the switch hops to the nearest of `roots`.
    std::vector<uint32_t> distances(const std::vector<uint32_t>& roots) const
    {
        std::vector<uint32_t> distance(edges_.size(), kFar);
        std::vector<uint32_t> queue = roots;
        for (const uint32_t root : roots) distance[root] = 0;
        for (size_t head = 0; head < queue.size(); ++head)
            for (const Edge& edge : edges_[queue[head]]) {
                if (edge.peer < endpoints_ || distance[edge.peer - endpoints_] != kFar) continue;
                distance[edge.peer - endpoints_] = distance[queue[head]] + 1;
                queue.push_back(edge.peer - endpoints_);
            }
        return distance;
    }

    uint32_t endpoints_;
    std::vector<std::vector<Edge>> edges_;                      ///< per switch, in the order of next hops
    std::vector<std::vector<Attachment>> hosts_;                ///< per endpoint
    std::vector<uint32_t> group_;                               ///< which table each endpoint has
    std::vector<uint32_t> table_;                               ///< which set each [group][switch] has
    std::vector<std::unique_ptr<std::vector<uint16_t>>> sets_;  ///< each set once; 0 is the empty one
};

}  // namespace

std::shared_ptr<const Router> shortest_path_router(const FabricPlan& plan, bool descending)
{
    return std::make_shared<ShortestPathRouter>(plan, descending);
}

}  // namespace hpnsim
