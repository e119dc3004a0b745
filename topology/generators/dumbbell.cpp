// SPDX-License-Identifier: GPL-2.0-only
// Builds the dumbbell: two switches with hosts of one NIC and one port, joined by one link.
#include "generators/builders.hpp"

namespace hpnsim
{

namespace
{

/// Switch 0 holds hosts 0..left-1, switch 1 the others; the last port of each is the bottleneck.
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

struct Dumbbell {
    static constexpr const char* kName = "dumbbell";
    static constexpr const char* kDoc = "two switches with hosts, joined by one bottleneck link";

    uint32_t left = 2, right = 2;
    Rate host_rate = gbps(400), bottleneck = gbps(400);
    Time delay = nanoseconds(500), latency = nanoseconds(500);
    std::optional<Bytes> buffer;

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = {
            whole<&Dumbbell::left>("left", 1, 4096, "hosts on the left, numbered first", kUsualSize),
            whole<&Dumbbell::right>("right", 1, 4096, "hosts on the right", kUsualSize),
            rate<&Dumbbell::host_rate>("gbps", "rate of the host links", "one HPN NIC"),
            rate<&Dumbbell::bottleneck>("bottleneck-gbps", "rate of the link between the switches",
                                        "one HPN uplink"),
            link_ns<&Dumbbell::delay>(),
            switch_ns<&Dumbbell::latency>(),
            buffer_mb<&Dumbbell::buffer>()};
        return list;
    }

    FabricPlan build(const PlanOptions&) const
    {
        FabricPlan plan;
        plan.endpoints = left + right;
        add_switch(plan, Tier::tor, left + 1, 0, latency);
        add_switch(plan, Tier::tor, right + 1, 1, latency);
        for (uint32_t host = 0; host < plan.endpoints; ++host) {
            const uint32_t side = host < left ? 0 : 1;
            add_link(plan, host, 0, plan.endpoints + side, host - side * left, host_rate, delay);
        }
        add_link(plan, plan.endpoints, left, plan.endpoints + 1, right, bottleneck, delay);
        set_buffers(plan, buffer);
        plan.router = std::make_shared<DumbbellRouter>(left, right);
        return plan;
    }
};

}  // namespace

HPNSIM_TOPOLOGY(Dumbbell)

}  // namespace hpnsim
