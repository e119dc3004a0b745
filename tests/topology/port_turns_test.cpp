// SPDX-License-Identifier: GPL-2.0-only
// Tests that connections share the ports of both NICs evenly, whatever their order and number of ports.
#include "hpnsim/port_turns.hpp"

#include "hpnsim/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

using namespace hpnsim;

namespace
{

/// Makes NICs of `ports` ports; the second tier is as small as it can be.
struct Nics {
    explicit Nics(int ports)
        : plan(make_fabric("hpn:segments=1,hosts=32,gpus=2,aggs=1,ports=" + std::to_string(ports), 0))
    {
    }
    FabricPlan plan;
    FabricIndex index{plan};
};

/// How many connections begin on each port of one NIC.
struct Begun {
    explicit Begun(int ports) : on(static_cast<size_t>(ports)) {}
    int spread() const
    {
        return *std::max_element(on.begin(), on.end()) - *std::min_element(on.begin(), on.end());
    }
    std::vector<int> on;
};

/// Peers of NIC 0, as different as users' are: neighbours, every second or fourth host, a random set.
std::vector<std::vector<uint32_t>> peer_sets()
{
    std::vector<std::vector<uint32_t>> sets(4);
    uint64_t stream = 7;
    for (uint32_t nic = 1; nic < 64; ++nic) {
        if (nic <= 8) sets[0].push_back(nic);
        if (nic % 4 == 0) sets[1].push_back(nic);
        if (nic % 8 == 2) sets[2].push_back(nic);
        if (next_below(stream, 3) == 0) sets[3].push_back(nic);
    }
    return sets;
}

}  // namespace

TEST(PortTurns, WhoeverANicTalksToItsConnectionsShareItsPorts)
{
    for (int ports = 1; ports <= 8; ++ports) {
        const Nics nics(ports);
        for (const std::vector<uint32_t>& peers : peer_sets())
            for (uint64_t seed = 1; seed <= 5; ++seed) {
                PortTurns out(nics.plan, nics.index, seed), in(nics.plan, nics.index, seed);
                Begun to_many(ports), from_many(ports);
                for (const uint32_t peer : peers) {
                    const PortTurns::First first = out.take(0, peer);
                    EXPECT_EQ(first.here, first.there) << "a plane ends where it begins";
                    ++to_many.on.at(first.here);
                    ++from_many.on.at(in.take(peer, 0).there);
                }
                EXPECT_LE(to_many.spread(), 1) << ports << " ports, seed " << seed;
                EXPECT_LE(from_many.spread(), 1) << ports << " ports, seed " << seed;
            }
    }
}

/// Each pair of NICs has one connection: 63 at each NIC, made NIC by NIC or step by step.
TEST(PortTurns, AllToAllIsEvenAtEveryNic)
{
    std::vector<std::pair<uint32_t, uint32_t>> by_nic, by_step;
    for (uint32_t i = 0; i < 64; ++i)
        for (uint32_t j = i + 1; j < 64; ++j) by_nic.emplace_back(i, j);
    for (uint32_t step = 1; step <= 32; ++step)
        for (uint32_t i = 0; i < (step < 32 ? 64 : 32); ++i) by_step.emplace_back(i, (i + step) % 64);
    for (int ports = 2; ports <= 8; ++ports) {
        const Nics nics(ports);
        for (const auto& pairs : {by_nic, by_step}) {
            PortTurns turns(nics.plan, nics.index, 1);
            std::vector<Begun> begun(64, Begun(ports));
            for (const auto& [src, dst] : pairs) {
                const PortTurns::First first = turns.take(src, dst);
                ++begun[src].on.at(first.here);
                ++begun[dst].on.at(first.there);
            }
            for (const Begun& nic : begun) EXPECT_LE(nic.spread(), 3) << ports << " ports";
        }
    }
}

TEST(PortTurns, NicsDoNotAllBeginOnOnePort)
{
    const Nics nics(2);
    int second = 0;
    for (uint32_t nic = 0; nic < 64; nic += 2)
        second += PortTurns(nics.plan, nics.index, 1).take(nic, nic + 1).here;
    EXPECT_NEAR(second, 16, 12);  // of 32: four sigma of 2.8
    int again = 0;
    for (uint64_t seed = 1; seed <= 32; ++seed)
        again += PortTurns(nics.plan, nics.index, seed).take(0, 1).here;
    EXPECT_NEAR(again, 16, 12);
}

TEST(PortTurns, ANicOfFewerPortsKeepsToItsOwn)
{
    FabricPlan plan = make_fabric("hpn:segments=1,hosts=4,gpus=1,aggs=1,ports=3", 0);
    // The second and third link of NIC 3 are gone.
    const auto gone = [](const LinkPlan& link) { return link.a == 3 && link.a_port > 0; };
    plan.links.erase(std::remove_if(plan.links.begin(), plan.links.end(), gone), plan.links.end());
    const FabricIndex index(plan);
    ASSERT_EQ(index.ports(3), 1U);
    PortTurns turns(plan, index, 1);
    Begun there(3);
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(turns.take(0, 3).there, 0);
        ++there.on.at(turns.take(3, 1).there);
    }
    EXPECT_EQ(there.on, (std::vector<int>{2, 2, 2}));
}
