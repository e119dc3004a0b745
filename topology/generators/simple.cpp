// SPDX-License-Identifier: GPL-2.0-only
// Builds the small fabrics whose hosts have one NIC of one port: star, dumbbell and leaf-spine.
#include "generators/builders.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint32_t kStarMost = 4096;

NextHops ports(uint32_t first, uint32_t count)
{
    return {static_cast<uint16_t>(first), static_cast<uint16_t>(count), nullptr};
}

class StarRouter : public Router
{
public:
    NextHops next(uint32_t, uint32_t dst) const override { return ports(dst, 1); }
};

/// Switch 0 has the hosts 0..left-1, and switch 1 the others; the last port of each leads to the bottleneck.
class DumbbellRouter : public Router
{
public:
    DumbbellRouter(uint32_t left, uint32_t right) : hosts_{left, right} {}
    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        const uint32_t side = dst < hosts_[0] ? 0 : 1;
        return ports(side != sw ? hosts_[sw] : dst - side * hosts_[0], 1);
    }

private:
    uint32_t hosts_[2];
};

/// Leaves come first, then spines. A leaf's ports are its hosts, then one per spine; a spine has one per
/// leaf.
class LeafSpineRouter : public Router
{
public:
    LeafSpineRouter(uint32_t leaves, uint32_t hosts, uint32_t spines)
        : leaves_(leaves), hosts_(hosts), spines_(spines)
    {
    }
    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        if (sw >= leaves_) return ports(dst / hosts_, 1);
        return sw == dst / hosts_ ? ports(dst % hosts_, 1) : ports(hosts_, spines_);
    }

private:
    uint32_t leaves_, hosts_, spines_;
};

void add_switch(FabricPlan& plan, Tier tier, uint32_t count, uint32_t index, const KeyValues& keys)
{
    SwitchPlan sw;
    sw.tier = tier;
    sw.ports = static_cast<uint16_t>(count);
    sw.index = index;
    sw.latency = keys.time_ns("switch-ns");
    plan.switches.push_back(sw);
}

const char* const kStyle = "a usual size of congestion-control studies";

}  // namespace

TopologyInfo star_info()
{
    return {"star",
            "hosts around one switch",
            {whole_key("hosts", "what the scenario needs", 2, kStarMost, "hosts", ""),
             rate_key("gbps", "400", "rate of every link", "one HPN NIC"), link_ns_key(), switch_ns_key(),
             buffer_key()}};
}

FabricPlan make_star(KeyValues& keys, const PlanOptions& options)
{
    if (!keys.given("hosts")) {
        if (options.hosts_needed > kStarMost)
            throw BadInput("--topology: a star has at most " + std::to_string(kStarMost) +
                           " hosts and the scenario needs " + std::to_string(options.hosts_needed) +
                           "; use 'hpn' or 'leaf-spine'");
        keys.derive("hosts", std::to_string(std::max(options.hosts_needed, 2U)));
    }
    FabricPlan plan;
    plan.endpoints = keys.whole("hosts");
    add_switch(plan, Tier::tor, plan.endpoints, 0, keys);
    for (uint32_t host = 0; host < plan.endpoints; ++host)
        add_link(plan, host, 0, plan.endpoints, host, keys.rate_gbps("gbps"), keys.time_ns("link-ns"));
    set_buffers(plan, keys);
    plan.router = std::make_shared<StarRouter>();
    return plan;
}

TopologyInfo dumbbell_info()
{
    return {"dumbbell",
            "two switches with hosts, joined by one bottleneck link",
            {whole_key("left", "2", 1, 4096, "hosts on the left, numbered first", kStyle),
             whole_key("right", "2", 1, 4096, "hosts on the right", kStyle),
             rate_key("gbps", "400", "rate of the host links", "one HPN NIC"),
             rate_key("bottleneck-gbps", "400", "rate of the link between the switches", "one HPN uplink"),
             link_ns_key(), switch_ns_key(), buffer_key()}};
}

FabricPlan make_dumbbell(KeyValues& keys)
{
    const uint32_t left = keys.whole("left"), right = keys.whole("right");
    const Time delay = keys.time_ns("link-ns");
    FabricPlan plan;
    plan.endpoints = left + right;
    add_switch(plan, Tier::tor, left + 1, 0, keys);
    add_switch(plan, Tier::tor, right + 1, 1, keys);
    for (uint32_t host = 0; host < plan.endpoints; ++host) {
        const uint32_t side = host < left ? 0 : 1;
        add_link(plan, host, 0, plan.endpoints + side, host - side * left, keys.rate_gbps("gbps"), delay);
    }
    add_link(plan, plan.endpoints, left, plan.endpoints + 1, right, keys.rate_gbps("bottleneck-gbps"), delay);
    set_buffers(plan, keys);
    plan.router = std::make_shared<DumbbellRouter>(left, right);
    return plan;
}

TopologyInfo leaf_spine_info()
{
    return {"leaf-spine",
            "two tiers, every leaf wired to every spine once",
            {whole_key("leaves", "8", 1, 1024, "leaf switches", kStyle),
             whole_key("hosts", "16", 1, 1024, "hosts per leaf", kStyle),
             whole_key("spines", "16", 1, 1024, "spine switches", "1:1 with 16 hosts of the uplink's rate"),
             rate_key("gbps", "400", "rate of the host links", "one HPN NIC"),
             rate_key("uplink-gbps", "400", "rate of the leaf-spine links", "one HPN uplink"), link_ns_key(),
             switch_ns_key(), buffer_key()}};
}

FabricPlan make_leaf_spine(KeyValues& keys)
{
    const uint32_t leaves = keys.whole("leaves"), hosts = keys.whole("hosts"), spines = keys.whole("spines");
    const Time delay = keys.time_ns("link-ns");
    if (leaves * hosts < 2) throw BadInput("--topology: 'leaf-spine' needs at least two hosts");
    check_size(uint64_t{leaves} * hosts, uint64_t{leaves} * (hosts + spines));
    FabricPlan plan;
    plan.endpoints = leaves * hosts;
    for (uint32_t leaf = 0; leaf < leaves; ++leaf) add_switch(plan, Tier::tor, hosts + spines, leaf, keys);
    for (uint32_t spine = 0; spine < spines; ++spine) add_switch(plan, Tier::agg, leaves, spine, keys);
    for (uint32_t host = 0; host < plan.endpoints; ++host)
        add_link(plan, host, 0, plan.endpoints + host / hosts, host % hosts, keys.rate_gbps("gbps"), delay);
    for (uint32_t leaf = 0; leaf < leaves; ++leaf)
        for (uint32_t spine = 0; spine < spines; ++spine)
            add_link(plan, plan.endpoints + leaf, hosts + spine, plan.endpoints + leaves + spine, leaf,
                     keys.rate_gbps("uplink-gbps"), delay);
    set_buffers(plan, keys);
    plan.router = std::make_shared<LeafSpineRouter>(leaves, hosts, spines);
    return plan;
}

}  // namespace hpnsim
