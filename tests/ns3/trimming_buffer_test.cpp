// SPDX-License-Identifier: GPL-2.0-only
// Tests trimming fabrics and the switches' buffer: what does not fit is trimmed and not dropped, whatever it
// is that has no room, and buffers that nobody chose hold the queues that the fabric allows.
#include "marking/marking_plan.hpp"
#include "small_network.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

NetworkConfig trimming(Bytes limit)
{
    NetworkConfig config = plain_config();
    config.fabric.mode = FabricMode::TRIMMING;
    config.fabric.wire = config.nic.wire = &wire_named("roce", true);
    config.fabric.trim = [limit](Rate, bool) { return limit; };
    config.nic.reliability = Reliability::rud;
    config.nic.retry.rto = milliseconds(1);
    return config;
}

/// Lets three senders send 400 KB each at line rate to each of so many receivers; returns the trims.
uint64_t incasts(uint32_t receivers, const std::string& buffer, const NetworkConfig& config)
{
    SmallNetwork net("star:hosts=" + std::to_string(4 * receivers) + ",gbps=100" + buffer, config);
    for (uint32_t i = 0; i < 3 * receivers; ++i) net.post(receivers + i, i % receivers, 400'000, i);
    net.run();
    for (uint32_t i = 0; i < 3 * receivers; ++i) net.completed(i);
    EXPECT_EQ(net.drops(), 0U);
    net.expect_empty();
    uint64_t trims = 0;
    for (uint32_t port = 0; port < receivers; ++port) trims += net.network.Switch(0).Counters(port).trims;
    return trims;
}

FabricSettings automatic(Bytes limit)
{
    FabricSettings settings;
    settings.mode = FabricMode::TRIMMING;
    settings.wire = &wire_named("roce", true);
    settings.ecn = settings.markFirst = true;
    settings.trim = [limit](Rate, bool last) { return last ? limit : limit / 2; };
    settings.red = [limit](Rate) { return RedCurve{limit / 5, limit * 4 / 5, 1.0}; };
    return settings;
}

}  // namespace

/// The limit is 10 MB and the buffer 0.25 MB, so it is the buffer that has no room.
TEST(TrimmingBuffer, AFullBufferTrims)
{
    EXPECT_GT(incasts(1, ",buffer-mb=0.25", trimming(10'000'000)), 50U);
}

/// Each queue stays within its limit of 400 KB, all four together do not fit 1 MB.
TEST(TrimmingBuffer, QueuesThatShareTooLittleTrim)
{
    EXPECT_GT(incasts(4, ",buffer-mb=1", trimming(400'000)), incasts(4, ",buffer-mb=16", trimming(400'000)));
}

/// The dynamic threshold bounds data of this priority: to a ninth of the buffer.
TEST(TrimmingBuffer, TheDynamicThresholdTrims)
{
    NetworkConfig config = trimming(10'000'000);
    config.fabric.pfc.lossless = 0;
    EXPECT_GT(incasts(1, ",buffer-mb=2", config), 50U);
}

/// Where what would be trimmed is to be dropped whole, a full buffer does so too.
TEST(TrimmingBuffer, WithoutTrimmingTheyDrop)
{
    NetworkConfig config = trimming(10'000'000);
    config.fabric.trims = false;
    config.nic.retry.rto = microseconds(200);
    SmallNetwork net("star:hosts=4,gbps=100,buffer-mb=0.25", config);
    for (uint32_t src = 1; src <= 3; ++src) net.post(src, 0, 400'000, src);
    net.run();
    EXPECT_GT(net.drops(), 50U);
    EXPECT_EQ(net.network.Switch(0).Counters(0).trims, 0U);
}

TEST(TrimmingBuffer, OneThatNobodyChoseHoldsTheLongestQueue)
{
    const FabricPlan plan = make_fabric("star:hosts=9", 2);
    const Bytes usual = plan.switches[0].buffer;
    const FabricSettings deep = automatic(1'000'000'000), shallow = automatic(1'000'000);
    const BufferPlan grown(deep, plan, FabricIndex(plan), 0);
    EXPECT_EQ(grown.Total(), 1'000'000'000 + usual / 2);
    EXPECT_GT(grown.Shared() - grown.HeaderRoom(), 1'000'000'000);
    EXPECT_EQ(BufferPlan(shallow, plan, FabricIndex(plan), 0).Total(), usual);
    const FabricPlan own = make_fabric("star:hosts=9,buffer-mb=100", 2);
    EXPECT_EQ(BufferPlan(deep, own, FabricIndex(own), 0).Total(), 100 << 20);
}

/// In a buffer that somebody chose, marks come before trims: 100 MiB less a sixteenth are 98,304,000 bytes.
TEST(TrimmingBuffer, MarksComeBeforeAFullBuffer)
{
    const FabricPlan plan = make_fabric("star:hosts=9,buffer-mb=100", 2);
    const FabricIndex index(plan);
    FabricSettings settings = automatic(1'000'000'000);
    const BufferPlan buffer(settings, plan, index, 0);
    const auto curve = [&] { return MarkingPlan(settings, buffer, plan, index, 0).Of(gbps(400)); };
    EXPECT_EQ(curve().kmax, 98'304'000);
    EXPECT_EQ(curve().kmin, 98'304'000 / 4);
    settings.markFirst = false;
    EXPECT_EQ(curve().kmax, 800'000'000);
}
