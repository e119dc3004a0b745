// SPDX-License-Identifier: GPL-2.0-only
// The k-ary fat tree (Al-Fares et al., SIGCOMM'08, section 2.2): k pods of k/2 edge and k/2 aggregation
// switches, (k/2)^2 cores, all with k ports, and k^3/4 hosts at full bisection.
//
// Switch numbers: edge (pod, e), agg (pod, a), core (a, c) = a x k/2 + c. Ports of an edge switch: k/2 hosts,
// then one per agg of its pod; of an agg: one per edge switch, then cores (a, 0..); of a core: one per pod.
#include "generators/builders.hpp"

namespace hpnsim
{

namespace
{

class FatTreeRouter : public Router
{
public:
    explicit FatTreeRouter(uint32_t k) : k_(k), half_(k / 2), tier_(k * half_) {}

    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        const uint32_t edge = dst / half_, pod = edge / half_;
        if (sw >= 2 * tier_) return one(pod);
        if (sw >= tier_) return (sw - tier_) / half_ == pod ? one(edge % half_) : up();
        return sw == edge ? one(dst % half_) : up();
    }

private:
    static NextHops one(uint32_t port) { return {static_cast<uint16_t>(port), 1, nullptr}; }
    NextHops up() const { return {static_cast<uint16_t>(half_), static_cast<uint16_t>(half_), nullptr}; }

    uint32_t k_, half_, tier_;  ///< tier_: number of edge switches, and of aggregation switches
};

void add_switches(FabricPlan& plan, uint32_t k, Time latency)
{
    const uint32_t half = k / 2;
    const auto ports = static_cast<uint16_t>(k);
    for (const Tier tier : {Tier::tor, Tier::agg})
        for (uint32_t i = 0; i < k * half; ++i)
            plan.switches.push_back({tier, ports, 0, static_cast<uint16_t>(i / half), 0, i, latency, 0});
    for (uint32_t i = 0; i < half * half; ++i)
        plan.switches.push_back({Tier::core, ports, 0, 0, 0, i, latency, 0});
}

void add_links(FabricPlan& plan, uint32_t k, const KeyValues& keys)
{
    const uint32_t half = k / 2, edges = plan.endpoints, aggs = edges + k * half, cores = aggs + k * half;
    const Rate down = keys.rate_gbps("gbps"), up = keys.rate_gbps("uplink-gbps");
    const Time delay = keys.time_ns("link-ns");
    for (uint32_t host = 0; host < plan.endpoints; ++host)
        add_link(plan, host, 0, edges + host / half, host % half, down, delay);
    for (uint32_t pod = 0; pod < k; ++pod)
        for (uint32_t e = 0; e < half; ++e)
            for (uint32_t a = 0; a < half; ++a)
                add_link(plan, edges + pod * half + e, half + a, aggs + pod * half + a, e, up, delay);
    for (uint32_t pod = 0; pod < k; ++pod)
        for (uint32_t a = 0; a < half; ++a)
            for (uint32_t c = 0; c < half; ++c)
                add_link(plan, aggs + pod * half + a, half + c, cores + a * half + c, pod, up, delay);
}

}  // namespace

TopologyInfo fat_tree_info()
{
    return {"fat-tree",
            "the k-ary fat tree of three tiers, full bisection (SIGCOMM'08)",
            {whole_key("k", "8", 2, 64, "ports of a switch, even; k^3/4 hosts", "assumption (128 hosts)"),
             rate_key("gbps", "400", "rate of the host links", "one HPN NIC"),
             rate_key("uplink-gbps", "400", "rate of the links between switches", "one HPN uplink"),
             link_ns_key(), switch_ns_key(), buffer_key()}};
}

FabricPlan make_fat_tree(KeyValues& keys)
{
    const uint32_t k = keys.whole("k");
    if (k % 2 != 0)
        throw BadInput("--topology: k: " + std::to_string(k) +
                       " is odd, and half of a switch's ports lead up; use " + std::to_string(k - 1) +
                       " or " + std::to_string(k + 1));
    FabricPlan plan;
    plan.endpoints = k * k * k / 4;
    check_size(plan.endpoints, uint64_t{3} * plan.endpoints);
    add_switches(plan, k, keys.time_ns("switch-ns"));
    add_links(plan, k, keys);
    set_buffers(plan, keys);
    plan.router = std::make_shared<FatTreeRouter>(k);
    return plan;
}

}  // namespace hpnsim
