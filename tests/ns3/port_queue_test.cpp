// SPDX-License-Identifier: GPL-2.0-only
// Tests a switch port whose packets count until their last bit has left, with limits of its own: uet-htsim's
// queue, by hand. Hosts at 100 Gb/s stand around one switch; packets of 4,160 B take 332.8 ns.
#include "small_network.hpp"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

constexpr Bytes kFull = 4'160;

NetworkConfig port_config(Bytes limit)
{
    NetworkConfig config = plain_config();
    const Wire& wire = wire_named("htsim", true);
    config.fabric.wire = config.nic.wire = &wire;
    config.fabric.mode = FabricMode::TRIMMING;
    config.fabric.buffer.size = Bytes{1} << 30;
    config.fabric.untilSent = true;
    config.fabric.ecn = config.nic.ecn_capable = true;
    config.fabric.red = [](Rate) { return RedCurve{1'000, 1'000, 1}; };
    config.fabric.trim = [limit](Rate, bool) { return limit; };
    config.nic.reliability = Reliability::rud;
    config.nic.retry.rto = microseconds(100);
    return config;
}

/// One packet of each host i > 0 to host 0, i x 50 ns apart; the counters of host 0's port.
RoceSwitch::PortCounters run(const NetworkConfig& config, uint32_t senders)
{
    SmallNetwork net("star:gbps=100,link-ns=500,switch-ns=0,hosts=" + std::to_string(senders + 1), config);
    for (uint32_t i = 1; i <= senders; ++i)
        ns3::Simulator::Schedule(ns3::NanoSeconds(50 * i), [&net, i] { net.post(i, 0, 4'096, i); });
    net.run();
    for (uint32_t i = 1; i <= senders; ++i) net.completed(i);
    net.expect_empty();
    return net.network.Switch(0).Counters(0);
}

}  // namespace

/// Two packets: the second waits while the first is sent. When the first has left, the second is behind it,
/// and the first is marked; decided at its start, nothing was.
TEST(PortQueue, MarkedByWhatWaitsAtTheEnd)
{
    NetworkConfig config = port_config(100 * kFull);
    EXPECT_EQ(run(config, 2).marks, 1U);
    EXPECT_EQ(run(config, 5).marks, 4U);
    config.fabric.untilSent = false;
    EXPECT_EQ(run(config, 2).marks, 0U);
    EXPECT_EQ(run(config, 5).marks, 3U);
}

/// Room for two packets, the one on the wire included.
TEST(PortQueue, TheOneOnTheWireCounts)
{
    NetworkConfig config = port_config(2 * kFull);
    EXPECT_EQ(run(config, 2).trims, 0U);
    EXPECT_EQ(run(config, 3).trims, 1U);
    config.fabric.untilSent = false;
    EXPECT_EQ(run(config, 3).trims, 0U);
}

TEST(PortQueue, WithoutTrimmingTheVictimIsDropped)
{
    NetworkConfig config = port_config(2 * kFull);
    config.fabric.trims = false;
    const auto counters = run(config, 3);
    EXPECT_EQ(counters.trims, 0U);
    EXPECT_EQ(counters.drops, 1U);
}

/// Three senders, room for one: two headers, of which the limit lets one wait.
TEST(PortQueue, HeadersHaveALimit)
{
    NetworkConfig config = port_config(kFull);
    config.fabric.controlLimit = 64;
    const auto counters = run(config, 3);
    EXPECT_EQ(counters.trims, 2U);
    EXPECT_EQ(counters.drops, 1U);
    config.fabric.controlLimit = 128;
    EXPECT_EQ(run(config, 3).drops, 0U);
}

/// Marks only inside the fabric, as a fabric of credits has it.
TEST(PortQueue, LastHopsMayBeUnmarked)
{
    NetworkConfig config = port_config(100 * kFull);
    config.fabric.ecnLastHop = false;
    EXPECT_EQ(run(config, 5).marks, 0U);
}

/// A coin decides whether the packet that arrives or the newest that waits loses its payload: over 40 seeds
/// the third sender's packet is repaired about as often as the second's.
TEST(PortQueue, ACoinChoosesTheVictim)
{
    NetworkConfig config = port_config(2 * kFull);
    config.fabric.coin = true;
    int second = 0, third = 0;
    for (uint64_t seed = 1; seed <= 40; ++seed) {
        config.fabric.seed = seed;
        SmallNetwork net("star:gbps=100,link-ns=500,switch-ns=0,hosts=4", config);
        for (uint32_t i = 1; i <= 3; ++i)
            ns3::Simulator::Schedule(ns3::NanoSeconds(50 * i), [&net, i] { net.post(i, 0, 4'096, i); });
        net.run();
        for (const Done& done : net.done) {
            if (done.kind != Completion::Kind::sent || done.retransmitted == 0) continue;
            EXPECT_NE(done.cookie, 1U) << "the one on the wire is safe";
            (done.cookie == 2 ? second : third) += 1;
        }
    }
    EXPECT_EQ(second + third, 40);
    EXPECT_GT(second, 8);
    EXPECT_GT(third, 8);
}
