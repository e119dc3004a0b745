// SPDX-License-Identifier: GPL-2.0-only
// Settings of switches as ns-3 Attributes: two senders and a receiver around a switch, under DCQCN,
// whose thresholds of ECN are set before the run and lowered in the middle of it. It prints the
// queue that each leaves, and ends with status 1 if the lower ones do not halve it.
//
// `--PrintAttributes=hpnsim::RoceSwitch` lists the Attributes, and
// `--hpnsim::RoceSwitch::Alpha=0.25` sets one.
#include "helper/network-defaults.h"

#include "ns3/command-line.h"
#include "ns3/config.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <iostream>

using namespace hpnsim;

namespace
{

constexpr Time kHalf = milliseconds(2);

/// Runs until `end`; prints and returns the mean queue in front of endpoint 0 since `begin`.
double
MeanQueue(RoceNetwork& network, Time begin, Time end)
{
    RoceSwitch& sw = network.Switch(0);
    const double before = sw.Monitor(0).Mean(begin) * begin.us(); // a mean counts from 0
    ns3::Simulator::Stop(ns3::PicoSeconds((end - begin).ps));
    ns3::Simulator::Run();
    const double mean = (sw.Monitor(0).Mean(end) * end.us() - before) / (end - begin).us();
    ns3::StringValue kmin;
    sw.GetAttribute("KminKb", kmin);
    std::cout << "kmin " << kmin.Get() << " KB: mean queue " << mean / 1000 << " KB\n";
    return mean;
}

} // namespace

int
main(int argc, char* argv[])
{
    ns3::Config::SetDefault("hpnsim::RoceSwitch::KminKb", ns3::StringValue("100"));
    ns3::Config::SetDefault("hpnsim::RoceSwitch::KmaxKb", ns3::StringValue("400"));
    ns3::CommandLine(__FILE__).Parse(argc, argv);

    const FabricPlan plan = make_fabric("star:hosts=3,gbps=100", 3);
    NetworkConfig config = DefaultConfig(plan, "dcqcn");
    config.fabric.marking.pmax = 0.5; // comes after all defaults
    RoceNetwork network(plan, config);
    for (uint32_t sender = 1; sender <= 2; ++sender)
    {
        const uint32_t qp = network.Qps(sender, 0).at(0);
        network.Device(sender).PostSend(qp, {Verb::write, 64 << 20, sender});
    }
    const double first = MeanQueue(network, Time{}, kHalf);
    // Each path ends with an Attribute of the switches; kmin comes first, to stay below kmax.
    ns3::Config::Set("/NodeList/*/$hpnsim::RoceSwitch/KminKb", ns3::StringValue("10"));
    ns3::Config::Set("/NodeList/*/$hpnsim::RoceSwitch/KmaxKb", ns3::StringValue("40"));
    const double second = MeanQueue(network, kHalf, kHalf + kHalf);
    return second < first / 2 ? 0 : 1;
}
