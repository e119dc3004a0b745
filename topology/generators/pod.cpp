// SPDX-License-Identifier: GPL-2.0-only
// Builds the pods of HPN and of what it is compared with: segments of hosts below ToRs, a second tier, and a
// core where there are several pods.
#include "generators/pod.hpp"

#include "generators/pod_shape.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// `Plain`: PodShape::plain(). This is asked for every packet at every switch, so the rest is left out there.
template <bool Plain> class PodRouter : public Router
{
public:
    explicit PodRouter(const PodShape& shape)
        : shape_(shape), first_core_(shape.tors() + shape.agg_count()), up_(shape.agg_downlinks())
    {
    }

    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        const uint32_t group = shape_.group<Plain>(dst);
        if (sw < shape_.tors()) {
            if (sw / shape_.ports == group) return ports(shape_.slot<Plain>(dst), 1);
            if constexpr (Plain) return ports(shape_.width(), shape_.aggs);
            if (shape_.apart && sw / shape_.ports % shape_.rails != dst % shape_.gpus) return {};
            return ports(shape_.width(), shape_.aggs * shape_.uplinks);
        }
        // One second tier for all ToRs may take any of the group's.
        if constexpr (Plain)
            return shape_.domains == 1 ? ports(group * shape_.ports, shape_.ports) : ports(group, 1);
        return above(sw, group);
    }

private:
    /// Returns the next hops at an Agg or a core.
    NextHops above(uint32_t sw, uint32_t group) const
    {
        const uint32_t pod = group / shape_.groups_of_pod();
        if (sw >= first_core_) {
            const uint32_t links = shape_.core_links((sw - first_core_) % shape_.cores);
            return ports(pod * links, links);
        }
        const uint32_t own = (sw - shape_.tors()) / (shape_.domains * shape_.aggs);
        if (own != pod) return ports(up_, shape_.agg_uplinks);
        return ports(shape_.agg_port(group * shape_.ports),
                     (shape_.domains == 1 ? shape_.ports : 1) * shape_.uplinks);
    }

    PodShape shape_;
    uint32_t first_core_, up_;
};

[[noreturn]] void too_many_ports(const std::string& what, uint64_t ports, const std::string& advice)
{
    throw BadInput(what + " has " + std::to_string(ports) + " ports, and a switch has at most " +
                   std::to_string(UINT16_MAX) + "; " + advice);
}

/// Checks what does not fit, in 64 bits, before the shape counts in 32.
void check_pods(const Pod& pod, const PodShape& shape)
{
    const uint64_t segments = uint64_t{pod.segments} * pod.pods;
    const uint64_t hosts = segments * (uint64_t{pod.hosts} + pod.backups);
    const uint64_t tors = segments * shape.rails * shape.ports, tors_of_pod = tors / pod.pods;
    if (hosts * shape.gpus < 2) throw BadInput("a pod needs at least two GPUs");
    const uint64_t core_links = uint64_t{pod.pods} * shape.domains * shape.aggs * shape.agg_uplinks;
    check_size(hosts * shape.gpus,
               hosts * shape.gpus * shape.ports + tors * shape.aggs * shape.uplinks + core_links);
    if (shape.domains == 1 && tors_of_pod > UINT16_MAX)
        throw BadInput(std::to_string(tors_of_pod) + " ToRs are more than the " + std::to_string(UINT16_MAX) +
                       " ports that an Agg may have");
    const uint64_t agg = pod.agg_downlinks(tors_of_pod, shape.domains) + shape.agg_uplinks;
    if (agg > UINT16_MAX) too_many_ports("an Agg", agg, "lower segments or uplinks");
    if ((uint64_t{pod.hosts} + pod.backups) * shape.gpus / shape.rails +
            uint64_t{shape.aggs} * shape.uplinks >
        UINT16_MAX)
        throw BadInput("a ToR has more than " + std::to_string(UINT16_MAX) + " ports; lower hosts or aggs");
    if (pod.pods == 1) return;
    const uint64_t core =
        uint64_t{pod.pods} * ((uint64_t{shape.aggs} * shape.agg_uplinks - 1) / shape.cores + 1);
    if (core > UINT16_MAX) too_many_ports("a core", core, "raise cores");
}

