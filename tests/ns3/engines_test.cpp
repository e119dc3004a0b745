// SPDX-License-Identifier: GPL-2.0-only
// Runs the same networks on hpnsim's engine and on ns-3's own, which is the judge: every completion must
// come at the same picosecond, after the same number of events.
#include "small_network.hpp"

#include "ns3/default-simulator-impl.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <tuple>

namespace hpnsim
{
namespace
{

using Row = std::tuple<uint64_t, int, int64_t, Bytes>;

/// Lets every endpoint send to two others, so that many events of symmetric ports have the same time.
std::vector<Row> run(const NetworkConfig& config, bool own_engine)
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
    std::vector<Row> rows;
    for (const Done& done : net.done)
        rows.emplace_back(done.cookie, static_cast<int>(done.kind), done.at.ps, done.retransmitted);
    rows.emplace_back(ns3::Simulator::GetEventCount(), 0, 0,
                      static_cast<Bytes>(net.drops() + net.pauses_sent()));
    return rows;
}

TEST(Engines, LosslessAndLossyNetworksRunAlike)
{
    for (const FabricMode mode : {FabricMode::LOSSLESS, FabricMode::LOSSY}) {
        NetworkConfig config = plain_config();
        config.fabric.mode = mode;
        config.fabric.ecn = config.nic.ecn_capable = true;
        const std::vector<Row> own = run(config, true);
        EXPECT_EQ(own, run(config, false));
        EXPECT_GT(std::get<3>(own.back()), 0);  // pauses or drops: it was crowded
    }
}

TEST(Engines, OrderOfSchedulingRunsAlike)
{
    NetworkConfig config = plain_config();
    config.fabric.scheduledOrder = true;
    EXPECT_EQ(run(config, true), run(config, false));
}

}  // namespace
}  // namespace hpnsim
