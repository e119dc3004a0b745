// SPDX-License-Identifier: GPL-2.0-only
// Runs ns-3's own UDP echo over an IP stack on the hosts of a fabric that carries RDMA: ARP, IPv4, UDP and
// back.
#include "small_network.hpp"

#include "ns3/config.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/udp-echo-helper.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

void tally(int* packets, ns3::Ptr<const ns3::Packet> packet)
{
    if (packet->GetSize() == 1'000) ++*packets;
}

}  // namespace

TEST(UdpEcho, EveryRequestIsAnsweredBesideRdma)
{
    SmallNetwork net("leaf-spine:leaves=2,hosts=2,spines=2,gbps=100", plain_config());
    // ns-3 waits up to 10 ms before it asks who has an address: longer than this run.
    ns3::Config::SetDefault("ns3::ArpL3Protocol::RequestJitter",
                            ns3::StringValue("ns3::ConstantRandomVariable[Constant=0]"));
    const ns3::NodeContainer& hosts = net.network.Hosts();
    ns3::InternetStackHelper().Install(hosts);
    ns3::NetDeviceContainer devices;
    for (uint32_t i = 0; i < 4; ++i) devices.Add(hosts.Get(i)->GetDevice(0));
    ns3::Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    const ns3::Ipv4InterfaceContainer interfaces = addresses.Assign(devices);

    ns3::ApplicationContainer server = ns3::UdpEchoServerHelper(9).Install(hosts.Get(3));
    ns3::UdpEchoClientHelper echo(interfaces.GetAddress(3), 9);
    echo.SetAttribute("MaxPackets", ns3::UintegerValue(20));
    echo.SetAttribute("Interval", ns3::TimeValue(ns3::MicroSeconds(10)));
    echo.SetAttribute("PacketSize", ns3::UintegerValue(1'000));
    ns3::ApplicationContainer client = echo.Install(hosts.Get(0));
    int asked = 0, answered = 0;
    server.Get(0)->TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&tally, &asked));
    client.Get(0)->TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&tally, &answered));
    net.post(1, 3, 4 << 20, 1);  // 336 us of the receiver's link: the echo is over before
    net.run_until(milliseconds(2));
    EXPECT_EQ(asked, 20);
    EXPECT_EQ(answered, 20);
    net.completed(1);
    EXPECT_EQ(net.drops(), 0U);
}
