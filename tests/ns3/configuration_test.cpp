// SPDX-License-Identifier: GPL-2.0-only
// Tests that what no network can be built of is refused, in every kind of build.
#include "helper/network-defaults.h"
#include "helper/roce-network.h"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/fabric.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

class Configuration : public testing::Test
{
protected:
    static std::string refusal(const FabricPlan& plan, const NetworkConfig& config)
    {
        try {
            const RoceNetwork network(plan, config);
        } catch (const BadInput& error) {
            ns3::Simulator::Destroy();
            return error.what();
        }
        return "";
    }

    FabricPlan plan = make_fabric("star:hosts=2,gbps=100", 2);
    NetworkConfig config = DefaultConfig(plan, "hpcc");
};

TEST_F(Configuration, IsTaken)
{
    EXPECT_EQ(refusal(plan, config), "");
}

TEST_F(Configuration, NicsHaveACongestionControl)
{
    config.nic.cc = {};
    EXPECT_EQ(refusal(plan, config), "a NIC without a congestion control: NicConfig::cc is not set");
}

TEST_F(Configuration, PeersHaveQps)
{
    config.qpsPerPeer = 0;
    EXPECT_EQ(refusal(plan, config), "a network of 0 QPs per peer; NetworkConfig::qpsPerPeer is 1 or more");
}

TEST_F(Configuration, NicsThatAreAlikeShareTheirs)
{
    FabricPlan slow = make_fabric("star:hosts=3,gbps=100", 3);
    slow.links[2].rate = gbps(25);
    RoceNetwork network(slow, config);
    const NicConfig& first = network.Device(0).GetNic().config();
    EXPECT_EQ(&first, &network.Device(1).GetNic().config());
    EXPECT_EQ(first.rate_of(0), gbps(100));
    EXPECT_EQ(network.Device(2).GetNic().config().rate_of(0), gbps(25));
    for (uint32_t endpoint = 0; endpoint < 3; ++endpoint)
        EXPECT_EQ(network.Device(endpoint).GetNic().endpoint(), endpoint);
}

TEST_F(Configuration, LinksHaveARate)
{
    const Clock clock;
    PacketPool pool;
    LinkTx tx(clock, pool, nullptr, 0, 0, 1);
    EXPECT_THROW(tx.Connect(nullptr, 0, {}), BadInput);
}

}  // namespace
}  // namespace hpnsim
