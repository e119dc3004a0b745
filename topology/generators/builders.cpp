// SPDX-License-Identifier: GPL-2.0-only
// Implements what the topologies share.
#include "generators/builders.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{
constexpr uint64_t kMaxEndpoints = 1 << 20;
constexpr uint64_t kMaxLinks = 8 << 20;
constexpr int64_t kChipBps = 51'200'000'000'000;
constexpr Bytes kChipBuffer = Bytes{165} << 20;
// A topology may use only a few ports of a switch, but nobody builds a switch of three: ASICs have 32 ports
// of their fastest rate and more. Their buffers grew from 12 MB (32 x 40G of DCQCN's testbed, SIGCOMM'15,
// section 4) to 16 MB (32 x 100G); the latter is the least here (assumption).
constexpr int64_t kLeastPorts = 32;
constexpr Bytes kLeastBuffer = Bytes{16} << 20;

Bytes chip_buffer(int64_t capacity_bps, int64_t fastest_bps)
{
    const __int128 bps = std::max(capacity_bps, kLeastPorts * fastest_bps);
    return std::max(kLeastBuffer, static_cast<Bytes>(bps * kChipBuffer / kChipBps));
}
}  // namespace

NextHops ports(uint32_t first, uint32_t count)
{
    return {static_cast<uint16_t>(first), static_cast<uint16_t>(count), nullptr};
}

void add_switch(FabricPlan& plan, Tier tier, uint32_t ports, uint32_t index, Time latency)
{
    SwitchPlan sw;
    sw.tier = tier;
    sw.ports = static_cast<uint16_t>(ports);
    sw.index = index;
    sw.latency = latency;
    plan.switches.push_back(sw);
}

void add_link(FabricPlan& plan, uint32_t a, uint32_t a_port, uint32_t b, uint32_t b_port, Rate rate,
              Time delay)
{
    plan.links.push_back(
        {a, b, static_cast<uint16_t>(a_port), static_cast<uint16_t>(b_port), rate, delay, 0});
}

void set_buffers(FabricPlan& plan, const std::optional<Bytes>& given)
{
    std::vector<int64_t> capacity(plan.switches.size(), 0), fastest(plan.switches.size(), 0);
    for (const LinkPlan& link : plan.links)
        for (const uint32_t node : {link.a, link.b}) {
            if (node < plan.endpoints) continue;
            const size_t sw = node - plan.endpoints;
            capacity[sw] += link.rate.bps;
            fastest[sw] = std::max(fastest[sw], link.rate.bps);
        }
    plan.buffer_given = given.has_value();
    for (size_t i = 0; i < capacity.size(); ++i)
        plan.switches[i].buffer = given ? *given : chip_buffer(capacity[i], fastest[i]);
}

void check_size(uint64_t endpoints, uint64_t links)
{
    if (endpoints > kMaxEndpoints)
        throw BadInput(std::to_string(endpoints) + " endpoints are more than the " +
                       std::to_string(kMaxEndpoints) + " that a fabric may have");
    if (links > kMaxLinks)
        throw BadInput(std::to_string(links) + " links are more than the " + std::to_string(kMaxLinks) +
                       " that a fabric may have");
}

}  // namespace hpnsim
