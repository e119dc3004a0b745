// SPDX-License-Identifier: GPL-2.0-only
// Compares ideal times with numbers worked by hand.
#include "hpnsim/ideal.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

struct Pair {
    std::vector<std::vector<HopPlan>> out, back;
};

Pair pair_of(const FabricPlan& plan, uint32_t src, uint32_t dst)
{
    const FabricIndex index(plan);
    Pair pair;
    for (uint8_t plane = 0; plane < plan.ports_per_nic; ++plane) {
        pair.out.push_back(index.path(src, dst, plane));
        pair.back.push_back(index.path(dst, src, plane));
    }
    return pair;
}

const Wire& roce()
{
    return wire_named("roce", false);
}

}  // namespace

// Same rail and segment, 200G: 4178 B take 167.12 ns on each of two links, the ACK's 86 B 3.44 ns;
// cables 4 x 500, the ToR 2 x 500: 2 x 167.12 + 2 x 3.44 + 3000 = 3341.12 ns.
TEST(Ideal, BaseRttInsideASegment)
{
    const Pair pair = pair_of(make_fabric("hpn:hosts=2", 0), 0, 8);
    EXPECT_EQ(base_rtt(pair.out[0], pair.back[0], 4096, roce()), picoseconds(3'341'120));
    EXPECT_EQ(ideal_fct(pair.out, pair.back, 4096, {4096, &roce()}),
              picoseconds(3'341'120 + 2 * 640));  // RETH: 16 B at 200G twice
}

// Across segments: 200, 400, 400, 200G: 2 x 167.12 + 2 x 83.56 + 2 x 3.44 + 2 x 1.72 + 8 x 500 + 6 x 500.
TEST(Ideal, BaseRttAcrossSegments)
{
    const Pair pair = pair_of(make_fabric("hpn:hosts=2,gpus=8", 0), 0, 16);
    EXPECT_EQ(base_rtt(pair.out[1], pair.back[1], 4096, roce()), picoseconds(7'511'680));
}

// 1 MB (10^6 B) alone at 100G over a star of 1 us links, HPCC-sim's framing: 1000 packets of 1048 B take
// 83,840 ns on the first link; the last one 83.84 ns more on the second; the ACK 2 x 4.8; 4 us of cable. The
// peer measures 87,091 ns with every serialisation floored to whole ns (83 x 1001 + 2 x 4 + 4000).
TEST(Ideal, OneMegabyteOverAStar)
{
    const FabricPlan plan = make_fabric("star:hosts=2,gbps=100,link-ns=1000,switch-ns=0", 0);
    const Pair pair = pair_of(plan, 0, 1);
    const Time ideal = ideal_fct(pair.out, pair.back, 1'000'000, {1000, &wire_named("hpcc-sim", false)});
    EXPECT_EQ(ideal, picoseconds(83'840'000 + 83'840 + 9'600 + 4'000'000));
    EXPECT_EQ(83 * 1001 + 2 * 4 + 4000, 87'091);
}

// htsim's framing at 400G, two tiers, 1 us, 4096 B of payload: base RTT 8.33792 us (its own figure).
TEST(Ideal, BaseRttOfTheLeafSpineAsHtsimHasIt)
{
    const FabricPlan plan = make_fabric("leaf-spine:link-ns=1000,switch-ns=0", 0);
    const Pair pair = pair_of(plan, 0, 127);
    EXPECT_EQ(base_rtt(pair.out[0], pair.back[0], 4096, wire_named("htsim", false)), picoseconds(8'337'920));
}

// Both ports of an HPN NIC share the packets: 100 full ones, 50 each. The port with the RETH ends last: the
// second link starts after the first packet (4194 B) and then carries all 50, so the RETH counts twice.
TEST(Ideal, TwoPortsHalveTheTime)
{
    const Pair pair = pair_of(make_fabric("hpn:hosts=2", 0), 0, 8);
    const Time both = ideal_fct(pair.out, pair.back, 409'600, {4096, &roce()});
    const int64_t rest = 167'120 + 2 * 3'440 + 3'000'000;
    EXPECT_EQ(both, picoseconds(50 * 167'120 + 2 * 640 + rest));
    EXPECT_EQ(ideal_fct({pair.out[0]}, {pair.back[0]}, 409'600, {4096, &roce()}),
              picoseconds(100 * 167'120 + 2 * 640 + rest));
    EXPECT_EQ(ideal_fct({pair.out[0], {}}, {pair.back[0], {}}, 409'600, {4096, &roce()}),
              picoseconds(100 * 167'120 + 2 * 640 + rest));
}

TEST(Ideal, NoWayIsNever)
{
    EXPECT_EQ(ideal_fct({{}}, {{}}, 1000, {1000, &roce()}), Time::max());
}

// 32 x 1 MB at 100G in HPCC-sim's framing: the first packet is at the switch after 83.84 + 1000 ns; the
// last link then carries 32,000 x 83.84 ns; 1 us to the receiver; the ACK 2 x 4.8 ns and 2 us.
TEST(Ideal, LastOfAnIncast)
{
    const Pair pair = pair_of(make_fabric("star:hosts=33,gbps=100,link-ns=1000,switch-ns=0", 0), 1, 0);
    IncastIdeal ideal({gbps(100)}, 1'000'000, {1000, &wire_named("hpcc-sim", false)});
    for (int sender = 0; sender < 32; ++sender) ideal.add(pair.out, pair.back);
    EXPECT_EQ(ideal.last(),
              picoseconds(83'840 + 1'000'000 + 32'000 * 83'840LL + 1'000'000 + 9'600 + 2'000'000));
}
