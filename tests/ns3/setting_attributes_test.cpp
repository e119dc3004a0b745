// SPDX-License-Identifier: GPL-2.0-only
// Tests that every key of the declared lists is an ns-3 Attribute, and how Attributes reach a network: after
// what hpnsim takes by itself, before what a CC brings along and what a program sets.
#include "../scenarios/other_values.hpp"
#include "helper/network-defaults.h"
#include "small_network.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/settings.hpp"

#include "ns3/config.h"
#include "ns3/string.h"

#include <gtest/gtest.h>

#include <set>

using namespace hpnsim;

namespace
{

const char* const kStar = "star:hosts=3,gbps=100";

/// One declared key, and the attribute that it should be.
struct Expected {
    std::string type, attribute;
    Setting setting;
    std::string standard, other;
};

void expect_keys(const std::string& type, const std::string& prefix, const Keys& keys,
                 const std::map<std::string, std::string>& others, std::vector<Expected>& all)
{
    for (const Keys::Entry& entry : keys.entries()) {
        const bool family = !entry.setting->prefix.empty();
        const KeyTexts written = entry.setting->write(entry.part);
        all.push_back({type, prefix + AttributeName(entry.setting->name), *entry.setting,
                       family ? "auto" : written.at(0).second,
                       (family ? "400=" : "") + others.at(entry.setting->name)});
    }
}

/// Every key of --fabric, of each --switch-lb and of --transport.
std::vector<Expected> all_expected()
{
    FabricSettings fabric;
    TransportSettings transport;
    const std::string sw = "hpnsim::RoceSwitch", device = "hpnsim::RoceNetDevice";
    std::vector<Expected> all;
    expect_keys(sw, "", fabric.keys(), kOther, all);
    expect_keys(sw, "Adaptive", Keys().add(fabric.lb.adaptive), kOther, all);
    expect_keys(sw, "Flowlet", Keys().add(fabric.lb.flowlet), kOther, all);
    expect_keys(sw, "RoundRobin", Keys().add(fabric.lb.roundRobin), kOther, all);
    expect_keys(device, "", transport.keys(), kOtherOfTransport, all);
    return all;
}

ns3::Ptr<ns3::Object> made(const std::string& type, const std::string& attribute, const std::string& text)
{
    ns3::ObjectFactory factory(type);
    factory.Set(attribute, ns3::StringValue(text));
    return factory.Create();
}

std::string text_of(const ns3::ObjectBase& object, const std::string& attribute)
{
    ns3::StringValue value;
    object.GetAttribute(attribute, value);
    return value.Get();
}

/// Restores all defaults of ns-3 after each test.
class DeclaredAttributes : public testing::Test
{
protected:
    static void set_default(const std::string& name, const std::string& text)
    {
        ns3::Config::SetDefault("hpnsim::" + name, ns3::StringValue(text));
    }
    /// The sentence that tells why `name` cannot be `text`; empty: it can.
    static std::string refusal(const std::string& name, const std::string& text)
    {
        testing::internal::CaptureStderr();
        const bool taken = ns3::Config::SetDefaultFailSafe(name, ns3::StringValue(text));
        std::string said = testing::internal::GetCapturedStderr();
        EXPECT_EQ(taken, said.empty()) << name << "=" << text << ": " << said;
        return said;
    }
    static NetworkConfig defaults(const std::string& cc, const std::string& receiver = "")
    {
        return DefaultConfig(make_fabric(kStar, 3), cc, "", receiver);
    }
    void TearDown() override { ns3::Config::Reset(); }
};

}  // namespace

TEST_F(DeclaredAttributes, EveryKeyIsOne)
{
    std::map<std::string, std::set<std::string>> names;
    for (const Expected& key : all_expected()) {
        ns3::TypeId::AttributeInformation info;
        ASSERT_TRUE(ns3::TypeId::LookupByName(key.type).LookupAttributeByName(key.attribute, &info))
            << key.type << " " << key.attribute;
        EXPECT_EQ(info.initialValue->SerializeToString(info.checker), key.standard) << key.attribute;
        EXPECT_NE(info.help.find(key.setting.doc), std::string::npos) << key.attribute;
        EXPECT_NE(info.help.find(key.setting.values), std::string::npos) << key.attribute;
        EXPECT_NE(info.help.find(key.setting.unit), std::string::npos) << key.attribute;
        EXPECT_NE(info.flags & ns3::TypeId::ATTR_CONSTRUCT, 0U) << key.attribute;
        names[key.type].insert(key.attribute);
    }
    EXPECT_EQ(names["hpnsim::RoceSwitch"].size(), RoceSwitch::GetTypeId().GetAttributeN());
    EXPECT_EQ(names["hpnsim::RoceNetDevice"].size() + 1, RoceNetDevice::GetTypeId().GetAttributeN());  // Mtu
    EXPECT_EQ(names["hpnsim::RoceSwitch"].count("KminKb"), 1U);
}

