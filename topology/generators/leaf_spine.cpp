// SPDX-License-Identifier: GPL-2.0-only
// Builds the leaf-spine fabric: hosts of one NIC and one port below leaves, and a link from every leaf to
// every spine.
#include "generators/builders.hpp"

namespace hpnsim
{

namespace
{

/// Leaves first, then spines. Leaf ports: its hosts, then one per spine. Spine ports: one per leaf.
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

struct LeafSpine {
    static constexpr const char* kName = "leaf-spine";
    static constexpr const char* kDoc = "two tiers, every leaf wired to every spine once";

    uint32_t leaves = 8, hosts = 16, spines = 16;
    Rate down = gbps(400), up = gbps(400);
    Time delay = nanoseconds(500), latency = nanoseconds(500);
    std::optional<Bytes> buffer;

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = {
            whole<&LeafSpine::leaves>("leaves", 1, 1024, "leaf switches", kUsualSize),
            whole<&LeafSpine::hosts>("hosts", 1, 1024, "hosts per leaf", kUsualSize),
            whole<&LeafSpine::spines>("spines", 1, 1024, "spine switches",
                                      "1:1 with 16 hosts of the uplink's rate"),
            rate<&LeafSpine::down>("gbps", "rate of the host links", "one HPN NIC"),
            rate<&LeafSpine::up>("uplink-gbps", "rate of the leaf-spine links", "one HPN uplink"),
            link_ns<&LeafSpine::delay>(),
            switch_ns<&LeafSpine::latency>(),
            buffer_mb<&LeafSpine::buffer>()};
        return list;
    }

    FabricPlan build(const PlanOptions&) const
    {
        if (leaves * hosts < 2) throw BadInput("'leaf-spine' needs at least two hosts");
        check_size(uint64_t{leaves} * hosts, uint64_t{leaves} * (hosts + spines));
        FabricPlan plan;
        plan.endpoints = leaves * hosts;
        for (uint32_t leaf = 0; leaf < leaves; ++leaf)
            add_switch(plan, Tier::tor, hosts + spines, leaf, latency);
        for (uint32_t spine = 0; spine < spines; ++spine) add_switch(plan, Tier::agg, leaves, spine, latency);
        for (uint32_t host = 0; host < plan.endpoints; ++host)
            add_link(plan, host, 0, plan.endpoints + host / hosts, host % hosts, down, delay);
        for (uint32_t leaf = 0; leaf < leaves; ++leaf)
            for (uint32_t spine = 0; spine < spines; ++spine)
                add_link(plan, plan.endpoints + leaf, hosts + spine, plan.endpoints + leaves + spine, leaf,
                         up, delay);
        set_buffers(plan, buffer);
        plan.router = std::make_shared<LeafSpineRouter>(leaves, hosts, spines);
        return plan;
    }
};

}  // namespace

HPNSIM_TOPOLOGY(LeafSpine)

}  // namespace hpnsim
