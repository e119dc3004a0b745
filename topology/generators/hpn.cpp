// SPDX-License-Identifier: GPL-2.0-only
// HPN 7.0's backend network (Qian et al., SIGCOMM'24, sections 4 to 6): rail-optimised segments with a
// non-stacked pair of ToRs per rail, and one second tier per plane. NIC port p is wired to plane p and
// nothing crosses between planes. Backup hosts and the core tier are left out. Beside it what the paper
// compares it with: one second tier for both ToRs, a single ToR, and its predecessor DCN+ (one pod).
//
// Hosts of a segment whose NICs share ToRs are a group: a rail of it, or with DCN+ the whole segment.
// Switch numbers: ToR (segment, rail, port) = (segment x rails + rail) x ports + port, then
// Agg (plane, index) = plane x aggs + index. ToR ports: one per NIC of the group, then one per Agg of
// its plane. Agg ports: one per group, or, with one plane, one per ToR.
#include "generators/builders.hpp"

namespace hpnsim
{

namespace
{

/// Says what tells the variants apart, beyond the defaults of their keys.
struct Variant {
    bool rails;   ///< each rail has ToRs of its own
    bool planes;  ///< each port of a NIC has a second tier of its own
    uint32_t aggs,
        per;  ///< default: so many Aggs a plane per so many hosts of a segment; per 0: whatever hosts
};
constexpr Variant kHpn{true, true, 60, 128}, kSinglePlane{true, false, 120, 128},
    kSingleTor{true, true, 60, 64}, kDcn{false, false, 8, 0};

struct Shape {
    uint32_t segments, hosts, gpus, rails, ports, planes, aggs;
    uint32_t endpoints() const { return segments * hosts * gpus; }
    uint32_t tors() const { return segments * rails * ports; }
    /// Counts the NICs of a group.
    uint32_t width() const { return hosts * gpus / rails; }
    uint32_t group(uint32_t nic) const
    {
        const uint32_t segment = nic / (hosts * gpus);
        return rails == 1 ? segment : segment * rails + nic % gpus;
    }
    /// Returns the place of a NIC in its group.
    uint32_t slot(uint32_t nic) const { return rails == 1 ? nic % (hosts * gpus) : nic / gpus % hosts; }
    uint32_t plane(uint32_t tor) const { return planes == 1 ? 0 : tor % ports; }
    uint32_t agg(uint32_t plane, uint32_t index) const { return tors() + plane * aggs + index; }
    /// Returns the port of an Agg that leads to a ToR.
    uint32_t agg_port(uint32_t tor) const { return planes == 1 ? tor : tor / ports; }
};

class HpnRouter : public Router
{
public:
    explicit HpnRouter(const Shape& shape) : shape_(shape) {}

    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        const uint32_t group = shape_.group(dst);
        if (sw < shape_.tors()) {
            if (sw / shape_.ports == group) return ports(shape_.slot(dst), 1);
            return ports(shape_.width(), shape_.aggs);
        }
        // One second tier for all ToRs may reach the group through any of them.
        return shape_.planes == 1 ? ports(group * shape_.ports, shape_.ports) : ports(group, 1);
    }

private:
    static NextHops ports(uint32_t first, uint32_t count)
    {
        return {static_cast<uint16_t>(first), static_cast<uint16_t>(count), nullptr};
    }
    Shape shape_;
};

void check_shape(const Shape& shape)
{
    const uint64_t endpoints = uint64_t{shape.segments} * shape.hosts * shape.gpus;
    const uint64_t tors = uint64_t{shape.segments} * shape.rails * shape.ports;
    const uint64_t agg_ports = shape.planes == 1 ? tors : tors / shape.ports;
    if (endpoints < 2) throw BadInput("--topology: a pod needs at least two GPUs");
    check_size(endpoints, endpoints * shape.ports + tors * shape.aggs);
    if (agg_ports > UINT16_MAX)
        throw BadInput("--topology: " + std::to_string(agg_ports) + " ToRs are more than the " +
                       std::to_string(UINT16_MAX) + " ports that an Agg may have");
    if (uint64_t{shape.hosts} * shape.gpus / shape.rails + shape.aggs > UINT16_MAX)
        throw BadInput("--topology: a ToR has more than " + std::to_string(UINT16_MAX) +
                       " ports; lower hosts or aggs");
}

Shape read_shape(KeyValues& keys, const Variant& variant)
{
    Shape shape{};
    shape.segments = keys.whole("segments");
    shape.hosts = keys.whole("hosts");
    shape.gpus = keys.whole("gpus");
    shape.rails = variant.rails ? shape.gpus : 1;
    shape.ports = keys.whole("ports");
    shape.planes = variant.planes ? shape.ports : 1;
    if (!keys.given("aggs") && variant.per > 0)
        keys.derive("aggs", std::to_string((variant.aggs * shape.hosts + variant.per - 1) / variant.per));
    shape.aggs = keys.whole("aggs");
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

void add_links(FabricPlan& plan, const Shape& shape, const KeyValues& keys)
{
    const Time delay = keys.time_ns("link-ns");
    const Rate down = keys.rate_gbps("nic-gbps"), up = keys.rate_gbps("uplink-gbps");
    const uint32_t first = plan.endpoints;
    for (uint32_t nic = 0; nic < plan.endpoints; ++nic)
        for (uint32_t port = 0; port < shape.ports; ++port)
            add_link(plan, nic, port, first + shape.group(nic) * shape.ports + port, shape.slot(nic), down,
                     delay);
    for (uint32_t tor = 0; tor < shape.tors(); ++tor)
        for (uint32_t index = 0; index < shape.aggs; ++index)
            add_link(plan, first + tor, shape.width() + index, first + shape.agg(shape.plane(tor), index),
                     shape.agg_port(tor), up, delay);
}

FabricPlan make_pod(KeyValues& keys, const Variant& variant)
{
    const Shape shape = read_shape(keys, variant);
    FabricPlan plan;
    plan.endpoints = shape.endpoints();
    plan.nics_per_host = shape.gpus;
    plan.ports_per_nic = static_cast<uint8_t>(shape.ports);
    plan.hosts_per_segment = shape.hosts;
    plan.nvlink.rate = gbps(keys.text("gpu") == "h100" ? 3600 : 1600);
    plan.nvlink.latency = keys.time_ns("nvlink-ns");
    plan.links.reserve(size_t{plan.endpoints} * shape.ports + size_t{shape.tors()} * shape.aggs);
    add_switches(plan, shape, keys.time_ns("switch-ns"));
    add_links(plan, shape, keys);
    set_buffers(plan, keys);
    plan.router = std::make_shared<HpnRouter>(shape);
    return plan;
}

/// Puts the keys in which the variants differ before those that they share.
std::vector<TopologyKey> pod_keys(std::vector<TopologyKey> own)
{
    using Kind = TopologyKey::Kind;
    const TopologyKey shared[] = {link_ns_key(),
                                  switch_ns_key(),
                                  {"gpu", Kind::choice, "", "h100", 0, 0, "h100|h800",
                                   "NVLink per GPU and direction: h100 3600 Gb/s, h800 1600 Gb/s",
                                   "vendor's data sheets; the paper's testbed is h800"},
                                  {"nvlink-ns", Kind::number, "ns", "25", 0, 1e6, "",
                                   "one-way delay GPU to NVSwitch", "SimAI's generator (0.000025 ms)"},
                                  buffer_key()};
    own.insert(own.begin() + 2,
               whole_key("gpus", "8", 1, 16, "GPUs, and so NICs and rails, per host", "HPN section 3"));
    own.insert(own.end(), std::begin(shared), std::end(shared));
    return own;
}

TopologyKey segments_key(const char* fallback, const char* source)
{
    return whole_key("segments", fallback, 1, 1024, "segments of the pod", source);
}

TopologyKey hosts_key(const char* fallback, const char* source)
{
    return whole_key("hosts", fallback, 1, 1024, "hosts per segment", source);
}

}  // namespace

TopologyInfo hpn_info()
{
    return {"hpn", "HPN 7.0's backend: rail-optimised segments, two ToRs per rail, dual plane (SIGCOMM'24)",
            pod_keys({segments_key("2", "assumption (the paper's pod has 15)"),
                      hosts_key("128", "HPN section 5.1 (without 8 backups)"),
                      rate_key("nic-gbps", "200", "rate of one NIC port", "HPN section 3"),
                      whole_key("ports", "2", 1, 8, "ports of a NIC; each is a plane", "HPN section 4"),
                      rate_key("uplink-gbps", "400", "rate of a ToR-Agg link", "HPN section 5.1"),
                      whole_key("aggs", "60 per 128 hosts, rounded up", 1, 1024, "Agg switches per plane",
                                "HPN section 6 (1.067:1 at the ToR)")})};
}

TopologyInfo hpn_single_plane_info()
{
    return {
        "hpn-single-plane",
        "HPN with one second tier for both ToRs of a rail: the Clos that section 6.1 compares dual plane "
        "with",
        pod_keys({segments_key("2", "as hpn"), hosts_key("128", "as hpn"),
                  rate_key("nic-gbps", "200", "rate of one NIC port", "HPN section 3"),
                  whole_key("ports", "2", 1, 8, "ports of a NIC, each to a ToR of its own", "HPN section 4"),
                  rate_key("uplink-gbps", "200", "rate of a ToR-Agg link",
                           "as much uplink a ToR as hpn (an assumption; SimAI's generator has 400)"),
                  whole_key("aggs", "120 per 128 hosts, rounded up", 1, 1024,
                            "Agg switches, all ToRs to each", "SimAI's generator")})};
}

TopologyInfo hpn_single_tor_info()
{
    return {"hpn-single-tor",
            "HPN with one ToR per rail and one port per NIC: section 9.3 compares dual ToR with it",
            pod_keys({segments_key("2", "as hpn"), hosts_key("64", "what 25.6 Tb/s down serve at 400G a NIC"),
                      rate_key("nic-gbps", "400", "rate of a NIC's port",
                               "HPN section 3 (its two ports together)"),
                      whole_key("ports", "1", 1, 1, "ports of a NIC", "one ToR"),
                      rate_key("uplink-gbps", "400", "rate of a ToR-Agg link", "HPN section 5.1"),
                      whole_key("aggs", "60 per 64 hosts, rounded up", 1, 1024, "Agg switches",
                                "as hpn (1.067:1 at the ToR)")})};
}

TopologyInfo dcn_plus_info()
{
    return {
        "dcn+",
        "one pod of DCN+, HPN's predecessor: two ToRs per segment, no rails, 8:1 at the ToR (SimAI's; the "
        "paper's appendix C); uplink-gbps=3200 is the full bisection of its section 9",
        pod_keys({segments_key("4", "HPN appendix C"), hosts_key("16", "HPN appendix C"),
                  rate_key("nic-gbps", "200", "rate of one NIC port", "HPN section 3"),
                  whole_key("ports", "2", 1, 8, "ports of a NIC, each to a ToR of its own", "HPN appendix C"),
                  rate_key("uplink-gbps", "400", "rate of a ToR-Agg link", "HPN appendix C"),
                  whole_key("aggs", "8", 1, 1024, "Agg switches, all ToRs to each", "HPN appendix C")})};
}

FabricPlan make_hpn(KeyValues& keys)
{
    return make_pod(keys, kHpn);
}

FabricPlan make_hpn_single_plane(KeyValues& keys)
{
    return make_pod(keys, kSinglePlane);
}

FabricPlan make_hpn_single_tor(KeyValues& keys)
{
    return make_pod(keys, kSingleTor);
}

FabricPlan make_dcn_plus(KeyValues& keys)
{
    return make_pod(keys, kDcn);
}

}  // namespace hpnsim
