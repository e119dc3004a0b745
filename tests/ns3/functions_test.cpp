// SPDX-License-Identifier: GPL-2.0-only
// Tests NICs of several functions: each keeps its own congestion control, transport and queue pairs, they
// share ports fairly, and faults reach all of them.
#include "small_network.hpp"

#include "helper/network-audit.h"
#include "helper/network-defaults.h"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

using namespace hpnsim;

namespace
{

const char* const kDumbbell = "dumbbell:left=2,right=2,gbps=100,bottleneck-gbps=100";

/// Function 0 under one CC, and function 1, 2, ... under the others.
NetworkConfig beside(const std::vector<std::string>& ccs, const std::string& topology = kDumbbell)
{
    const FabricPlan plan = make_fabric(topology, 2);
    NetworkConfig config = DefaultConfig(plan, ccs.at(0));
    for (size_t i = 1; i < ccs.size(); ++i) AddFunction(config, plan, ccs[i]);
    return config;
}

void post(SmallNetwork& net, uint32_t src, uint32_t dst, uint32_t function, Bytes bytes, uint64_t cookie)
{
    net.network.Device(src).PostSend(net.network.Qps(src, dst, function).at(0), {Verb::write, bytes, cookie});
}

/// Sorts what a NIC sends and gets by the function that it is for.
struct Sorter {
    std::map<uint32_t, uint64_t> data, stamped, strays;
    std::map<uint32_t, Bytes> payload, largest;

