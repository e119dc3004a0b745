// SPDX-License-Identifier: GPL-2.0-only
// Makes the network of a run from its options, and simulates it.
#include "run_helper.hpp"

#include "peers/profiles.hpp"
#include "run/collect.hpp"
#include "run/network_carrier.hpp"

#include "hpnsim/workloads.hpp"

#include "ns3/simulator.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Does what another workload does, but never says that it is done, so that packets in flight may come home.
class Unending : public Workload
{
public:
    explicit Unending(Workload& inner) : inner_(inner) {}
    void start(Carrier& carrier) override { inner_.start(carrier); }
    void on_delivered(Carrier& carrier, const Message& message) override
    {
        inner_.on_delivered(carrier, message);
    }
    void on_completed(Carrier& carrier, const Message& message, FlowStatus status) override
    {
        inner_.on_completed(carrier, message, status);
    }
    void on_timer(Carrier& carrier, uint64_t token) override { inner_.on_timer(carrier, token); }
    bool done() const override { return false; }
    double progress() const override { return 0; }

private:
    Workload& inner_;
};

/// What another scenario is, but for its workload, which is a list of flows.
class GivenFlows : public Scenario
{
public:
    GivenFlows(std::unique_ptr<Scenario> like, const std::vector<FlowSpec>& flows)
        : Scenario(like->options, like->plan), like_(std::move(like)), flows_(flows)
    {
    }
    Workload& workload(uint64_t) override { return workload_.emplace(flows_); }
    std::unique_ptr<Contents> contents(uint64_t seed) const override { return like_->contents(seed); }
    Footprint footprint() const override { return {}; }
    void check_times(IdealTimes&) const override {}
    Verb verb() const override { return like_->verb(); }
    void measure(IdealTimes&, const std::vector<Time>&, RunRecord&) const override {}

private:
    std::unique_ptr<Scenario> like_;
    std::vector<FlowSpec> flows_;
    std::optional<FlowsWorkload> workload_;
};

void count(RoceNetwork& network, Drained& result)
{
    network.ForEachNic([&result](uint32_t, const Nic& nic) {
        const NicCounters& counters = nic.counters();
        result.posted += counters.posted;
        result.delivered += counters.delivered;
        result.failed += counters.failed;
    });
    for (uint32_t i = 0; i < network.SwitchCount(); ++i) {
        RoceSwitch& sw = network.Switch(i);
        result.shared_left += sw.SharedBytes();
        for (uint16_t port = 0; port < sw.PortCount(); ++port) result.drops += sw.Counters(port).drops;
    }
    result.packets_left = network.Pool().in_use();
}

}  // namespace

RunPlan first_run(const Scenario& scenario)
{
    const Lookup lookup = registry_lookup(scenario.options, scenario.plan);
    RunPlan run = resolve_runs(scenario.options.common, lookup).runs.at(0);
    plan_as_profile(scenario.options, scenario.plan, run);
    run.functions = resolve_functions(scenario.functions(), scenario.options.common, run, lookup);
    return run;
}

std::unique_ptr<Scenario> scenario_of(const std::vector<std::string>& words)
{
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    argv.push_back("--quiet");
    const auto options = parse_command_line(words.at(0), static_cast<int>(argv.size()), argv.data());
    return make_scenario(options.value());
}

std::unique_ptr<Scenario> scenario_of(const std::vector<std::string>& words,
                                      const std::vector<FlowSpec>& flows)
{
    // The options are an incast's, except for who sends what, because `flows` itself insists on a file.
    std::vector<std::string> all = words;
    all.insert(all.begin(), "incast");
    all.insert(all.end(), {"--placement", "index", "--senders", "1"});
    return std::make_unique<GivenFlows>(scenario_of(all), flows);
}

Outcome simulate_first(Scenario& scenario)
{
    const RunPlan run = first_run(scenario);
    return simulate(scenario, run, scenario.options.common.seed, blank_record(scenario, run), nullptr, {});
}

Drained drain(Scenario& scenario)
{
    const RunPlan run = first_run(scenario);
    const ChosenParts parts = choose_parts(run);
    const CommonOptions& common = scenario.options.common;
    const NetworkConfig config = network_config(scenario.options, run, parts, scenario.plan, common.seed);
    Unending workload(scenario.workload(common.seed));
    Terms terms = ideal_terms(scenario, run);
    terms.wire = config.nic.wire;
    IdealTimes ideals(scenario.plan, terms);
    RoceNetwork network(scenario.plan, config);
    NetworkCarrier carrier(network, workload);
    Drained result;
    carrier.on_end = [&](const MessageEnd& end) {
        ++result.ends;
        if (end.status != FlowStatus::ok) return;
        ++result.ok;
        const Time ideal = ideals.of(end.message.src, end.message.dst, end.message.bytes);
        result.least_slack = std::min(result.least_slack, end.end - end.start - ideal);
    };
    ns3::Simulator::Stop(ns3::MilliSeconds(200));  // for algorithms whose timers never rest
    carrier.start();
    ns3::Simulator::Run();
    count(network, result);
    return result;
}

}  // namespace hpnsim
