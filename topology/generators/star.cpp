// SPDX-License-Identifier: GPL-2.0-only
// Builds the star: hosts with one NIC of one port around one switch.
#include "generators/builders.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint32_t kMostHosts = 4096;

class StarRouter : public Router
{
public:
    NextHops next(uint32_t, uint32_t dst) const override { return ports(dst, 1); }
};

struct Star {
    static constexpr const char* kName = "star";
    static constexpr const char* kDoc = "hosts around one switch";

    std::optional<uint32_t> hosts;
    Rate rate = gbps(400);
    Time delay = nanoseconds(500), latency = nanoseconds(500);
    std::optional<Bytes> buffer;

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = {
            whole<&Star::hosts>("hosts", 2, kMostHosts, "hosts", "", "what the scenario needs"),
            hpnsim::rate<&Star::rate>("gbps", "rate of every link", "one HPN NIC"), link_ns<&Star::delay>(),
            switch_ns<&Star::latency>(), buffer_mb<&Star::buffer>()};
        return list;
    }

    FabricPlan build(const PlanOptions& options)
    {
        if (!hosts && options.hosts_needed > kMostHosts)
            throw BadInput("a star has at most " + std::to_string(kMostHosts) +
                           " hosts and the scenario needs " + std::to_string(options.hosts_needed) +
                           "; use 'hpn' or 'leaf-spine'");
        if (!hosts) hosts = std::max(options.hosts_needed, 2U);
        FabricPlan plan;
        plan.endpoints = *hosts;
        add_switch(plan, Tier::tor, plan.endpoints, 0, latency);
        for (uint32_t host = 0; host < plan.endpoints; ++host)
            add_link(plan, host, 0, plan.endpoints, host, rate, delay);
        set_buffers(plan, buffer);
        plan.router = std::make_shared<StarRouter>();
        return plan;
    }
};

}  // namespace

HPNSIM_TOPOLOGY(Star)

}  // namespace hpnsim