/// Finds the number of links between Aggs and cores, and of cores, and says so in the pod's keys.
void find_core(Pod& pod, PodShape& shape, const PodWiring& wiring)
{
    if (pod.pods == 1) {
        if (pod.agg_uplinks.value_or(0) > 0 || pod.cores.value_or(0) > 0)
            throw BadInput("one pod has no core, and agg-uplinks or cores is given; raise pods");
        pod.agg_uplinks = pod.cores = 0;
        return;
    }
    if (shape.aggs == 0)
        throw BadInput("several pods are joined above their Aggs, and there are none; raise aggs");
    const uint64_t down =
        pod.agg_downlinks(uint64_t{pod.segments} * shape.rails * shape.ports, shape.domains);
    if (!pod.agg_uplinks)
        pod.agg_uplinks = static_cast<uint32_t>((down + wiring.down_per_up - 1) / wiring.down_per_up);
    if (*pod.agg_uplinks == 0)
        throw BadInput("agg-uplinks: several pods need at least one; raise it, or use pods=1");
    const uint64_t links = uint64_t{shape.aggs} * *pod.agg_uplinks;
    if (!pod.cores) {
        const uint64_t least = (pod.pods * links + wiring.core_ports - 1) / wiring.core_ports;
        pod.cores = static_cast<uint32_t>(std::max<uint64_t>(least, *pod.agg_uplinks));
    }
    if (*pod.cores == 0 || *pod.cores > links)
        throw BadInput("cores: " + std::to_string(*pod.cores) + " is outside 1.." + std::to_string(links) +
                       ", the links that the Aggs of a pod have to them");
}

PodShape shape_of(Pod& pod, const PodWiring& wiring)
{
    PodShape shape{};
    shape.segments = pod.segments * pod.pods;
    shape.hosts = pod.hosts;
    shape.backups = pod.backups;
    shape.gpus = pod.gpus;
    shape.rails = wiring.rails ? shape.gpus : 1;
    shape.ports = pod.ports;
    shape.domains = (wiring.planes ? shape.ports : 1) * (wiring.apart ? shape.rails : 1);
    shape.aggs = pod.aggs.value();
    shape.uplinks = pod.uplinks.value();
    shape.pods = pod.pods;
    shape.apart = wiring.apart;
    find_core(pod, shape, wiring);
    shape.agg_uplinks = *pod.agg_uplinks;
    shape.cores = *pod.cores;
    check_pods(pod, shape);
    return shape;
}

void add_switches(FabricPlan& plan, const PodShape& shape, Time latency, bool by_port)
{
    const auto tor_ports = static_cast<uint16_t>(shape.width() + shape.aggs * shape.uplinks);
    for (uint32_t tor = 0; tor < shape.tors(); ++tor) {
        const uint32_t group = tor / shape.ports;
        plan.switches.push_back({Tier::tor, tor_ports, static_cast<uint16_t>(tor % shape.ports),
                                 static_cast<uint16_t>(group / shape.rails),
                                 static_cast<uint16_t>(group % shape.rails), group, latency, 0});
    }
    const uint32_t planes = shape.apart ? shape.domains / shape.rails : shape.domains;
    const auto add = [&](Tier tier, uint32_t ports, uint32_t domain, uint32_t index) {
        plan.switches.push_back({tier, static_cast<uint16_t>(ports), static_cast<uint16_t>(domain % planes),
                                 0, static_cast<uint16_t>(domain / planes), index, latency, 0});
    };
    for (uint32_t pod = 0; pod < shape.pods; ++pod)
        for (uint32_t domain = 0; domain < shape.domains; ++domain)
            for (uint32_t index = 0; index < shape.aggs; ++index)
                add(Tier::agg, shape.agg_downlinks() + shape.agg_uplinks, domain, pod * shape.aggs + index);
    for (uint32_t domain = 0; domain < shape.domains; ++domain)
        for (uint32_t index = 0; index < shape.cores; ++index) {
            const uint32_t links = shape.core_links(index);
            add(Tier::core, shape.pods * links, domain, index);
            if (by_port && links > 1) plan.switches.back().by_port = static_cast<uint16_t>(links);
        }
}

