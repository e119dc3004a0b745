// SPDX-License-Identifier: GPL-2.0-only
// Compares fabrics of SimAI's generator with ours of the same shape: the same nodes, links and paths,
// whatever the numbers of the switches. Three things differ, which the format cannot say or SimAI chooses
// otherwise: switches take no time, NVLink has 2,880 Gb/s, and buffers are the file's.
#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

using namespace hpnsim;

namespace
{

const std::string kData = std::string(HPNSIM_TEST_DATA) + "/simai/";

/// The links by the tiers of their ends, their rate and delay, with their number.
using Multiset = std::map<std::tuple<std::string, int64_t, int64_t>, int>;

std::string tier_of(const FabricPlan& plan, uint32_t node)
{
    return node < plan.endpoints ? "gpu" : tier_name(plan.switches[node - plan.endpoints].tier);
}

Multiset links_of(const FabricPlan& plan)
{
    Multiset links;
    for (const LinkPlan& link : plan.links)
        ++links[{tier_of(plan, link.a) + "-" + tier_of(plan, link.b), link.rate.bps, link.delay.ps}];
    return links;
}

/// What a ToR has below it: GPUs, each with the port of its NIC. It tells ToRs apart.
using Below = std::set<std::pair<uint32_t, uint16_t>>;
/// An Agg is known by its ToRs. Several may have the same.
using Aggs = std::multiset<std::set<Below>>;

std::pair<std::set<Below>, Aggs> switches_of(const FabricPlan& plan)
{
    std::vector<Below> below(plan.switches.size());
    std::vector<std::set<uint32_t>> tors(plan.switches.size());
    for (const LinkPlan& link : plan.links) {
        if (link.a < plan.endpoints)
            below[link.b - plan.endpoints].emplace(link.a, link.a_port);
        else
            tors[link.b - plan.endpoints].insert(link.a - plan.endpoints);
    }
    std::pair<std::set<Below>, Aggs> all;
    for (uint32_t sw = 0; sw < plan.switches.size(); ++sw) {
        if (plan.switches[sw].tier == Tier::tor) {
            all.first.insert(below[sw]);
            continue;
        }
        std::set<Below> beneath;
        for (const uint32_t tor : tors[sw]) beneath.insert(below[tor]);
        all.second.insert(beneath);
    }
    return all;
}

/// Every path of some pairs, from every port: so many, so long.
void expect_same_paths(const FabricPlan& a, const FabricPlan& b)
{
    const FabricIndex first(a), second(b);
    for (uint32_t src = 0; src < a.endpoints; src += 37)
        for (uint32_t dst = 0; dst < a.endpoints; dst += 5)
            for (uint8_t port = 0; port < a.ports_per_nic && src != dst; ++port) {
                const Between here = between(a, first, src, dst, port),
                              there = between(b, second, src, dst, port);
                ASSERT_EQ(here.ways, there.ways) << src << " " << dst;
                ASSERT_EQ(here.links, there.links) << src << " " << dst;
                ASSERT_EQ(here.choices, there.choices) << src << " " << dst;
            }
}

void expect_same(const std::string& file, const std::string& ours)
{
    const FabricPlan a = make_fabric("file:path=" + kData + file, 0), b = make_fabric(ours, 0);
    EXPECT_EQ(a.endpoints, b.endpoints);
    EXPECT_EQ(a.nics_per_host, b.nics_per_host);
    EXPECT_EQ(a.ports_per_nic, b.ports_per_nic);
    EXPECT_EQ(a.switches.size(), b.switches.size());
    EXPECT_EQ(a.nvlink.latency, b.nvlink.latency);
    EXPECT_EQ(links_of(a), links_of(b));
    EXPECT_EQ(switches_of(a), switches_of(b));
    expect_same_paths(a, b);
    EXPECT_EQ(a.nvlink.rate, gbps(2880));
    EXPECT_EQ(b.nvlink.rate, gbps(3600));
    EXPECT_EQ(a.switches[0].latency, Time{});
    EXPECT_EQ(b.switches[0].latency, nanoseconds(500));
}

}  // namespace

TEST(SimaiSame, Hpn)
{
    const std::string ours = "hpn:segments=1,hosts=128,aggs=8";
    expect_same("hpn-1024g-dual-plane.topology.txt", ours);
    const Multiset links = links_of(make_fabric(ours, 0));
    const Multiset want = {{{"gpu-tor", gbps(200).bps, nanoseconds(500).ps}, 2048},
                           {{"tor-agg", gbps(400).bps, nanoseconds(500).ps}, 128}};
    EXPECT_EQ(links, want);
}

TEST(SimaiSame, DcnPlus)
{
    expect_same("dcn+-512g.topology.txt", "dcn+");
    const Multiset links = links_of(make_fabric("dcn+", 0));
    const Multiset want = {{{"gpu-tor", gbps(200).bps, nanoseconds(500).ps}, 1024},
                           {{"tor-agg", gbps(400).bps, nanoseconds(500).ps}, 64}};
    EXPECT_EQ(links, want);
}

// With no switch latency and SimAI's NVLink, which our keys cannot say, ours would be written as SimAI's
// file: the same first line, and the same number of links of each rate and delay.
TEST(SimaiSame, ExportHasTheirCounts)
{
    std::ostringstream hpn, dcn;
    write_simai_topology(hpn, make_fabric("hpn:segments=1,hosts=128,aggs=8", 0));
    write_simai_topology(dcn, make_fabric("dcn+", 0));
    EXPECT_EQ(hpn.str().substr(0, hpn.str().find('\n')), "1184 8 128 32 3200 H100");
    EXPECT_EQ(dcn.str().substr(0, dcn.str().find('\n')), "592 8 64 16 1600 H100");
}
