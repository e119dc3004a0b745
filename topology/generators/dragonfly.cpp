// SPDX-License-Identifier: GPL-2.0-only
// Builds the canonical dragonfly (Kim et al., ISCA'08, section 3): groups of `a` routers, each router with
// `p` hosts, a link to every other router of its group, and `h` links to other groups. Every two groups share
// one link, so there are at most a x h + 1 groups. Routes are minimal: at most a local link, a global one and
// a local one. There is one for each pair of hosts, and so nothing to hash.
//
// Ports of a router: its hosts, then the other routers of its group, ascending, then links to groups. Group g
// numbers the other groups, ascending; the link to number c is port c / a of router c % a.
#include "generators/builders.hpp"

namespace hpnsim
{

namespace
{

struct DragonflyShape {
    uint32_t hosts, routers, groups;  ///< hosts of a router, routers of a group

    uint32_t local_port(uint32_t router, uint32_t to) const { return hosts + (to < router ? to : to - 1); }
    /// The number that group `g` has for another one.
    static uint32_t channel(uint32_t g, uint32_t other) { return other < g ? other : other - 1; }
    uint32_t owner(uint32_t channel) const { return channel % routers; }
    uint32_t global_port(uint32_t channel) const { return hosts + routers - 1 + channel / routers; }
    uint32_t global_ports(uint32_t router) const
    {
        return router >= groups - 1 ? 0 : (groups - 2 - router) / routers + 1;
    }
};

class DragonflyRouter : public Router
{
public:
    explicit DragonflyRouter(const DragonflyShape& shape) : shape_(shape) {}

    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        const uint32_t to = dst / shape_.hosts;
        if (sw == to) return ports(dst % shape_.hosts, 1);
        const uint32_t group = sw / shape_.routers, own = sw % shape_.routers;
        const uint32_t there = to / shape_.routers;
        if (there == group) return ports(shape_.local_port(own, to % shape_.routers), 1);
        const uint32_t channel = DragonflyShape::channel(group, there), owner = shape_.owner(channel);
        return ports(owner == own ? shape_.global_port(channel) : shape_.local_port(own, owner), 1);
    }

private:
    DragonflyShape shape_;
};

struct Dragonfly {
    static constexpr const char* kName = "dragonfly";
    static constexpr const char* kDoc =
        "groups of routers, all joined inside a group and one link between any two groups; minimal routes";

    uint32_t hosts = 4, routers = 8, global = 4;
    std::optional<uint32_t> groups;
    Rate down = gbps(400), local = gbps(400), far = gbps(400);
    Time delay = nanoseconds(500), latency = nanoseconds(500);
    std::optional<Bytes> buffer;

    static const std::vector<Setting>& settings()
    {
        using D = Dragonfly;
        static const std::vector<Setting> list = {
            whole<&D::hosts>("p", 1, 1024, "hosts of a router", "Kim et al. section 3.2 (a = 2p = 2h)"),
            whole<&D::routers>("a", 1, 1024, "routers of a group", "Kim et al., its network of 1K hosts"),
            whole<&D::global>("h", 1, 1024, "links of a router to other groups", "Kim et al. section 3.2"),
            whole<&D::groups>("groups", 2, 65535, "groups", "Kim et al. section 3.1",
                              "a x h + 1, the most that there can be"),
            rate<&D::down>("gbps", "rate of the host links", "one HPN NIC"),
            rate<&D::local>("local-gbps", "rate of the links inside a group", "as the host links"),
            rate<&D::far>("global-gbps", "rate of the links between groups", "as the host links"),
            link_ns<&D::delay>(),
            switch_ns<&D::latency>(),
            buffer_mb<&D::buffer>()};
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        const uint32_t most = routers * global + 1;
        if (groups.value_or(2) > most)
            throw BadInput("groups: " + std::to_string(*groups) + " are more than the " +
                           std::to_string(most) + " that " + std::to_string(routers) + " routers with " +
                           std::to_string(global) + " links each can join; raise a or h");
        if (!groups) groups = most;
        const uint64_t total = uint64_t{routers} * *groups;
        check_size(total * hosts, total * (hosts + (routers - 1) / 2.0) +
                                      0.5 * static_cast<double>(uint64_t{*groups} * (*groups - 1)));
        const DragonflyShape shape{hosts, routers, *groups};
        FabricPlan plan;
        plan.endpoints = static_cast<uint32_t>(total) * hosts;
        for (uint32_t sw = 0; sw < total; ++sw)
            add_switch(plan, Tier::other, hosts + routers - 1 + shape.global_ports(sw % routers), sw,
                       latency);
        add_links(plan, shape);
        plan.detours = *groups > 2;  // two global links may be fewer than a local, a global and a local one
        set_buffers(plan, buffer);
        plan.router = std::make_shared<DragonflyRouter>(shape);
        return plan;
    }

    void add_links(FabricPlan& plan, const DragonflyShape& shape) const
    {
        const uint32_t first = plan.endpoints;
        for (uint32_t host = 0; host < plan.endpoints; ++host)
            add_link(plan, host, 0, first + host / hosts, host % hosts, down, delay);
        for (uint32_t group = 0; group < *groups; ++group)
            for (uint32_t x = 0; x < routers; ++x)
                for (uint32_t y = x + 1; y < routers; ++y)
                    add_link(plan, first + group * routers + x, shape.local_port(x, y),
                             first + group * routers + y, shape.local_port(y, x), local, delay);
        for (uint32_t g = 0; g < *groups; ++g)
            for (uint32_t other = g + 1; other < *groups; ++other) {
                const uint32_t out = DragonflyShape::channel(g, other),
                               back = DragonflyShape::channel(other, g);
                add_link(plan, first + g * routers + shape.owner(out), shape.global_port(out),
                         first + other * routers + shape.owner(back), shape.global_port(back), far, delay);
            }
    }
};

}  // namespace

HPNSIM_TOPOLOGY(Dragonfly)

}  // namespace hpnsim
