// SPDX-License-Identifier: GPL-2.0-only
// Builds the pod of HPN and of what its paper compares it with: segments of hosts below ToRs, and a second
// tier.
//
// Hosts of a segment whose NICs share ToRs are a group: a rail of it, or with DCN+ the whole segment.
// Switch numbers: ToR (segment, rail, port) = (segment x rails + rail) x ports + port, then
// Agg (plane, index) = plane x aggs + index. ToR ports: one per NIC of the group, then one per Agg of
// its plane. Agg ports: one per group, or, with one plane, one per ToR.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct Shape {
    uint32_t segments, hosts, gpus, rails, ports, planes, aggs;
    uint32_t endpoints() const { return segments * hosts * gpus; }
    uint32_t tors() const { return segments * rails * ports; }
    /// NICs of a group.
    uint32_t width() const { return hosts * gpus / rails; }
    uint32_t group(uint32_t nic) const
    {
        const uint32_t segment = nic / (hosts * gpus);
        return rails == 1 ? segment : segment * rails + nic % gpus;
    }
    /// Place in its group.
    uint32_t slot(uint32_t nic) const { return rails == 1 ? nic % (hosts * gpus) : nic / gpus % hosts; }
    uint32_t plane(uint32_t tor) const { return planes == 1 ? 0 : tor % ports; }
    uint32_t agg(uint32_t plane, uint32_t index) const { return tors() + plane * aggs + index; }
    /// The port of an Agg that leads to a ToR.
    uint32_t agg_port(uint32_t tor) const { return planes == 1 ? tor : tor / ports; }
};

class PodRouter : public Router
{
public:
    explicit PodRouter(const Shape& shape) : shape_(shape) {}

    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        const uint32_t group = shape_.group(dst);
        if (sw < shape_.tors()) {
            if (sw / shape_.ports == group) return ports(shape_.slot(dst), 1);
            return ports(shape_.width(), shape_.aggs);
        }
        // One second tier for all ToRs may take any of the group's.
        return shape_.planes == 1 ? ports(group * shape_.ports, shape_.ports) : ports(group, 1);
    }

private:
    Shape shape_;
};

void check_shape(const Shape& shape)
{
    const uint64_t endpoints = uint64_t{shape.segments} * shape.hosts * shape.gpus;
    const uint64_t tors = uint64_t{shape.segments} * shape.rails * shape.ports;
    const uint64_t agg_ports = shape.planes == 1 ? tors : tors / shape.ports;
    if (endpoints < 2) throw BadInput("a pod needs at least two GPUs");
    check_size(endpoints, endpoints * shape.ports + tors * shape.aggs);
    if (agg_ports > UINT16_MAX)
        throw BadInput(std::to_string(agg_ports) + " ToRs are more than the " + std::to_string(UINT16_MAX) +
                       " ports that an Agg may have");
    if (uint64_t{shape.hosts} * shape.gpus / shape.rails + shape.aggs > UINT16_MAX)
        throw BadInput("a ToR has more than " + std::to_string(UINT16_MAX) + " ports; lower hosts or aggs");
}

Shape shape_of(const Pod& pod, const PodWiring& wiring)
{
    Shape shape{};
    shape.segments = pod.segments;
    shape.hosts = pod.hosts;
    shape.gpus = pod.gpus;
    shape.rails = wiring.rails ? shape.gpus : 1;
    shape.ports = pod.ports;
    shape.planes = wiring.planes ? shape.ports : 1;
    shape.aggs = pod.aggs.value();
    check_shape(shape);
    return shape;
}

void add_switches(FabricPlan& plan, const Shape& shape, Time latency)
{
    const auto tor_ports = static_cast<uint16_t>(shape.width() + shape.aggs);
    const auto agg_ports = static_cast<uint16_t>(shape.agg_port(shape.tors() - 1) + 1);
    for (uint32_t tor = 0; tor < shape.tors(); ++tor) {
        const uint32_t group = tor / shape.ports;
        plan.switches.push_back({Tier::tor, tor_ports, static_cast<uint16_t>(tor % shape.ports),
                                 static_cast<uint16_t>(group / shape.rails),
                                 static_cast<uint16_t>(group % shape.rails), group, latency, 0});
    }
    for (uint32_t plane = 0; plane < shape.planes; ++plane)
        for (uint32_t index = 0; index < shape.aggs; ++index)
            plan.switches.push_back(
                {Tier::agg, agg_ports, static_cast<uint16_t>(plane), 0, 0, index, latency, 0});
}

void add_links(FabricPlan& plan, const Shape& shape, const Pod& pod)
{
    const uint32_t first = plan.endpoints;
    for (uint32_t nic = 0; nic < plan.endpoints; ++nic)
        for (uint32_t port = 0; port < shape.ports; ++port)
            add_link(plan, nic, port, first + shape.group(nic) * shape.ports + port, shape.slot(nic), pod.nic,
                     pod.delay);
    for (uint32_t tor = 0; tor < shape.tors(); ++tor)
        for (uint32_t index = 0; index < shape.aggs; ++index)
            add_link(plan, first + tor, shape.width() + index, first + shape.agg(shape.plane(tor), index),
                     shape.agg_port(tor), pod.uplink, pod.delay);
}

}  // namespace

FabricPlan build_pod(const Pod& pod, const PodWiring& wiring)
{
    const Shape shape = shape_of(pod, wiring);
    FabricPlan plan;
    plan.endpoints = shape.endpoints();
    plan.nics_per_host = shape.gpus;
    plan.ports_per_nic = static_cast<uint8_t>(shape.ports);
    plan.hosts_per_segment = shape.hosts;
    plan.nvlink.rate = pod.nvlink;
    plan.nvlink.latency = pod.nvlink_delay;
    plan.links.reserve(size_t{plan.endpoints} * shape.ports + size_t{shape.tors()} * shape.aggs);
    add_switches(plan, shape, pod.latency);
    add_links(plan, shape, pod);
    set_buffers(plan, pod.buffer);
    plan.router = std::make_shared<PodRouter>(shape);
    return plan;
}

uint32_t aggs_for(uint32_t hosts, uint32_t aggs, uint32_t per)
{
    return (aggs * hosts + per - 1) / per;
}

std::vector<Setting> pod_settings(std::vector<Setting> own)
{
    const Setting shared[] = {
        link_ns<&Pod::delay>(), switch_ns<&Pod::latency>(),
        choice<&Pod::nvlink>("gpu", "NVLink per GPU and direction: h100 3600 Gb/s, h800 1600 Gb/s",
                             "vendor's data sheets; the paper's testbed is h800",
                             {{"h100", gbps(3600)}, {"h800", gbps(1600)}}),
        number<&Pod::nvlink_delay>("nvlink-ns", "ns", 0, 1e6, "one-way delay GPU to NVSwitch",
                                   "SimAI's generator (0.000025 ms)"),
        buffer_mb<&Pod::buffer>()};
    own.insert(own.begin() + 2,
               whole<&Pod::gpus>("gpus", 1, 16, "GPUs, and so NICs and rails, per host", "HPN section 3"));
    own.insert(own.end(), std::begin(shared), std::end(shared));
    return own;
}

Setting segments_setting(const char* source)
{
    return whole<&Pod::segments>("segments", 1, 1024, "segments of the pod", source);
}

Setting hosts_setting(const char* source)
{
    return whole<&Pod::hosts>("hosts", 1, 1024, "hosts per segment", source);
}

}  // namespace hpnsim
