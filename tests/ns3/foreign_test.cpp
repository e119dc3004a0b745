// SPDX-License-Identifier: GPL-2.0-only
// Sends ns3::Packets of other programs beside RDMA: they arrive whole, share fairly, and leave nothing
// behind.
#include "model/foreign-packet.h"
#include "small_network.hpp"

#include "hpnsim/random.hpp"

#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <map>

using namespace hpnsim;

namespace
{

constexpr uint16_t kProtocol = 0x88b5;  // IEEE 802: for experiments

struct Received {
    std::string text;
    uint16_t protocol;
    ns3::Address from;
    Time at;
};

/// Listens at one device.
class Ear
{
public:
    Ear(SmallNetwork& net, uint32_t endpoint) : net_(net)
    {
        net.network.Device(endpoint).SetReceiveCallback(ns3::MakeCallback(&Ear::hear, this));
    }
    std::vector<Received> heard;

private:
    // NOLINTNEXTLINE(performance-unnecessary-value-param): ns-3 gives the types of its callback
    bool hear(ns3::Ptr<ns3::NetDevice>, ns3::Ptr<const ns3::Packet> packet, uint16_t protocol,
              const ns3::Address& from)
    {
        std::string text(packet->GetSize(), ' ');
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
        heard.push_back({text, protocol, from, net_.network.GetClock().Now()});
        return true;
    }
    SmallNetwork& net_;
};

ns3::Ptr<ns3::Packet> packet_of(const std::string& text)
{
    return ns3::Create<ns3::Packet>(reinterpret_cast<const uint8_t*>(text.data()),
                                    static_cast<uint32_t>(text.size()));
}

bool send(SmallNetwork& net, uint32_t src, uint32_t dst, const ns3::Ptr<ns3::Packet>& packet)
{
    return net.network.Device(src).Send(packet, RoceNetDevice::AddressOf(dst), kProtocol);
}

}  // namespace

