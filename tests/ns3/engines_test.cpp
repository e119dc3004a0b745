// SPDX-License-Identifier: GPL-2.0-only
// Runs the same networks on hpnsim's engine and on ns-3's own, which is the judge: every completion must
// come at the same picosecond.
#include "small_network.hpp"

#include "ns3/default-simulator-impl.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <tuple>

namespace hpnsim
{
namespace
{

struct Result {
    std::vector<std::tuple<uint64_t, int, int64_t, Bytes>> rows;  ///< completions, in order
    Bytes crowded = 0;                                            ///< pauses and drops
    uint64_t events = 0;
};

/// Lets every endpoint send to two others, so that many events of symmetric ports have the same time.
Result run(const NetworkConfig& config, bool own_engine)
{
    if (!own_engine) ns3::Simulator::SetImplementation(ns3::CreateObject<ns3::DefaultSimulatorImpl>());
    SmallNetwork net("fat-tree:k=4,buffer-mb=1", config);
    EXPECT_EQ(net.network.GetClock().Kernel() != nullptr, own_engine);
    const uint32_t hosts = net.network.DeviceCount();
    for (uint32_t src = 0; src < hosts; ++src) {
        net.post(src, (src + 5) % hosts, 300'000, 2 * src);
        net.post(src, src == 3 ? 4 : 3, 100'000, 2 * src + 1);
    }
    net.run_until(milliseconds(2));
    Result result;
    for (const Done& done : net.done)
        result.rows.emplace_back(done.cookie, static_cast<int>(done.kind), done.at.ps, done.retransmitted);
    result.crowded = static_cast<Bytes>(net.drops() + net.pauses_sent());
    result.events = ns3::Simulator::GetEventCount();
    return result;
}

TEST(Engines, LosslessAndLossyNetworksRunAlike)
{
    for (const FabricMode mode : {FabricMode::LOSSLESS, FabricMode::LOSSY}) {
        NetworkConfig config = plain_config();
        config.fabric.mode = mode;
        config.fabric.ecn = config.nic.ecn_capable = true;
        const Result own = run(config, true), other = run(config, false);
        EXPECT_EQ(own.rows, other.rows);
        EXPECT_EQ(own.crowded, other.crowded);
        EXPECT_EQ(own.events, other.events);
        EXPECT_GT(own.crowded, 0);
    }
}

/// Our engine has no events for ends of transmissions that no switch waits for.
TEST(Engines, OrderOfSchedulingRunsAlike)
{
    NetworkConfig config = plain_config();
    config.fabric.scheduledOrder = true;
    const Result own = run(config, true), other = run(config, false);
    EXPECT_EQ(own.rows, other.rows);
    EXPECT_EQ(own.rows.size(), 64U);  // sent, and placed
    EXPECT_EQ(own.crowded, other.crowded);
    EXPECT_LT(own.events, other.events * 9 / 10);
}

}  // namespace
}  // namespace hpnsim
