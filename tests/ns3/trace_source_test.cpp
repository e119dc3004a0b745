// SPDX-License-Identifier: GPL-2.0-only
// Tests what an ns-3 user finds on the devices and switches: TraceSources, Attributes, TypeIds.
#include "small_network.hpp"

#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

#include <map>

using namespace hpnsim;

namespace
{

/// Counts what a trace source reports, by its name.
class Counter
{
public:
    template <class T> void watch(T& object, const std::string& source)
    {
        auto* count = &counts[source];
        const bool pause = source.find("Pause") != std::string::npos;
        const bool ok =
            pause
                ? object.TraceConnectWithoutContext(bare(source), ns3::MakeBoundCallback(&on_pause, count))
                : object.TraceConnectWithoutContext(bare(source), ns3::MakeBoundCallback(&on_packet, count));
        EXPECT_TRUE(ok) << source;
    }
    std::map<std::string, uint64_t> counts;

private:
    static std::string bare(const std::string& source) { return source.substr(source.find(' ') + 1); }
    static void on_packet(uint64_t* count, uint16_t, const Packet&) { ++*count; }
    static void on_pause(uint64_t* count, uint16_t, bool) { ++*count; }
};

void watch_all(SmallNetwork& net, Counter& counter)
{
    for (uint32_t i = 0; i < net.network.DeviceCount(); ++i)
        for (const char* source : {"nic Tx", "nic Rx", "nic Pause"})
            counter.watch(net.network.Device(i), source);
    for (const char* source :
         {"switch Tx", "switch Rx", "switch Drop", "switch Mark", "switch Trim", "switch Pause"})
        counter.watch(net.network.Switch(0), source);
}

/// Watches 8 senders into one receiver on a star under `config`.
Counter watched_incast(const NetworkConfig& config, std::unique_ptr<SmallNetwork>& net)
{
    net = std::make_unique<SmallNetwork>("star:hosts=9,gbps=400,buffer-mb=2", config);
    Counter counter;
    watch_all(*net, counter);
    for (uint32_t src = 1; src <= 8; ++src) net->post(src, 0, 1 << 20, src);
    net->run_until(milliseconds(3));
    return counter;
}

uint64_t packets_sent(SmallNetwork& net)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < net.network.DeviceCount(); ++i) sum += net.network.Device(i).Tx(0).SentPackets();
    return sum;
}

}  // namespace

TEST(TraceSources, LosslessWithEcn)
{
    NetworkConfig config = plain_config();
    config.fabric.ecn = config.nic.ecn_capable = true;
    std::unique_ptr<SmallNetwork> net;
    const Counter counter = watched_incast(config, net);
    const auto& count = counter.counts;
    EXPECT_EQ(count.at("nic Tx"), packets_sent(*net));
    EXPECT_EQ(count.at("nic Tx"), count.at("switch Rx"));  // PFC frames are no packets of the switch
    EXPECT_EQ(count.at("switch Tx"), count.at("nic Rx"));
    EXPECT_EQ(count.at("switch Tx"), count.at("switch Rx"));
    EXPECT_EQ(count.at("switch Drop") + count.at("switch Trim"), 0U);
    EXPECT_EQ(count.at("switch Mark"), net->network.Switch(0).Counters(0).marks);
    EXPECT_GT(count.at("switch Mark"), 0U);
    EXPECT_GT(count.at("switch Pause"), 0U);
    EXPECT_EQ(count.at("switch Pause"), count.at("nic Pause"));
    EXPECT_EQ(count.at("switch Pause"), 2 * net->pauses_sent());  // every pause had its resume
}

TEST(TraceSources, Drops)
{
    NetworkConfig config = plain_config();
    config.fabric.mode = FabricMode::LOSSY;
    std::unique_ptr<SmallNetwork> net;
    const Counter counter = watched_incast(config, net);
    EXPECT_GT(net->drops(), 0U);
    EXPECT_EQ(counter.counts.at("switch Drop"), net->drops());
}

TEST(TraceSources, Trims)
{
    NetworkConfig config = plain_config("fixed:window=1.5");
    config.fabric.mode = FabricMode::TRIMMING;
    config.fabric.wire = config.nic.wire = &wire_named("roce", true);
    config.nic.reliability = Reliability::rud;
    std::unique_ptr<SmallNetwork> net;
    const Counter counter = watched_incast(config, net);
    EXPECT_GT(counter.counts.at("switch Trim"), 0U);
    EXPECT_EQ(counter.counts.at("switch Trim"), net->network.Switch(0).Counters(0).trims);
    EXPECT_EQ(counter.counts.at("switch Drop"), 0U);
}

TEST(Attributes, TypeIdsAreRegistered)
{
    for (const char* name :
         {"hpnsim::RoceNetDevice", "hpnsim::RoceSwitch", "hpnsim::RadixHeapScheduler", "hpnsim::EventKernel"})
        EXPECT_NO_FATAL_FAILURE(ns3::TypeId::LookupByName(name)) << name;
    EXPECT_TRUE(RoceNetDevice::GetTypeId().IsChildOf(ns3::NetDevice::GetTypeId()));
    ns3::TypeId::AttributeInformation info;
    EXPECT_TRUE(RoceNetDevice::GetTypeId().LookupAttributeByName("Mtu", &info));
}

TEST(Attributes, MtuIsSetByName)
{
    SmallNetwork net("star:hosts=2", plain_config());
    RoceNetDevice& device = net.network.Device(0);
    device.SetAttribute("Mtu", ns3::UintegerValue(9'000));
    EXPECT_EQ(device.GetMtu(), 9'000);
    EXPECT_FALSE(device.SetAttributeFailSafe("Mtu", ns3::UintegerValue(20)));
    EXPECT_EQ(device.GetNode(), net.network.Hosts().Get(0));
    EXPECT_EQ(net.network.Hosts().Get(0)->GetDevice(0), ns3::Ptr<ns3::NetDevice>(&device));
}