/// 1,000 B and 38 B of Ethernet at 400 Gb/s: 20,760 ps a link; two links of 500 ns, one switch of 300 ns.
TEST(Foreign, CrossesWithItsBytesAndInItsTime)
{
    SmallNetwork net("star:hosts=3,gbps=400,link-ns=500,switch-ns=300", plain_config());
    Ear ear(net, 1);
    const std::string text(1'000, 'x');
    ASSERT_TRUE(send(net, 0, 1, packet_of(text)));
    net.run();
    ASSERT_EQ(ear.heard.size(), 1U);
    EXPECT_EQ(ear.heard[0].text, text);
    EXPECT_EQ(ear.heard[0].protocol, kProtocol);
    EXPECT_EQ(ear.heard[0].from, ns3::Address(RoceNetDevice::AddressOf(0)));
    EXPECT_EQ(ear.heard[0].at.ps, 2 * 20'760 + 1'000'000 + 300'000);
    net.expect_empty();
}

TEST(Foreign, TooLargeOrNowhereIsRefused)
{
    SmallNetwork net("star:hosts=3", plain_config());
    EXPECT_FALSE(send(net, 0, 1, packet_of(std::string(1'501, 'x'))));
    EXPECT_FALSE(send(net, 0, 3, packet_of("x")));
    EXPECT_EQ(net.network.Pool().in_use(), 0);
}

TEST(Foreign, BroadcastReachesEveryoneElse)
{
    SmallNetwork net("star:hosts=4", plain_config());
    std::vector<std::unique_ptr<Ear>> ears;
    for (uint32_t i = 0; i < 4; ++i) ears.push_back(std::make_unique<Ear>(net, i));
    ASSERT_TRUE(
        net.network.Device(2).Send(packet_of("who has"), ns3::Mac48Address::GetBroadcast(), kProtocol));
    net.run();
    for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(ears[i]->heard.size(), i == 2 ? 0U : 1U);
}

/// Both classes want the receiver's link; the scheduler's weights are 4 : 1 in bytes. While both last,
/// foreign packets get a fifth of it.
TEST(Foreign, SharesALinkWithRdma)
{
    SmallNetwork net("star:hosts=3,gbps=400,buffer-mb=64", plain_config());
    Ear ear(net, 2);
    net.post(0, 2, 8 << 20, 1);
    const std::string text(1'462, 'y');  // 1,500 B on the wire
    for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(send(net, 1, 2, packet_of(text)));
    net.run();
    ASSERT_EQ(ear.heard.size(), 1'000U);
    // 1,000 foreign packets are 1.5 MB, at a fifth of 50 B/ns: 150 us, of the 177 us that both need.
    EXPECT_NEAR(ear.heard.back().at.us(), 151, 3);
    net.expect_empty();
}

/// A NIC with both kinds to send takes turns.
TEST(Foreign, SharesTheNicWithRdma)
{
    SmallNetwork net("star:hosts=3,gbps=400,buffer-mb=64", plain_config());
    Ear ear(net, 2);
    net.post(0, 1, 4 << 20, 1);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(send(net, 0, 2, packet_of(std::string(1'462, 'y'))));
    net.run();
    ASSERT_EQ(ear.heard.size(), 100U);
    // 100 turns of 1,500 B and 4,178 B at 20 ps a byte: 11.4 us, and 1.5 us on the way.
    EXPECT_NEAR(ear.heard.back().at.us(), 12.9, 0.5);
}

/// Packets that are still inside when the network goes away are given back to ns-3.
TEST(Foreign, NothingLeaksWhenTheNetworkEnds)
{
    std::vector<ns3::Ptr<ns3::Packet>> packets;
    for (int i = 0; i < 50; ++i) packets.push_back(packet_of(std::string(1'000, 'z')));
    {
        SmallNetwork net("star:hosts=3,gbps=100,link-ns=500,switch-ns=300", plain_config());
        // Two senders into one port: some wait at the NICs, some in the switch, some are on a wire.
        for (int i = 0; i < 50; ++i) ASSERT_TRUE(send(net, static_cast<uint32_t>(i % 2), 2, packets[i]));
        net.run_until(nanoseconds(1'700));
    }
    for (const auto& packet : packets) EXPECT_EQ(packet->GetReferenceCount(), 1U);
}

/// The path of a packet depends on its flow, not on how many packets the process made before.
TEST(Foreign, PathsDoNotDependOnEarlierRuns)
{
    std::vector<std::vector<uint64_t>> used;
    for (int run = 0; run < 2; ++run) {
        SmallNetwork net("leaf-spine:leaves=2,hosts=4,spines=4", plain_config());
        for (uint32_t src = 0; src < 4; ++src)
            for (int i = 0; i < 5; ++i) send(net, src, 4 + src, packet_of("same"));
        net.run();
        used.emplace_back();
        for (uint16_t port = 4; port < 8; ++port)
            used.back().push_back(net.network.Switch(0).Tx(port).SentPackets());
        for (int i = 0; i < 7; ++i) packet_of("moves ns-3's packet counter");
    }
    EXPECT_EQ(used[0], used[1]);
}

/// Packets of one pair keep their order, so that a TCP between them sees none reordered.
TEST(Foreign, OnePairKeepsItsOrder)
{
    SmallNetwork net("leaf-spine:leaves=2,hosts=4,spines=4", plain_config());
    Ear ear(net, 4);
    for (uint32_t src = 1; src < 4; ++src)
        net.post(src, 4 + src, 1 << 20, src);  // the spines are unequally busy
    for (int i = 0; i < 200; ++i) send(net, 0, 4, packet_of(std::to_string(i)));
    net.run();
    ASSERT_EQ(ear.heard.size(), 200U);
    for (int i = 0; i < 200; ++i) EXPECT_EQ(ear.heard[i].text, std::to_string(i));
}

/// ECMP of an IPv4 packet looks at the five-tuple: other ports may take another path, other bytes may not.
TEST(Foreign, Ipv4FlowsSpreadByTheirPorts)
{
    const auto udp = [](uint8_t source_port, char payload) {
        std::string bytes(28, '\0');
        bytes[0] = 0x45;
        bytes[9] = 17;
        bytes[21] = static_cast<char>(source_port);
        return packet_of(bytes + std::string(100, payload));
    };
    EXPECT_EQ(ForeignEntropy(*udp(1, 'a'), 0x0800), ForeignEntropy(*udp(1, 'b'), 0x0800));
    EXPECT_NE(ForeignEntropy(*udp(1, 'a'), 0x0800), ForeignEntropy(*udp(2, 'a'), 0x0800));
    EXPECT_EQ(ForeignEntropy(*packet_of("arp"), 0x0806), ForeignEntropy(*packet_of("ARP"), 0x0806));
}
