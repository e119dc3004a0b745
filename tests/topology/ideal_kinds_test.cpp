// SPDX-License-Identifier: GPL-2.0-only
// Tests ideals of every verb and framing by hand, bounds over unequal paths, and times that cannot be
// represented.
#include "hpnsim/ideal.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace hpnsim;

namespace
{

/// Two hosts, 100G, no delays: a byte takes 80 ps on each of two links.
constexpr int64_t kPsPerByte = 80;
const std::vector<HopPlan> kTwoLinks{{gbps(100), {}, {}}, {gbps(100), {}, {}}};

int64_t alone(const Movement& how, Bytes bytes, Bytes mtu, Framing framing)
{
    const Terms terms{mtu, &wire_named("roce", framing), how};
    return ideal_fct({kTwoLinks}, {kTwoLinks}, bytes, terms).ps;
}

FabricPlan plan_of(const std::string& text)
{
    const auto path =
        std::filesystem::temp_directory_path() / ("hpnsim-kinds-" + std::to_string(getpid()) + ".txt");
    std::ofstream(path) << text;
    FabricPlan plan = make_fabric("file:path=" + path.string(), 0);
    std::filesystem::remove(path);
    return plan;
}

/// Hosts 0 and 1, switches 2 and 3 before them, 4 and 5 between: one way is fast and long, the other slow and
/// short.
FabricPlan two_ways()
{
    return plan_of("6 4 6\n2 3 4 5\n0 2 100Gbps 1us 0\n1 3 100Gbps 1us 0\n2 4 400Gbps 20us 0\n"
                   "4 3 400Gbps 20us 0\n2 5 10Gbps 1us 0\n5 3 10Gbps 1us 0\n");
}

}  // namespace

// 100 B: 82 of headers, RETH 16 for a WRITE, none for a SEND; the ACK 86. READ: request 98, response with
// AETH 4, no ACK.
TEST(IdealKinds, OnePacketOfEachVerb)
{
    EXPECT_EQ(alone(kWritten, 100, 4096, Framing::roce), 2 * kPsPerByte * (100 + 82 + 16 + 86));
    EXPECT_EQ(alone(kSent, 100, 4096, Framing::roce), 2 * kPsPerByte * (100 + 82 + 86));
    EXPECT_EQ(alone(kRead, 100, 4096, Framing::roce), 2 * kPsPerByte * (82 + 16 + 100 + 82 + 4));
}

// irn: 16 B more on a SEND and on a response, and on the ACK; rud: 126 B on everything, no extensions.
TEST(IdealKinds, OnePacketOfEachFraming)
{
    EXPECT_EQ(alone(kWritten, 100, 4096, Framing::irn), 2 * kPsPerByte * (100 + 82 + 16 + 86 + 16));
    EXPECT_EQ(alone(kSent, 100, 4096, Framing::irn), 2 * kPsPerByte * (100 + 82 + 16 + 86 + 16));
    EXPECT_EQ(alone(kRead, 100, 4096, Framing::irn), 2 * kPsPerByte * (82 + 16 + 100 + 82 + 16 + 4));
    const int64_t rud_ack = wire_named("roce", Framing::rud).ack;
    EXPECT_EQ(alone(kSent, 100, 4096, Framing::rud), 2 * kPsPerByte * (100 + 126 + rud_ack));
    EXPECT_EQ(alone(kRead, 100, 4096, Framing::rud), 2 * kPsPerByte * (126 + 100 + 126));
}

// Three full packets and one of 100 B, SENT: the first link carries all of them, the second a full one more
// before the last.
TEST(IdealKinds, SeveralPackets)
{
    EXPECT_EQ(alone(kSent, 3 * 1000 + 100, 1000, Framing::roce),
              kPsPerByte * (4 * 1082 + 182) + 2 * kPsPerByte * 86);
}

// HPCC-sim's links take whole nanoseconds: 148 B at 100G 11, not 11.84; the ACK 60 B 4, not 4.8.
TEST(IdealKinds, WholeNanoseconds)
{
    const Terms terms{1000, &wire_named("hpcc-sim", Framing::roce), kWritten, true};
    EXPECT_EQ(ideal_fct({kTwoLinks}, {kTwoLinks}, 100, terms), nanoseconds(2 * 11 + 2 * 4));
    EXPECT_EQ(ideal_fct({kTwoLinks}, {kTwoLinks}, 2000, terms), nanoseconds(3 * 83 + 2 * 4));
}

TEST(PathBounds, TakeTheBestOfEqualNextHops)
{
    const FabricPlan plan = two_ways();
    const FabricIndex index(plan);
    const std::vector<HopPlan> hops = PathBounds(plan, index).path(0, 1, 0);
    ASSERT_EQ(hops.size(), 4U);
    for (const size_t shared : {0, 3}) {
        EXPECT_EQ(hops[shared].rate, gbps(100));
        EXPECT_EQ(hops[shared].ways, 1U);
    }
    for (const size_t either : {1, 2}) {
        EXPECT_EQ(hops[either].rate, gbps(400));
        EXPECT_EQ(hops[either].delay, microseconds(1));
        EXPECT_EQ(hops[either].ways, 2U);
    }
}