void add_host_links(FabricPlan& plan, const PodShape& shape, const Pod& pod)
{
    for (uint32_t nic = 0; nic < plan.endpoints; ++nic)
        for (uint32_t port = 0; port < shape.ports; ++port)
            add_link(plan, nic, port, plan.endpoints + shape.group<false>(nic) * shape.ports + port,
                     shape.slot<false>(nic), pod.nic, pod.delay);
}

void add_uplinks(FabricPlan& plan, const PodShape& shape, const Pod& pod)
{
    const uint32_t first = plan.endpoints;
    for (uint32_t tor = 0; tor < shape.tors(); ++tor)
        for (uint32_t index = 0; index < shape.aggs; ++index)
            for (uint32_t k = 0; k < shape.uplinks; ++k)
                add_link(plan, first + tor, shape.width() + index * shape.uplinks + k,
                         first + shape.agg(tor / shape.tors_of_pod(), shape.domain(tor), index),
                         shape.agg_port(tor) + k, pod.uplink, pod.delay);
}

void add_core_links(FabricPlan& plan, const PodShape& shape, const Pod& pod)
{
    const uint32_t first = plan.endpoints;
    for (uint32_t p = 0; shape.cores > 0 && p < shape.pods; ++p)
        for (uint32_t domain = 0; domain < shape.domains; ++domain)
            for (uint32_t x = 0; x < shape.aggs * shape.agg_uplinks; ++x)
                add_link(plan, first + shape.agg(p, domain, x / shape.agg_uplinks),
                         shape.agg_downlinks() + x % shape.agg_uplinks,
                         first + shape.core(domain, x % shape.cores),
                         p * shape.core_links(x % shape.cores) + x / shape.cores, pod.core, pod.delay);
}

}  // namespace

FabricPlan build_pod(Pod& pod, const PodWiring& wiring)
{
    const PodShape shape = shape_of(pod, wiring);
    FabricPlan plan;
    plan.endpoints = shape.endpoints();
    plan.nics_per_host = shape.gpus;
    plan.ports_per_nic = static_cast<uint8_t>(shape.ports);
    plan.hosts_per_segment = shape.hosts;
    plan.backups_per_segment = shape.backups;
    plan.segments_per_pod = shape.pods > 1 ? pod.segments : 0;
    plan.rails_apart = shape.apart;
    plan.nvlink.rate = pod.nvlink;
    plan.nvlink.latency = pod.nvlink_delay;
    plan.links.reserve(size_t{plan.endpoints} * shape.ports +
                       size_t{shape.tors()} * shape.aggs * shape.uplinks +
                       size_t{shape.agg_count()} * shape.agg_uplinks);
    add_switches(plan, shape, pod.latency, wiring.core_by_port);
    add_host_links(plan, shape, pod);
    add_uplinks(plan, shape, pod);
    add_core_links(plan, shape, pod);
    set_buffers(plan, pod.buffer);
    if (shape.plain())
        plan.router = std::make_shared<PodRouter<true>>(shape);
    else
        plan.router = std::make_shared<PodRouter<false>>(shape);
    return plan;
}

uint32_t aggs_for(uint32_t hosts, uint32_t aggs, uint32_t per)
{
    return (aggs * hosts + per - 1) / per;
}

uint32_t aggs_for_full_bisection(const Pod& pod, uint32_t nics)
{
    const int64_t per_agg = pod.uplink.bps * pod.uplinks.value();
    return static_cast<uint32_t>(std::max<int64_t>((nics * pod.nic.bps + per_agg - 1) / per_agg, 1));
}

}  // namespace hpnsim
