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
        if (sw >= 2 * tier_) return ports(pod, 1);
        if (sw >= tier_) return (sw - tier_) / half_ == pod ? ports(edge % half_, 1) : up();
        return sw == edge ? ports(dst % half_, 1) : up();
    }

private:
    NextHops up() const { return ports(half_, half_); }

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

void add_links(FabricPlan& plan, uint32_t k, Rate down, Rate up, Time delay)
{
    const uint32_t half = k / 2, edges = plan.endpoints, aggs = edges + k * half, cores = aggs + k * half;
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

struct FatTree {
    static constexpr const char* kName = "fat-tree";
    static constexpr const char* kDoc = "the k-ary fat tree of three tiers, full bisection (SIGCOMM'08)";

    uint32_t k = 8;
    Rate down = gbps(400), up = gbps(400);
    Time delay = nanoseconds(500), latency = nanoseconds(500);
    std::optional<Bytes> buffer;

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = {
            whole<&FatTree::k>("k", 2, 64, "ports of a switch, even; k^3/4 hosts", "assumption (128 hosts)"),
            rate<&FatTree::down>("gbps", "rate of the host links", "one HPN NIC"),
            rate<&FatTree::up>("uplink-gbps", "rate of the links between switches", "one HPN uplink"),
            link_ns<&FatTree::delay>(),
            switch_ns<&FatTree::latency>(),
            buffer_mb<&FatTree::buffer>()};
        return list;
    }

    FabricPlan build(const PlanOptions&) const
    {
        if (k % 2 != 0)
            throw BadInput("k: " + std::to_string(k) + " is odd, and half of a switch's ports lead up; use " +
                           std::to_string(k - 1) + " or " + std::to_string(k + 1));
        FabricPlan plan;
        plan.endpoints = k * k * k / 4;
        check_size(plan.endpoints, uint64_t{3} * plan.endpoints);
        add_switches(plan, k, latency);
        add_links(plan, k, down, up, delay);
        set_buffers(plan, buffer);
        plan.router = std::make_shared<FatTreeRouter>(k);
        return plan;
    }
};

}  // namespace

HPNSIM_TOPOLOGY(FatTree)

}  // namespace hpnsim