TEST(PathBounds, AreThePathWhereAllAreAlike)
{
    for (const char* name : {"hpn:segments=2,hosts=2,gpus=2,aggs=3", "leaf-spine:leaves=3,hosts=2,spines=4",
                             "fat-tree:k=4", "dumbbell", "dcn+:segments=2,hosts=2,gpus=1"}) {
        const FabricPlan plan = make_fabric(name, 0);
        const FabricIndex index(plan);
        PathBounds bounds(plan, index);
        for (uint32_t dst = 1; dst < plan.endpoints; ++dst)
            for (uint8_t plane = 0; plane < plan.ports_per_nic; ++plane) {
                const auto bound = bounds.path(0, dst, plane), path = index.path(0, dst, plane);
                ASSERT_EQ(bound.size(), path.size()) << name << " " << dst;
                for (size_t k = 0; k < path.size(); ++k) {
                    EXPECT_EQ(bound[k].rate, path[k].rate) << name << " " << dst;
                    EXPECT_EQ(bound[k].delay, path[k].delay) << name << " " << dst;
                    EXPECT_EQ(bound[k].latency, path[k].latency) << name << " " << dst;
                }
            }
    }
}

// Two links of 100G into the receiver: what each sender's one port could not do, both can.
TEST(IncastIdeal, CountsTheReceiversLinks)
{
    const Terms terms{1000, &wire_named("hpcc-sim", Framing::roce)};
    IncastIdeal one({gbps(100)}, 1'000'000, terms), two({gbps(100), gbps(100)}, 1'000'000, terms);
    for (int sender = 0; sender < 4; ++sender) {
        one.add({kTwoLinks}, {kTwoLinks});
        two.add({kTwoLinks}, {kTwoLinks});
    }
    EXPECT_EQ((one.last() - two.last()).ps, 2000 * 1048 * kPsPerByte);
}

// A sender behind 1G is not done before it could be alone, whatever the receiver has.
TEST(IncastIdeal, WaitsForTheSlowestSender)
{
    const Terms terms{1000, &wire_named("hpcc-sim", Framing::roce)};
    const std::vector<HopPlan> slow{{gbps(1), {}, {}}, {gbps(100), {}, {}}};
    IncastIdeal ideal({gbps(100)}, 100'000, terms);
    ideal.add({kTwoLinks}, {kTwoLinks});
    ideal.add({slow}, {slow});
    EXPECT_EQ(ideal.last(), ideal_fct({slow}, {slow}, 100'000, terms));
}

TEST(IdealKinds, TimesThatDoNotFitAreNever)
{
    const std::vector<HopPlan> slow{{mbps(1), {}, {}}, {mbps(1), {}, {}}};
    const Terms terms{4096, &wire_named("roce", Framing::roce)};
    for (const Bytes bytes : {Bytes{1} << 42, Bytes{1} << 50, INT64_MAX}) {
        EXPECT_EQ(ideal_fct({slow}, {slow}, bytes, terms), Time::max()) << bytes;
        EXPECT_EQ(ideal_fct({slow, slow}, {slow, slow}, bytes, terms), Time::max()) << bytes;
        IncastIdeal incast({mbps(1)}, bytes, terms);
        incast.add({slow}, {slow});
        EXPECT_EQ(incast.last(), Time::max()) << bytes;
    }
    EXPECT_NEAR(ideal_fct({slow}, {slow}, Bytes{1} << 38, terms).s(), 8e-6 * (1LL << 38) * 4178 / 4096, 100);
}

/// More bytes never take less, across the borders of packets and, where they are filled, of requests of 2
/// GiB.
TEST(IdealKinds, GrowWithTheMessage)
{
    uint64_t stream = stream_of(5, StreamKind{3}, 0);
    for (const Movement* how : {&kWritten, &kSent, &kRead})
        for (const Bytes mtu : {64, 1000, 4096})
            for (const Bytes border : {Bytes{1}, mtu, 7 * mtu, Bytes{1} << 31, Bytes{1} << 33}) {
                if (border > mtu * 7 && (Bytes{1} << 31) % mtu != 0) continue;
                const Terms terms{mtu, &wire_named("roce", Framing::irn), *how};
                const Bytes less = std::max<Bytes>(border - static_cast<Bytes>(next_below(stream, 70)), 1);
                const Bytes more = border + static_cast<Bytes>(next_below(stream, 70));
                const Time before = ideal_fct({kTwoLinks}, {kTwoLinks}, less, terms);
                EXPECT_GT(before, Time{});
                EXPECT_LE(before, ideal_fct({kTwoLinks}, {kTwoLinks}, more, terms)) << less << " " << more;
            }
}
