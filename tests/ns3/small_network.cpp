// SPDX-License-Identifier: GPL-2.0-only
// Builds a small network, posts messages between its NICs, and counts drops and pauses.
#include "small_network.hpp"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace hpnsim
{

namespace
{

/// Algorithms are kept for the whole test program: the NICs point to their parameters.
template <class Ops> Plugged<Ops> keep(Chosen<Ops> (*choose)(const std::string&), const std::string& text)
{
    static std::map<std::string, Chosen<Ops>> kept;
    const Chosen<Ops>& chosen = kept.emplace(text, choose(text)).first->second;
    return {chosen.ops, chosen.params.get()};
}

}  // namespace

NetworkConfig plain_config(const std::string& cc)
{
    NetworkConfig config;
    const Wire& wire = wire_named("roce", false);
    config.fabric.wire = &wire;
    config.fabric.red = [](Rate) { return RedCurve{100'000, 400'000, 0.2}; };
    config.fabric.trim = [](Rate, bool) { return Bytes{100'000}; };
    config.nic.wire = &wire;
    config.nic.cc = keep<CcOps>(choose_cc, cc);
    config.nic.path = keep<PathOps>(choose_path, "ecmp");
    config.nic.receiver = keep<ReceiverOps>(choose_receiver, "echo");
    return config;
}

SmallNetwork::SmallNetwork(const std::string& topology, const NetworkConfig& config)
    : plan(make_fabric(topology, 2)), network(plan, config)
{
    network.SetListeners(this, nullptr);
}

void SmallNetwork::post(uint32_t src, uint32_t dst, Bytes bytes, uint64_t cookie, uint32_t k)
{
    network.Device(src).PostSend(network.Qps(src, dst).at(k), {Verb::write, bytes, cookie});
}

void SmallNetwork::run()
{
    ns3::Simulator::Run();
}

void SmallNetwork::run_until(Time end)
{
    ns3::Simulator::Stop(ns3::TimeStep((end - network.GetClock().Now()).ps));
    ns3::Simulator::Run();
}

Time SmallNetwork::time_of(uint64_t cookie, Completion::Kind kind) const
{
    for (const Done& each : done)
        if (each.cookie == cookie && each.kind == kind) return each.at;
    ADD_FAILURE() << "message " << cookie << " did not complete";
    return Time::max();
}

Time SmallNetwork::completed(uint64_t cookie) const
{
    return time_of(cookie, Completion::Kind::sent);
}

Time SmallNetwork::placed(uint64_t cookie) const
{
    return time_of(cookie, Completion::Kind::placed);
}

uint64_t SmallNetwork::drops()
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < network.SwitchCount(); ++i)
        for (uint16_t port = 0; port < network.Switch(i).PortCount(); ++port)
            sum += network.Switch(i).Counters(port).drops;
    return sum;
}

uint64_t SmallNetwork::pauses_sent()
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < network.SwitchCount(); ++i)
        for (uint16_t port = 0; port < network.Switch(i).PortCount(); ++port)
            sum += network.Switch(i).Counters(port).pausesSent;
    return sum;
}

void SmallNetwork::expect_empty()
{
    EXPECT_EQ(network.Pool().in_use(), 0);
    for (uint32_t i = 0; i < network.SwitchCount(); ++i) EXPECT_EQ(network.Switch(i).SharedBytes(), 0) << i;
}

void SmallNetwork::Completed(RoceNetDevice&, const Completion& completion, Time now)
{
    done.push_back({completion.cookie, completion.kind, now, completion.retransmitted, completion.status});
}

}  // namespace hpnsim