    static void saw(Sorter* self, uint16_t, const Packet& packet)
    {
        const uint32_t function = function_of(packet.dst_qp);
        if (packet.kind != PacketKind::data) return;
        ++self->data[function];
        self->stamped[function] += packet.stamped ? 1 : 0;
        self->payload[function] += packet.payload;
        self->largest[function] = std::max<Bytes>(self->largest[function], packet.wire_bytes);
    }
    explicit Sorter(RoceNetDevice& device)
    {
        device.TraceConnectWithoutContext("Tx", ns3::MakeBoundCallback(&Sorter::saw, this));
    }
};

uint64_t strays(SmallNetwork& net)
{
    uint64_t sum = 0;
    net.network.ForEachNic([&](uint32_t, const Nic& nic) { sum += nic.counters().strays; });
    return sum;
}

std::string refusal(const std::vector<std::string>& ccs)
{
    try {
        SmallNetwork net(kDumbbell, beside(ccs));
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

/// Everything that was told, as text.
std::string story(const SmallNetwork& net)
{
    std::string text;
    for (const Done& done : net.done)
        text += std::to_string(done.cookie) + " " + std::to_string(static_cast<int>(done.kind)) + " " +
                std::to_string(done.at.ps) + " " + std::to_string(done.retransmitted) + "\n";
    return text;
}

}  // namespace

TEST(Functions, EachHasItsOwnCcTransportAndQps)
{
    SmallNetwork net(kDumbbell, beside({"dcqcn", "nscc"}));
    for (uint32_t src = 0; src < 2; ++src) {
        post(net, src, 2, 0, 1'000'000, 10 + src);
        post(net, src, 2, 1, 1'000'000, 20 + src);
    }
    RoceNetDevice& device = net.network.Device(0);
    ASSERT_EQ(device.FunctionCount(), 2U);
    EXPECT_EQ(net.network.Qps(0, 2, 0), std::vector<uint32_t>{0});
    EXPECT_EQ(net.network.Qps(0, 2, 1), std::vector<uint32_t>{1'000'000});
    EXPECT_EQ(device.GetNic(0).config().reliability, Reliability::go_back_n);
    EXPECT_EQ(device.GetNic(1).config().reliability, Reliability::rud);
    net.run_until(microseconds(100));
    const Flow& dcqcn = device.NicOf(0).flow(0);
    const Flow& nscc = device.NicOf(1'000'000).flow(1'000'000);
    EXPECT_LT(dcqcn.rate, dcqcn.line_rate) << "CNPs have slowed it down";
    EXPECT_EQ(dcqcn.window, kUnlimited);
    EXPECT_EQ(nscc.rate, nscc.line_rate);
    EXPECT_LT(nscc.window, kUnlimited) << "it has a window, which acts on its own ACKs";
    net.run();
    for (const uint64_t cookie : {10, 11, 20, 21}) EXPECT_LT(net.completed(cookie), Time::max());
    EXPECT_EQ(net.network.Device(2).GetNic(0).counters().delivered, 2'000'000);
    EXPECT_EQ(net.network.Device(2).GetNic(1).counters().delivered, 2'000'000);
    EXPECT_EQ(net.network.Device(2).GetNic(1).counters().cnps, 0U);
    EXPECT_EQ(strays(net), 0U) << "no packet came to the other function";
    net.expect_empty();
}

TEST(Functions, AnIdleOneChangesNothing)
{
    const auto run = [](const NetworkConfig& config) {
        SmallNetwork net(kDumbbell, config);
        for (uint32_t src = 0; src < 2; ++src)
            for (uint64_t i = 0; i < 20; ++i) post(net, src, 2 + i % 2, 0, 100'000, src * 100 + i);
        net.run();
        return story(net);
    };
    const std::string alone = run(beside({"dcqcn"}));
    EXPECT_GT(alone.size(), 1000U);
    EXPECT_EQ(run(beside({"dcqcn", "nscc"})), alone);
}

TEST(Functions, OneThatIsBusyElsewhereLeavesTheDrawsAlone)
{
    // The path policy of function 0 draws a source port for each packet. Function 1 talks between two others.
    const auto run = [](bool busy) {
        NetworkConfig config = plain_config();
        config.functions.push_back(config.nic);
        SmallNetwork net("star:hosts=4,gbps=100,buffer-mb=16", config);
        if (busy) post(net, 2, 3, 1, 1'000'000, 99);
        post(net, 0, 1, 0, 1'000'000, 1);
        std::vector<uint64_t> streams{net.network.Device(0).GetNic(0).flow(0).stream};
        streams.push_back(net.network.Device(0).GetNic(0).flow(0).source_port);
        net.run();
        streams.push_back(static_cast<uint64_t>(net.completed(1).ps));
        return streams;
    };
    EXPECT_EQ(run(true), run(false));
}

TEST(Functions, ShareAPortPacketByPacket)
{
    NetworkConfig config = plain_config();
    config.functions.push_back(config.nic);
    SmallNetwork net("star:hosts=4,gbps=100,buffer-mb=16", config);
    Sorter sorter(net.network.Device(0));
    // Function 1 has three times as many QPs with work.
    post(net, 0, 1, 0, 1000 * 4096, 1);
    for (uint32_t dst = 1; dst < 4; ++dst) post(net, 0, dst, 1, 1000 * 4096, 1 + dst);
    net.run_until(microseconds(200));
    EXPECT_GT(sorter.payload[0], 500'000);
    EXPECT_NEAR(static_cast<double>(sorter.payload[0]), static_cast<double>(sorter.payload[1]), 2 * 4096);
    net.run();
    net.expect_empty();
}

TEST(Functions, OnlyTheOneThatAsksGetsTelemetry)
{
    SmallNetwork net(kDumbbell, beside({"dcqcn", "hpcc"}));
    Sorter sorter(net.network.Device(0));
    post(net, 0, 2, 0, 100'000, 1);
    post(net, 0, 2, 1, 100'000, 2);
    net.run();
    EXPECT_EQ(sorter.stamped[0], 0U);
    EXPECT_EQ(sorter.stamped[1], sorter.data[1]);
    EXPECT_GT(sorter.largest[1], sorter.largest[0]) << "INT takes room in its own packets";
    EXPECT_LT(net.completed(1), Time::max());
    EXPECT_LT(net.completed(2), Time::max());
}

TEST(Functions, APortThatGoesDownIsDownForAll)
{
    NetworkConfig config = plain_config();
    config.functions.push_back(config.nic);
    Fault cut;
    cut.at = microseconds(20);
    cut.act = Fault::Act::down;
    cut.node = 0;
    cut.port = 0;
    cut.detect = microseconds(10);
    Fault mended = cut;
    mended.at = microseconds(100);
    mended.act = Fault::Act::up;
    config.faults.faults = {cut, mended};
    SmallNetwork net("star:hosts=3,gbps=100,buffer-mb=16", config);
    post(net, 0, 1, 0, 1'000'000, 1);
    post(net, 0, 1, 1, 1'000'000, 2);
    net.run_until(microseconds(50));
    for (uint32_t function = 0; function < 2; ++function)
        EXPECT_EQ(net.network.Device(0).GetNic(function).live_ports(), 0) << function;
    net.run();
    for (uint32_t function = 0; function < 2; ++function)
        EXPECT_EQ(net.network.Device(0).GetNic(function).live_ports(), 1) << function;
    EXPECT_LT(net.completed(1), Time::max());
    EXPECT_LT(net.completed(2), Time::max());
}

TEST(Functions, PassTheAudit)
{
    SmallNetwork net(kDumbbell, beside({"dcqcn", "nscc", "hpcc"}));
    NetworkAudit audit(net.network);
    for (uint32_t function = 0; function < 3; ++function)
        for (uint32_t src = 0; src < 2; ++src) post(net, src, 2, function, 500'000, function * 10 + src);
    for (int i = 1; i < 20; ++i) {
        net.run_until(microseconds(10 * i));
        EXPECT_TRUE(audit.Check()) << audit.Violation();
    }
    net.run();
    EXPECT_TRUE(audit.Check()) << audit.Violation();
}

TEST(Functions, DataOfEachGoInItsOwnPriority)
{
    NetworkConfig config = beside({"dcqcn", "nscc"});
    TakePriority(config.fabric.scheduling, 1, config.functions[0]);
    EXPECT_EQ(config.functions[0].dscp, 10) << "AF11, which is priority 1 by the class selectors";
    config.fabric.scheduling.dscpMap.fill(3);
    EXPECT_THROW(TakePriority(config.fabric.scheduling, 1, config.functions[0]), BadInput);
    config = beside({"dcqcn", "nscc"});
    TakePriority(config.fabric.scheduling, 1, config.functions[0]);
    SmallNetwork net(kDumbbell, config);
    EXPECT_TRUE(net.network.Config().nic.basis.losses_are_told);
    EXPECT_FALSE(net.network.Config().functions[0].basis.losses_are_told) << "PFC guards priority 3 alone";
    post(net, 0, 2, 1, 100'000, 1);
    net.run();
    EXPECT_LT(net.completed(1), Time::max());
}

TEST(Functions, ThatContradictEachOtherAreRefused)
{
    EXPECT_NE(refusal({"dcqcn", "bolt"}).find("notices of bolt to senders of dcqcn"), std::string::npos);
    EXPECT_NE(refusal({"hpcc", "hpcc-pint"}).find("INT with the same bit"), std::string::npos);
    EXPECT_EQ(refusal({"bolt", "bolt"}), "");
    EXPECT_EQ(refusal({"dcqcn", "hpcc-pint"}), "");
}

TEST(Functions, ThatDoNotExistAreNoPlaceToSend)
{
    SmallNetwork net(kDumbbell, beside({"dcqcn", "nscc"}));
    EXPECT_THROW(net.network.Qps(0, 2, 2), std::logic_error);
    NetworkConfig many = plain_config();
    many.functions.assign(kMaxFunctions, many.nic);
    EXPECT_THROW(SmallNetwork(kDumbbell, many), BadInput);
}