TEST_F(DeclaredAttributes, EachHoldsWhatItIsSetTo)
{
    for (const Expected& key : all_expected()) {
        EXPECT_EQ(text_of(*made(key.type, key.attribute, key.standard), key.attribute), key.standard);
        EXPECT_NE(key.standard, key.other) << key.attribute;
        EXPECT_EQ(text_of(*made(key.type, key.attribute, key.other), key.attribute), key.other);
        set_default(key.type.substr(8) + "::" + key.attribute, key.other);
    }
    const NetworkConfig config;
    for (const auto& [key, text] : config.fabric.keys().written())
        if (kOther.count(key) != 0) {
            EXPECT_EQ(text, kOther.at(key)) << key;
        }
    for (const auto& [key, text] : config.nic.keys().written())
        EXPECT_EQ(text, kOtherOfTransport.at(key)) << key;
    EXPECT_EQ(config.fabric.marking.byRate.at(400).kmin, 11'000);
    EXPECT_EQ(config.fabric.lb.adaptive.levels, 4);
    EXPECT_EQ(config.fabric.lb.flowlet.gap, nanoseconds(7500));
}

TEST_F(DeclaredAttributes, BadValuesAreRefusedInTheListsWords)
{
    for (const Expected& key : all_expected()) {
        const std::string name = key.type + "::" + key.attribute;
        EXPECT_EQ(refusal(name, "@").find(name + ":"), 0U) << name;
        EXPECT_EQ(refusal(name, key.other), "");
    }
    EXPECT_EQ(refusal("hpnsim::RoceSwitch::EcnAt", "dequeu"),
              "hpnsim::RoceSwitch::EcnAt: no 'dequeu'; the nearest is 'dequeue'\n");
    EXPECT_EQ(refusal("hpnsim::RoceSwitch::KminKbR", "400"),
              "hpnsim::RoceSwitch::KminKbR: '400' is not a pair; write 200=X+400=Y, or auto for none\n");
    EXPECT_NE(refusal("hpnsim::RoceSwitch::Pmax", "2").find("0 to 1"), std::string::npos);
    const ns3::Ptr<ns3::Object> sw = ns3::CreateObject<RoceSwitch>();
    EXPECT_FALSE(sw->SetAttributeFailSafe("KminKb", ns3::StringValue("much")));
    EXPECT_EQ(text_of(*sw, "KminKb"), kOther.at("kmin-kb"));
}

TEST_F(DeclaredAttributes, FamiliesAreReplacedAsAWhole)
{
    const ns3::Ptr<ns3::Object> sw = made("hpnsim::RoceSwitch", "KminKbR", "200=300+400=800");
    EXPECT_EQ(text_of(*sw, "KminKbR"), "200=300+400=800");
    EXPECT_EQ(text_of(*sw, "KmaxKbR"), "auto");
    EXPECT_TRUE(sw->SetAttributeFailSafe("KminKbR", ns3::StringValue("100=50")));
    EXPECT_EQ(text_of(*sw, "KminKbR"), "100=50");
    EXPECT_TRUE(sw->SetAttributeFailSafe("KminKbR", ns3::StringValue("auto")));
    EXPECT_EQ(text_of(*sw, "KminKbR"), "auto");
}

TEST_F(DeclaredAttributes, DefaultsReachSwitchesAndNics)
{
    set_default("RoceSwitch::Alpha", "0.5");
    set_default("RoceSwitch::PfcReactionUs", "2");
    set_default("RoceNetDevice::Retry", "3");
    SmallNetwork net(kStar, defaults("dcqcn"));
    EXPECT_EQ(text_of(net.network.Switch(0), "Alpha"), "0.5");
    EXPECT_EQ(net.network.Switch(0).Settings().buffer.alpha, 0.5);
    EXPECT_EQ(text_of(net.network.Device(2), "Retry"), "3");
    EXPECT_EQ(net.network.Device(2).GetNic().config().retry.retries, 3);
    // What has been found automatically is told as it is in force.
    EXPECT_EQ(text_of(net.network.Switch(0), "WatchdogMs"), "200");
    EXPECT_EQ(text_of(net.network.Device(2), "ReorderRtts"), "0.5");
}

TEST_F(DeclaredAttributes, WhatACcBringsAlongComesAfterDefaults)
{
    set_default("RoceSwitch::DigestBase", "1.5");
    EXPECT_EQ(defaults("hpcc-pint").fabric.feedback.digestBase, 1.5);
    EXPECT_EQ(defaults("hpcc-pint:preset=hpcc-sim").fabric.feedback.digestBase, 1.01);

    set_default("RoceNetDevice::CnpIntervalUs", "7");
    EXPECT_EQ(defaults("dcqcn").nic.cnp.interval, microseconds(7));
    EXPECT_EQ(defaults("dcqcn:preset=vendor").nic.cnp.interval, microseconds(4));
    EXPECT_EQ(defaults("dcqcn:preset=vendor", "cnp:interval-us=9").nic.cnp.interval, microseconds(9));
    const NetworkConfig config = defaults("dcqcn");
    const auto& param = config.nic.receiver.ops->slot.params.data[0];
    EXPECT_EQ(param.get(config.nic.receiver.params), 7);

    // dctcp brings a threshold, which replaces all others.
    set_default("RoceSwitch::KminKb", "100");
    EXPECT_EQ(defaults("dctcp").fabric.red(gbps(100)).kmin, 300'000);
    EXPECT_EQ(defaults("dcqcn").fabric.red(gbps(100)).kmin, 100'000);
}

/// DefaultConfig has derived curves and limits; they follow what is changed afterwards.
TEST_F(DeclaredAttributes, WhatAProgramSetsComesLast)
{
    set_default("RoceSwitch::KminKb", "100");
    set_default("RoceSwitch::Alpha", "0.5");
    NetworkConfig config = defaults("dcqcn");
    config.fabric.marking.kmin = 50'000;
    config.fabric.buffer.alpha = 0.25;
    const SmallNetwork net(kStar, config);
    EXPECT_EQ(net.network.Config().fabric.red(gbps(100)).kmin, 50'000);
    EXPECT_FALSE(net.network.Config().fabric.markFirst);
    EXPECT_EQ(net.network.Config().fabric.buffer.alpha, 0.25);

    config = defaults("nscc");
    const Bytes limit = config.fabric.trim(gbps(100), false);
    config.fabric.trimming.limit = 2;
    EXPECT_NEAR(
        static_cast<double>(SmallNetwork(kStar, config).network.Config().fabric.trim(gbps(100), false)),
        2.0 * static_cast<double>(limit), 2);
}

TEST_F(DeclaredAttributes, WhatDoesNotGoTogetherIsRefused)
{
    set_default("RoceSwitch::Dscp", "34");
    try {
        defaults("dcqcn");
        ADD_FAILURE();
    } catch (const BadInput& error) {
        EXPECT_EQ(
            std::string(error.what()),
            "fabric: dscp 34 is priority 4, which is not lossless; add it to lossless or map it to one of "
            "3 with dscp-map");
    }
}

/// NICs and switches have one idea of priorities.
TEST_F(DeclaredAttributes, NicsFollowTheSwitchesPriorities)
{
    set_default("RoceSwitch::Lossless", "3+4");
    set_default("RoceSwitch::Dscp", "34");
    set_default("RoceSwitch::ControlDscp", "56");
    set_default("RoceSwitch::AckClass", "data");
    const NetworkConfig config = defaults("dcqcn");
    EXPECT_EQ(config.nic.dscp, 34);
    EXPECT_EQ(config.nic.priority, 4);
    EXPECT_EQ(config.nic.control_priority, 7);
    EXPECT_TRUE(config.nic.ack_in_data_class);
}

namespace
{

/// The marks at the port toward endpoint 0, under two senders that keep their links full.
class Incast
{
public:
    explicit Incast(const NetworkConfig& config) : net(kStar, config)
    {
        net.post(1, 0, 64 << 20, 1);
        net.post(2, 0, 64 << 20, 2);
    }
    uint64_t marks_until(Time end)
    {
        const uint64_t before = net.network.Switch(0).Counters(0).marks;
        net.run_until(end);
        return net.network.Switch(0).Counters(0).marks - before;
    }
    SmallNetwork net;
};

NetworkConfig marking_config()
{
    NetworkConfig config = plain_config();
    config.fabric.red = nullptr;
    config.fabric.ecn = config.nic.ecn_capable = true;
    return config;
}

}  // namespace

TEST_F(DeclaredAttributes, ADefaultMovesMarks)
{
    set_default("RoceSwitch::Pmax", "0");
    EXPECT_EQ(Incast(marking_config()).marks_until(microseconds(200)), 0U);
    ns3::Config::Reset();
    set_default("RoceSwitch::KminKb", "1");
    set_default("RoceSwitch::KmaxKb", "1");
    EXPECT_GT(Incast(marking_config()).marks_until(microseconds(200)), 100U);
}

TEST_F(DeclaredAttributes, ThresholdsChangeInARunningNetwork)
{
    set_default("RoceSwitch::Pmax", "0");
    Incast incast(marking_config());
    EXPECT_EQ(incast.marks_until(microseconds(100)), 0U);
    const std::string here = "/NodeList/*/$hpnsim::RoceSwitch/";
    ns3::Config::Set(here + "KminKb", ns3::StringValue("1"));
    ns3::Config::Set(here + "KmaxKb", ns3::StringValue("1"));
    ns3::Config::Set(here + "Pmax", ns3::StringValue("1"));
    EXPECT_GT(incast.marks_until(microseconds(200)), 100U);
    const RoceSwitch& sw = incast.net.network.Switch(0);
    EXPECT_EQ(text_of(sw, "KminKb"), "1");
    EXPECT_EQ(sw.Settings().red(gbps(100)).kmin, 1'000);
    ns3::Config::Set(here + "KmaxKbR", ns3::StringValue("100=100000"));
    ns3::Config::Set(here + "KminKbR", ns3::StringValue("100=100000"));
    EXPECT_EQ(incast.marks_until(microseconds(300)), 0U);
    ns3::Config::Set(here + "Pmax", ns3::StringValue("0"));
    EXPECT_EQ(incast.marks_until(microseconds(400)), 0U);
}

TEST_F(DeclaredAttributes, WhatCannotChangeIsRefused)
{
    const auto refused = [](ns3::ObjectBase& object, const std::string& attribute, const std::string& text) {
        testing::internal::CaptureStderr();
        EXPECT_FALSE(object.SetAttributeFailSafe(attribute, ns3::StringValue(text))) << attribute;
        return testing::internal::GetCapturedStderr();
    };
    {
        Incast own(plain_config());
        EXPECT_EQ(
            refused(own.net.network.Switch(0), "KminKb", "5"),
            "hpnsim::RoceSwitch::KminKb has no effect: FabricSettings::red of this network is a function "
            "that the program has set\n");
    }
    Incast incast(marking_config());
    RoceSwitch& sw = incast.net.network.Switch(0);
    EXPECT_EQ(refused(sw, "KminKb", "1000000"), "fabric: kmin-kb 1000000 exceeds kmax-kb 1600 at 100 Gb/s\n");
    EXPECT_EQ(text_of(sw, "KminKb"), "auto");
    const std::string fixed =
        " is fixed once the network is built; set it before, by Config::SetDefault or in "
        "NetworkConfig\n";
    EXPECT_EQ(refused(sw, "Alpha", "0.5"), "hpnsim::RoceSwitch::Alpha" + fixed);
    EXPECT_EQ(refused(sw, "FlowletEntries", "64"), "hpnsim::RoceSwitch::FlowletEntries" + fixed);
    EXPECT_EQ(refused(incast.net.network.Device(0), "Retry", "5"), "hpnsim::RoceNetDevice::Retry" + fixed);
    EXPECT_EQ(text_of(sw, "Alpha"), "0.125");
    EXPECT_DEATH(sw.SetAttribute("Alpha", ns3::StringValue("0.5")),
                 "Attribute name=Alpha .*hpnsim::RoceSwitch");
}
