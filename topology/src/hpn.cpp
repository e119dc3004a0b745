// SPDX-License-Identifier: GPL-2.0-only
// HPN 7.0's backend network (Qian et al., SIGCOMM'24, sections 4 to 6): rail-optimised segments with a
// non-stacked pair of ToRs per rail, and one second tier per plane. NIC port p is wired to plane p and
// nothing crosses between planes. Backup hosts and the core tier are left out.
//
// Switch numbers: ToR (segment, rail, plane) = (segment x gpus + rail) x ports + plane, then
// Agg (plane, index) = plane x aggs + index. ToR ports: one per host of the segment, then one per Agg of
// its plane. Agg ports: one per (segment, rail).
#include "builders.hpp"

namespace hpnsim
{

namespace
{

struct Shape {
    uint32_t segments, hosts, gpus, planes, aggs;
    uint32_t endpoints() const { return segments * hosts * gpus; }
    uint32_t tors() const { return segments * gpus * planes; }
    uint32_t tor(uint32_t segment, uint32_t rail, uint32_t plane) const
    {
        return (segment * gpus + rail) * planes + plane;
    }
    uint32_t agg(uint32_t plane, uint32_t index) const { return tors() + plane * aggs + index; }
};

class HpnRouter : public Router
{
public:
    explicit HpnRouter(const Shape& shape) : shape_(shape) {}

    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        const uint32_t host = dst / shape_.gpus;
        const uint32_t group = host / shape_.hosts * shape_.gpus + dst % shape_.gpus;  // (segment, rail)
        if (sw >= shape_.tors()) return {static_cast<uint16_t>(group), 1, nullptr};
        if (sw / shape_.planes == group) return {static_cast<uint16_t>(host % shape_.hosts), 1, nullptr};
        return {static_cast<uint16_t>(shape_.hosts), static_cast<uint16_t>(shape_.aggs), nullptr};
    }

private:
    Shape shape_;
};

Shape read_shape(KeyValues& keys)
{
    Shape shape{};
    shape.segments = keys.whole("segments");
    shape.hosts = keys.whole("hosts");
    shape.gpus = keys.whole("gpus");
    shape.planes = keys.whole("ports");
    if (!keys.given("aggs")) keys.derive("aggs", std::to_string((60 * shape.hosts + 127) / 128));
    shape.aggs = keys.whole("aggs");
    const uint64_t endpoints = uint64_t{shape.segments} * shape.hosts * shape.gpus;
    const uint64_t tors = uint64_t{shape.segments} * shape.gpus * shape.planes;
    if (endpoints < 2) throw BadInput("--topology: 'hpn' needs at least two GPUs");
    check_size(endpoints, endpoints * shape.planes + tors * shape.aggs);
    return shape;
}

void add_switches(FabricPlan& plan, const Shape& shape, Time latency)
{
    const auto tor_ports = static_cast<uint16_t>(shape.hosts + shape.aggs);
    const auto agg_ports = static_cast<uint16_t>(shape.segments * shape.gpus);
    for (uint32_t segment = 0; segment < shape.segments; ++segment)
        for (uint32_t rail = 0; rail < shape.gpus; ++rail)
            for (uint32_t plane = 0; plane < shape.planes; ++plane)
                plan.switches.push_back({Tier::tor, tor_ports, static_cast<uint16_t>(plane),
                                         static_cast<uint16_t>(segment), static_cast<uint16_t>(rail),
                                         segment * shape.gpus + rail, latency, 0});
    for (uint32_t plane = 0; plane < shape.planes; ++plane)
        for (uint32_t index = 0; index < shape.aggs; ++index)
            plan.switches.push_back(
                {Tier::agg, agg_ports, static_cast<uint16_t>(plane), 0, 0, index, latency, 0});
}

void add_links(FabricPlan& plan, const Shape& shape, const KeyValues& keys)
{
    const Time delay = keys.time_ns("link-ns");
    const Rate down = keys.rate_gbps("nic-gbps"), up = keys.rate_gbps("uplink-gbps");
    const uint32_t first = plan.endpoints;
    for (uint32_t nic = 0; nic < plan.endpoints; ++nic) {
        const uint32_t host = nic / shape.gpus;
        for (uint32_t plane = 0; plane < shape.planes; ++plane)
            add_link(plan, nic, plane, first + shape.tor(host / shape.hosts, nic % shape.gpus, plane),
                     host % shape.hosts, down, delay);
    }
    for (uint32_t tor = 0; tor < shape.tors(); ++tor)
        for (uint32_t index = 0; index < shape.aggs; ++index)
            add_link(plan, first + tor, shape.hosts + index, first + shape.agg(tor % shape.planes, index),
                     tor / shape.planes, up, delay);
}

}  // namespace

TopologyInfo hpn_info()
{
    using Kind = TopologyKey::Kind;
    return {
        "hpn",
        "HPN 7.0's backend: rail-optimised segments, two ToRs per rail, dual plane (SIGCOMM'24)",
        {whole_key("segments", "2", 1, 1024, "segments of the pod", "assumption (the paper's pod has 15)"),
         whole_key("hosts", "128", 1, 1024, "hosts per segment", "HPN section 5.1 (without 8 backups)"),
         whole_key("gpus", "8", 1, 16, "GPUs, and so NICs and rails, per host", "HPN section 3"),
         rate_key("nic-gbps", "200", "rate of one NIC port", "HPN section 3"),
         whole_key("ports", "2", 1, 8, "ports of a NIC; each is a plane", "HPN section 4"),
         rate_key("uplink-gbps", "400", "rate of a ToR-Agg link", "HPN section 5.1"),
         whole_key("aggs", "60 per 128 hosts, rounded up", 1, 1024, "Agg switches per plane",
                   "HPN section 6 (1.067:1 at the ToR)"),
         link_ns_key(),
         switch_ns_key(),
         {"gpu", Kind::choice, "", "h100", 0, 0, "h100|h800",
          "NVLink per GPU and direction: h100 3600 Gb/s, h800 1600 Gb/s",
          "vendor's data sheets; the paper's testbed is h800"},
         {"nvlink-ns", Kind::number, "ns", "25", 0, 1e6, "", "one-way delay GPU to NVSwitch",
          "SimAI's generator (0.000025 ms)"},
         buffer_key()}};
}

FabricPlan make_hpn(KeyValues& keys)
{
    const Shape shape = read_shape(keys);
    FabricPlan plan;
    plan.endpoints = shape.endpoints();
    plan.nics_per_host = shape.gpus;
    plan.ports_per_nic = static_cast<uint8_t>(shape.planes);
    plan.hosts_per_segment = shape.hosts;
    plan.nvlink.rate = gbps(keys.text("gpu") == "h100" ? 3600 : 1600);
    plan.nvlink.latency = keys.time_ns("nvlink-ns");
    plan.links.reserve(size_t{plan.endpoints} * shape.planes + size_t{shape.tors()} * shape.aggs);
    add_switches(plan, shape, keys.time_ns("switch-ns"));
    add_links(plan, shape, keys);
    set_buffers(plan, keys);
    plan.router = std::make_shared<HpnRouter>(shape);
    return plan;
}

}  // namespace hpnsim
