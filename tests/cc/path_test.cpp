// SPDX-License-Identifier: GPL-2.0-only
#include "qp.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace hpnsim;

namespace
{

struct Paths {
    Chosen<PathOps> path;
    Flow flow;
    std::shared_ptr<void> state;

    explicit Paths(const std::string& spec, uint64_t stream = 1) : path(choose_path(spec))
    {
        state.reset(::operator new(path.ops->slot.state_size), [](void* p) { ::operator delete(p); });
        path.ops->slot.make_state(state.get());
        flow.stream = stream;
        flow.source_port = 0xC123;
        path.ops->start(state.get(), flow, path.params.get());
    }
    uint16_t pick(uint8_t port = 0) { return path.ops->pick(state.get(), flow, path.params.get(), 0, port); }
    std::vector<uint16_t> lap(int n, uint8_t port = 0)
    {
        std::vector<uint16_t> picks;
        for (int i = 0; i < n; ++i) picks.push_back(pick(port));
        return picks;
    }
};

std::set<uint16_t> distinct(const std::vector<uint16_t>& picks)
{
    return {picks.begin(), picks.end()};
}

}  // namespace

TEST(Ecmp, OnePathPerQp)
{
    Paths ecmp("ecmp");
    EXPECT_FALSE(ecmp.path.ops->sprays);
    EXPECT_EQ(ecmp.pick(0), 0xC123);
    EXPECT_EQ(ecmp.pick(1), 0xC123);
}

TEST(Spray, EveryValueOncePerLap)
{
    for (const int n : {1, 2, 7, 60, 64, 256}) {
        Paths spray("spray:paths=" + std::to_string(n));
        const std::set<uint16_t> first = distinct(spray.lap(n));
        EXPECT_EQ(first.size(), static_cast<size_t>(n));
        EXPECT_GE(*first.begin(), 0xC000);
        EXPECT_EQ(distinct(spray.lap(n)), first) << "a QP keeps its values";
    }
}

TEST(Spray, EachLapHasItsOwnOrder)
{
    Paths spray("spray");
    const std::vector<uint16_t> first = spray.lap(64), second = spray.lap(64);
    EXPECT_NE(first, second);
}

TEST(Spray, PortsWalkApart)
{
    Paths alone("spray"), both("spray");
    EXPECT_TRUE(both.path.ops->sprays);
    std::vector<uint16_t> on_port_0;
    for (int i = 0; i < 64; ++i) {
        on_port_0.push_back(both.pick(0));
        both.pick(1);
    }
    EXPECT_EQ(distinct(on_port_0).size(), 64U);
}

TEST(Spray, StreamsDecide)
{
    EXPECT_EQ(Paths("spray", 5).lap(200), Paths("spray", 5).lap(200));
    EXPECT_NE(Paths("spray", 5).lap(64), Paths("spray", 6).lap(64));
}
