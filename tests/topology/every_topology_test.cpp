// SPDX-License-Identifier: GPL-2.0-only
// Walks every generated topology at small, default and odd sizes: every pair that should be joined is, by
// ways of one length, without loops; every port is wired both ways; every node has a name of its own.
#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/list_fabric.hpp"
#include "hpnsim/topologies.hpp"
#include "walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

using namespace hpnsim;

namespace
{

const char* const kSpecs[] = {
    "hpn",
    "hpn:segments=1,hosts=1,gpus=2",
    "hpn:segments=3,hosts=3,gpus=3,ports=3,aggs=5,backup-hosts=2",
    "hpn:segments=2,hosts=2,gpus=2,ports=8",
    "hpn:segments=1,hosts=2,gpus=72",
    "hpn:pods=2",
    "hpn:pods=3,segments=2,hosts=3,gpus=3,aggs=3,agg-uplinks=4,cores=5",
    "hpn:pods=2,segments=1,hosts=2,gpus=1,ports=1,aggs=2,agg-uplinks=3,cores=1,backup-hosts=1",
    "hpn-single-plane",
    "hpn-single-plane:segments=3,hosts=5,gpus=3,ports=3",
    "hpn-single-tor",
    "hpn-single-tor:segments=3,hosts=5,gpus=3",
    "hpn6",
    "hpn6:segments=1,hosts=3,gpus=3",
    "hpn8",
    "hpn8:pods=3,segments=1,hosts=3,gpus=5,ports=4",
    "dcn+",
    "dcn+:variant=full",
    "dcn+:variant=full,pods=2,segments=2,hosts=3,gpus=3,aggs=3,uplinks=2",
    "dcn+:pods=3,segments=3,hosts=1,gpus=3,aggs=2",
    "rail-only",
    "rail-only:segments=3,hosts=5,gpus=3,ports=2",
    "rail-optimised",
    "rail-optimised:pods=3,segments=2,hosts=3,gpus=3,aggs=5,ports=2",
    "fat-tree",
    "fat-tree:k=2",
    "fat-tree:k=6",
    "leaf-spine",
    "leaf-spine:leaves=3,hosts=1,spines=5",
    "star:hosts=5",
    "dumbbell",
    "dumbbell:left=1,right=3",
    "dragonfly",
    "dragonfly:p=1,a=1,h=1",
    "dragonfly:p=3,a=5,h=2,groups=7",
    "dragonfly:p=2,a=3,h=3,groups=2",
};

/// Those, and the default of every topology that is not among them.
std::vector<std::string> specs()
{
    std::vector<std::string> all(std::begin(kSpecs), std::end(kSpecs));
    for (const TopologyInfo& info : all_topologies()) {
        const std::string name = info.name;
        const bool listed = std::any_of(all.begin(), all.end(), [&](const std::string& spec) {
            return spec.substr(0, spec.find(':')) == name;
        });
        if (!listed && name != "file") all.push_back(name);
    }
    return all;
}

/// The endpoints to walk between: all of a small fabric, of a large one some that are far apart.
std::vector<uint32_t> some(const FabricPlan& plan, uint32_t most)
{
    std::vector<uint32_t> chosen;
    const uint32_t step = std::max(plan.endpoints / most, 1U);
    for (uint32_t i = 0; i < plan.endpoints; i += step == 1 ? 1 : step + 1) chosen.push_back(i);
    return chosen;
}

}  // namespace

TEST(EveryTopology, JoinsEveryPairByWaysOfOneLength)
{
    for (const std::string& spec : specs()) {
        const FabricPlan plan = make_fabric(spec, 0);
        const FabricIndex index(plan);
        Walk walk{plan, index};
        walk.planar = spec.rfind("hpn:", 0) == 0 || spec.rfind("hpn8", 0) == 0 || plan.rails_apart;
        const std::vector<uint32_t> ends = some(plan, plan.endpoints > 200 ? 4 : 30);
        for (const uint32_t src : ends)
            for (const uint32_t dst : ends)
                for (uint8_t port = 0; src != dst && port < plan.ports_per_nic; ++port) {
                    const bool joined = !plan.rails_apart || plan.rail_of(src) == plan.rail_of(dst);
                    walk.why.clear();
                    ASSERT_EQ(walk.count(src, dst, port) > 0, joined) << spec << " " << src << " to " << dst;
                    ASSERT_EQ(index.path(src, dst, port).size(), walk.length) << spec;
                    ASSERT_EQ(joined ? walk.why : "", "") << spec << " " << src << " to " << dst;
                    if (!joined) {
                        const uint32_t tor = index.end(src, port).peer - plan.endpoints;
                        ASSERT_EQ(plan.router->next(tor, dst).count, 0U) << spec;
                    }
                    ASSERT_LE(between(plan, index, src, dst, port).ways, walk.count(src, dst, port));
                }
    }
}

TEST(EveryTopology, WiresEveryPortBothWays)
{
    for (const std::string& spec : specs()) {
        const FabricPlan plan = make_fabric(spec, 0);
        const FabricIndex index(plan);
        size_t ports = 0;
        for (uint32_t node = 0; node < plan.endpoints + plan.switches.size(); ++node)
            for (uint16_t port = 0; port < index.ports(node); ++port, ++ports) {
                const FabricIndex::End& far = index.end(node, port);
                ASSERT_TRUE(far.wired) << spec << ": " << plan.node_name(node) << " port " << port;
                ASSERT_EQ(index.end(far.peer, far.peer_port).peer, node) << spec;
                ASSERT_EQ(index.end(far.peer, far.peer_port).peer_port, port) << spec;
            }
        EXPECT_EQ(ports, 2 * plan.links.size()) << spec;
    }
}

// Options name nodes by their words, and ports by numbers: "tor-s0-r3-p1:128".
TEST(EveryTopology, NamesEveryNodeAndDirectionApart)
{
    for (const std::string& spec : specs()) {
        const FabricPlan plan = make_fabric(spec, 0);
        const FabricIndex index(plan);
        std::set<std::string> nodes, directions;
        for (uint32_t node = 0; node < plan.endpoints + plan.switches.size(); ++node) {
            EXPECT_TRUE(nodes.insert(plan.word_name(node)).second) << spec << ": " << plan.word_name(node);
            for (uint32_t port = 0; port < index.ports(node); ++port)
                EXPECT_TRUE(directions.insert(index.port_name(node, port)).second)
                    << spec << ": " << index.port_name(node, port);
        }
    }
}

TEST(EveryTopology, DescribesAndDrawsItself)
{
    for (const std::string& spec : specs()) {
        const FabricPlan plan = make_fabric(spec, 0);
        std::ostringstream text, picture;
        describe(text, plan, 4096, wire_named("roce", false));
        EXPECT_NE(text.str().find("structure  "), std::string::npos) << spec;
        const bool halves = plan.endpoints > plan.nics_per_host;
        EXPECT_EQ(text.str().find("bisection  ") != std::string::npos, halves) << spec;
        draw_fabric(picture, plan);
        EXPECT_NE(picture.str().find(">" + plan.switch_name(0) + "<"), std::string::npos) << spec;
        EXPECT_EQ(picture.str().find("nan"), std::string::npos) << spec;
        EXPECT_EQ(picture.str().substr(picture.str().size() - 7), "</svg>\n") << spec;
    }
}
