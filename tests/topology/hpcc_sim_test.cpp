// SPDX-License-Identifier: GPL-2.0-only
// Tests HPCC-sim's whole nanoseconds, its ECMP hash, and its definitions of round trip and standalone time.
#include "hpnsim/ecmp.hpp"
#include "hpnsim/hpcc_sim_times.hpp"
#include "hpnsim/random.hpp"
#include "hpnsim/topologies.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

namespace hpnsim
{
namespace
{

FabricPlan data_fabric(const std::string& name, bool descending = true)
{
    PlanOptions options;
    options.descending_next_hops = descending;
    return make_fabric(std::string("file:path=") + HPNSIM_TEST_DATA "/hpcc/" + name + ".topology.txt",
                       options);
}

/// The hashes of all switches, as the profile makes them.
class Hashes
{
public:
    explicit Hashes(const FabricPlan& plan) : plan_(plan), index_(plan) {}

    /// The nodes that a packet visits, both ends included.
    std::vector<uint32_t> way(const Packet& packet) const
    {
        std::vector<uint32_t> nodes{packet.src};
        FabricIndex::End at = index_.end(packet.src, 0);
        while (at.peer >= plan_.endpoints) {
            nodes.push_back(at.peer);
            const NextHops hops = plan_.router->next(at.peer - plan_.endpoints, packet.dst);
            const EcmpHash hash{plan_.id_of(at.peer), plan_.ids.data()};
            at = index_.end(at.peer, hops.port(hash.choose(packet, hops.count)));
        }
        nodes.push_back(at.peer);
        return nodes;
    }

private:
    const FabricPlan& plan_;
    FabricIndex index_;
};

Packet packet(PacketKind kind, uint32_t src, uint32_t dst, uint16_t sport, uint16_t dport = 100)
{
    Packet made;
    made.kind = kind;
    made.src = src;
    made.dst = dst;
    made.source_port = sport;
    made.dest_port = dport;
    return made;
}

}  // namespace

TEST(WholeNs, SerialisationIsCutNotRounded)
{
    EXPECT_EQ(whole_ns_transmit_time(1048, gbps(100)), nanoseconds(83));  // 83.84
    EXPECT_EQ(whole_ns_transmit_time(1090, gbps(100)), nanoseconds(87));
    EXPECT_EQ(whole_ns_transmit_time(1056, gbps(100)), nanoseconds(84));
    EXPECT_EQ(whole_ns_transmit_time(60, gbps(100)), nanoseconds(4));
    EXPECT_EQ(whole_ns_transmit_time(43, gbps(100)), nanoseconds(3));
    EXPECT_EQ(whole_ns_transmit_time(1090, gbps(400)), nanoseconds(21));
    EXPECT_EQ(whole_ns_transmit_time(1090, bits_per_second(98'704'586'087)), nanoseconds(88));
}

TEST(WholeNs, AWholeNumberOfNanosecondsMayLoseOne)
{
    EXPECT_EQ(whole_ns_transmit_time(1056, gbps(1)), nanoseconds(8447));  // 8448 exactly
    EXPECT_EQ(whole_ns_transmit_time(125, gbps(1)), nanoseconds(999));
    EXPECT_EQ(whole_ns_transmit_time(1'500'000'000, gbps(1)), nanoseconds(12'000'000'000));
}

// The function's exact sum against long division of the double that it begins with.
TEST(WholeNs, EqualsLongDivisionOfTheDouble)
{
    uint64_t stream = 1;
    for (int i = 0; i < 20'000; ++i) {
        const auto bytes = static_cast<Bytes>(next_below(stream, 10'000) + 1);
        const auto bps = static_cast<int64_t>(next_below(stream, 400'000'000'000) + 1'000'000);
        int exponent = 0;
        const double seconds = static_cast<double>(8 * bytes) / static_cast<double>(bps);
        const auto mantissa = static_cast<unsigned __int128>(std::ldexp(std::frexp(seconds, &exponent), 53));
        const int shift = exponent - 53 + 64;  // to units of 2^-64 s
        const unsigned __int128 units = shift >= 0 ? mantissa << shift : mantissa >> -shift;
        ASSERT_EQ(whole_ns_transmit_time(bytes, {bps}),
                  nanoseconds(static_cast<int64_t>(units * 1'000'000'000 >> 64)))
            << bytes << " B at " << bps;
    }
}

TEST(HpccSimHash, Murmur3OfKnownWords)
{
    EXPECT_EQ(murmur3(0x6c6c6548, 0x77202c6f, 0x646c726f, 0), 0x6a728c54u);  // of "Hello, world"
    EXPECT_EQ(murmur3(hpcc_sim_address(13), hpcc_sim_address(6), 10000 | 100 << 16, 320), 0xd22bd8ecu);
    EXPECT_EQ(murmur3(hpcc_sim_address(300), hpcc_sim_address(6), 10003 | 200 << 16, 375), 0xda89e994u);
}

TEST(HpccSimHash, AddressesAreMadeOfNodeIds)
{
    EXPECT_EQ(hpcc_sim_address(0), 0x0b000001u);
    EXPECT_EQ(hpcc_sim_address(300), 0x0b012c01u);
}

TEST(HpccSimHash, AcknowledgementsAreHashedByTheirOwnPorts)
{
    const std::vector<uint32_t> ids = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
    const EcmpHash hash{320, ids.data()};
    const uint32_t all = 1U << 31;
    EXPECT_EQ(hash.choose(packet(PacketKind::data, 13, 6, 10000), all), 0xd22bd8ecu % all);
    EXPECT_EQ(hash.choose(packet(PacketKind::ack, 6, 13, 10000), all), 0x107f6d80u % all);
    EXPECT_EQ(hash.choose(packet(PacketKind::nak, 6, 13, 10000), all), 0x107f6d80u % all);
}

// HPCC-sim's own tables say: of the 1,099 flows of this case 156 return on the way that they went.
TEST(HpccSimHash, WaysOfTheWebSearchCase)
{
    const FabricPlan plan = data_fabric("fat-tree-320");
    const Hashes hashes(plan);
    std::ifstream file(HPNSIM_TEST_DATA "/hpcc/fat-tree-320.websearch-30.flow.txt");
    int flows = 0, mirrored = 0;
    file >> flows;
    ASSERT_EQ(flows, 1099);
    std::map<std::pair<uint32_t, uint32_t>, uint16_t> counts;
    for (int i = 0; i < flows; ++i) {
        uint32_t src = 0, dst = 0, group = 0, dport = 0;
        std::string bytes, start;
        file >> src >> dst >> group >> dport >> bytes >> start;
        const auto sport = static_cast<uint16_t>(10000 + counts[{src, dst}]++);
        const auto there =
            hashes.way(packet(PacketKind::data, src, dst, sport, static_cast<uint16_t>(dport)));
        auto back = hashes.way(packet(PacketKind::ack, dst, src, sport, static_cast<uint16_t>(dport)));
        ASSERT_EQ(there.back(), dst);
        ASSERT_EQ(back.back(), src);
        mirrored += std::equal(there.rbegin(), there.rend(), back.begin(), back.end());
    }
    EXPECT_EQ(mirrored, 156);
}

TEST(HpccSimTimes, RoundTripsOfItsOwnTopologies)
{
    for (const auto& [name, rtt, bdp] :
         {std::tuple{"star-2", 4160, 52'000}, {"fat-tree-320", 12'240, 153'000}}) {
        const FabricPlan plan = data_fabric(name);
        const HpccSimNetwork network = hpcc_sim_network(plan, FabricIndex(plan), 1000);
        EXPECT_EQ(network.rtt, nanoseconds(rtt)) << name;
        EXPECT_EQ(network.bdp, bdp) << name;
    }
}

TEST(HpccSimTimes, StandaloneCountsAPacketAHopAndHeadersWithoutInt)
{
    const FabricPlan plan = data_fabric("star-2");
    const auto path = FabricIndex(plan).path(0, 2, 0);
    EXPECT_EQ(hpcc_sim_standalone(path, 1'000'000, 1000), nanoseconds(88'000));  // 4160 + 1,048,000 x 0.08
    EXPECT_EQ(hpcc_sim_standalone(path, 1001, 1000), nanoseconds(4160 + 87));    // two packets: 87.76
    EXPECT_EQ(hpcc_sim_standalone(path, 1, 1000), nanoseconds(4160 + 3));
}

TEST(HpccFile, KeepsTheIdsOfTheFile)
{
    const FabricPlan plan = data_fabric("star-2");  // hosts 0 to 2, the switch is node 3
    EXPECT_EQ(plan.id_of(2), 2u);
    EXPECT_EQ(plan.id_of(3), 3u);
    std::istringstream text("4 1 3\n1\n0 1 100Gbps 1us 0\n2 1 100Gbps 1us 0\n3 1 100Gbps 1us 0\n");
    const FabricPlan other = read_hpcc_topology(text, "inline", {});
    EXPECT_EQ(other.id_of(1), 2u);  // the second host
    EXPECT_EQ(other.id_of(3), 1u);  // the switch
}

}  // namespace hpnsim
