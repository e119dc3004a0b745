// SPDX-License-Identifier: GPL-2.0-only
// Tests a program of one's own on RoceNetwork: what the CC needs is on, or refused in a sentence.
#include "helper/network-defaults.h"
#include "helper/network-needs.h"
#include "small_network.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

const char* const kStar = "star:hosts=3,gbps=100";

NetworkConfig defaults(const std::string& cc)
{
    return DefaultConfig(make_fabric(kStar, 3), cc);
}

std::string refusal(const NetworkConfig& config)
{
    try {
        SmallNetwork net(kStar, config);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

/// Nothing of it is set by hand: HPCC's INT comes from the network itself, and moves the window.
TEST(Needs, HpccHearsOfItsSwitches)
{
    SmallNetwork net(kStar, plain_config("hpcc"));
    EXPECT_TRUE(net.network.Config().fabric.telemetry);
    net.post(1, 0, 4 << 20, 1);
    net.post(2, 0, 4 << 20, 2);
    const Bytes first = net.network.Device(1).GetNic().flow(0).window;
    net.run_until(microseconds(100));
    EXPECT_LT(net.network.Device(1).GetNic().flow(0).window, first * 3 / 4);
    net.run();
    net.completed(2);
}

TEST(Needs, EveryLawRunsByItsDefaults)
{
    for (const CcOps* cc : all_cc()) {
        const std::string name = cc->slot.info->name;
        SmallNetwork net(kStar, defaults(name));
        net.post(1, 0, 2 << 20, 1);
        net.post(2, 0, 2 << 20, 2);
        net.run_until(milliseconds(50));
        EXPECT_LT(net.completed(1).us(), 50'000) << name;
        EXPECT_LT(net.completed(2).us(), 50'000) << name;
        const Needs needs = cc->slot.info->needs;
        const NetworkConfig& config = net.network.Config();
        EXPECT_EQ(config.fabric.telemetry && config.nic.telemetry, has(needs, Needs::telemetry)) << name;
        EXPECT_EQ(config.fabric.digest != nullptr && config.nic.digest > 0, has(needs, Needs::digest))
            << name;
        EXPECT_EQ(config.fabric.notices, has(needs, Needs::notices)) << name;
        EXPECT_EQ(config.fabric.ecn && config.nic.ecn_capable,
                  has(needs, Needs::ecn) || has(needs, Needs::cnp))
            << name;
    }
}

TEST(Needs, ServingTwiceChangesNothing)
{
    const FabricPlan plan = make_fabric(kStar, 3);
    for (const char* cc : {"bolt", "hpcc-pint", "nscc", "dcqcn"}) {
        NetworkConfig config = DefaultConfig(plan, cc);
        const uint32_t data = config.wire->data_overhead, ack = config.wire->ack;
        ServeNeeds(config, plan);
        EXPECT_EQ(config.nic.wire->data_overhead, data) << cc;
        EXPECT_EQ(config.fabric.wire->ack, ack) << cc;
    }
}

TEST(Needs, PresetsBringTheirSurroundings)
{
    EXPECT_EQ(defaults("hpcc-pint:preset=hpcc-sim").nic.digest, 1010U);
    EXPECT_EQ(defaults("hpcc-pint").nic.digest, 1050U);
    EXPECT_EQ(defaults("nscc:preset=no-trimming").fabric.mode, FabricMode::LOSSY);
    EXPECT_EQ(defaults("dctcp:preset=htsim").nic.reliability, Reliability::rud);
    EXPECT_EQ(defaults("dctcp").fabric.red(gbps(100)).kmin, 300'000);
    EXPECT_THROW(defaults("dctpc"), BadInput);
}

TEST(Needs, WhatOnlyTheCallerCanChooseIsRefused)
{
    EXPECT_EQ(refusal(plain_config("dcqcn")), "the CC dcqcn needs CNPs, which this receiver does not "
                                              "send: set NetworkConfig::nic.receiver to "
                                              "choose_receiver(\"cnp\")");
    EXPECT_EQ(refusal(plain_config("rccc")).substr(0, 56),
              "the CC rccc needs credit, which this receiver does not g");
    NetworkConfig config = defaults("rccc");
    config.nic.reliability = Reliability::go_back_n;
    EXPECT_EQ(refusal(config).substr(0, 54), "the CC rccc needs credit, which only RUD's headers can");
}
