// SPDX-License-Identifier: GPL-2.0-only
#include "simulate.hpp"

#include "captures.hpp"
#include "collect.hpp"
#include "network_carrier.hpp"
#include "sampler.hpp"
#include "traces.hpp"
#include "watch.hpp"

#include "helper/network-audit.h"

#include "hpnsim/ideal.hpp"
#include "ns3/simulator.h"

#include <algorithm>
#include <chrono>
#include <sys/resource.h>

namespace hpnsim
{

namespace
{

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double peak_rss_mb()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

FlowRow row_of(const MessageEnd& end, IdealTimes& ideals)
{
    FlowRow row;
    row.id = end.message.id;
    row.src = end.message.src;
    row.dst = end.message.dst;
    row.qp = end.qp;
    row.bytes = end.message.bytes;
    row.start = end.start;
    row.end = end.end;
    row.ideal = ideals.of(end.message.src, end.message.dst, end.message.bytes);
    row.at_least_one = ideals.rule().at_least_one;
    row.retransmitted = end.retransmitted;
    row.status = end.status;
    return row;
}

Verb verb_named(const std::string& name)
{
    return name == "read" ? Verb::read : name == "send" ? Verb::send : Verb::write;
}

void configure(NetworkCarrier& carrier, const Options& options)
{
    carrier.move_by(verb_named(options.incast.verb));
    if (options.common.qp_select == "least-wqe") carrier.select_least_wqe();
}

/// A last look, and what the audit has found.
void finish_audit(NetworkAudit& audit, Outcome& outcome)
{
    audit.Check();
    outcome.record.extra["audit"] = {{"checks", audit.Checks()}, {"passed", audit.Violation().empty()}};
    outcome.audit = audit.Violation();
    if (!outcome.audit.empty()) outcome.ending = Ending::failed;
}

/// How the simulation itself went.
struct Ran {
    bool interrupted = false;
    bool bad_law = false;  ///< a rate law wrote a rate or window that is none
    std::string stopped;   ///< Outcome::stopped
    double wall_s = 0;
};

Ran run_network(const Watch::Subjects& subjects, const CommonOptions& common, const std::string& label)
{
    const auto began = std::chrono::steady_clock::now();
    Ran ran;
    Watch watch(subjects, common, label);
    if (common.stop_us > 0) ns3::Simulator::Stop(ns3::TimeStep(microseconds_f(common.stop_us).ps));
    subjects.carrier.start();
    if (!subjects.carrier.stopped_by_workload()) ns3::Simulator::Run();
    ran.interrupted = watch.interrupted();
    if (!subjects.carrier.stopped_by_workload()) ran.stopped = watch.stopped();
    const LawFault* fault = subjects.network.BadLaw();
    ran.bad_law = fault != nullptr && !fault->restless;
    ran.wall_s = seconds_since(began);
    return ran;
}

Ending ending_of(const RunRecord& record, const Ran& ran, bool done)
{
    if (ran.interrupted) return Ending::interrupted;
    if (ran.bad_law || !record.deadlock.empty()) return Ending::failed;
    for (const FlowRow& row : record.flows)
        if (!row.completed() && !row.unfinished()) return Ending::failed;
    for (const FlowRow& row : record.flows)
        if (row.unfinished()) return Ending::unfinished;
    return done ? Ending::complete : Ending::unfinished;
}

/// What --verify moves and checks; null without it.
std::unique_ptr<Contents> contents_of(const Scenario& scenario, uint64_t seed)
{
    const CommonOptions& common = scenario.options.common;
    if (!common.verify) return nullptr;
    const Injection injection =
        common.inject.empty() ? Injection::none : injection_named("--inject", common.inject);
    return inject(scenario.make_contents(seed), injection, common.mtu);
}

std::vector<MessageEnd> unfinished_at(Time now, const NetworkCarrier& carrier)
{
    std::vector<MessageEnd> open = carrier.unfinished();
    for (MessageEnd& end : open) {
        end.end = now;
        end.status = "unfinished";
    }
    return open;
}

/// Wire bytes of a full packet beyond its payload.
Bytes full_header(const NicConfig& nic)
{
    return data_wire_bytes(*nic.wire, static_cast<uint32_t>(nic.mtu), false, nic.telemetry) - nic.mtu;
}

/// Puts the verdict into record and ending.
void judge(Contents& contents, Outcome& outcome)
{
    const Verdict verdict = contents.finish(outcome.ending == Ending::complete);
    auto& extra = outcome.record.extra;
    extra["verified"] = verdict.verified();
    extra["verified_elements"] = verdict.checked;
    extra["wrong_elements"] = verdict.wrong;
    extra["element_bytes"] = verdict.element_bytes;
    outcome.complaint = verdict.first;
    if (!verdict.first.empty()) outcome.ending = std::max(outcome.ending, Ending::failed);
}

}  // namespace

void check_memory(const Scenario& scenario)
{
    if (const auto contents = contents_of(scenario, scenario.options.common.seed))
        require_memory(contents->memory().total(), available_memory());
}

IdealTimes::IdealTimes(const FabricPlan& plan, Bytes mtu, const Wire& wire, IdealRule rule)
    : plan_(plan), adjacency_(plan), mtu_(mtu), wire_(wire), rule_(std::move(rule)),
      last_(plan.endpoints, {UINT64_MAX, Time{}})
{
}

Time IdealTimes::of(uint32_t src, uint32_t dst, Bytes bytes)
{
    const uint64_t key = static_cast<uint64_t>(bytes) * plan_.endpoints + dst;
    auto& [known, ideal] = last_[src];
    if (known == key) return ideal;
    std::vector<std::vector<HopPlan>> out, back;
    for (uint8_t plane = 0; plane < plan_.ports_per_nic; ++plane) {
        out.push_back(adjacency_.path(src, dst, plane));
        back.push_back(adjacency_.path(dst, src, plane));
    }
    known = key;
    ideal = rule_.fct ? rule_.fct(out[0], bytes) : ideal_fct(out, back, bytes, mtu_, wire_);
    return ideal;
}

RunRecord blank_record(const Scenario& scenario, const RunPlan& run)
{
    const CommonOptions& common = scenario.options.common;
    RunRecord record;
    record.label = run.label;
    record.scenario = scenario.options.scenario;
    record.topology = common.topology;
    record.cc = run.cc;
    record.path = run.path;
    record.transport = run.transport.name;
    record.fabric = run.fabric.name;
    record.seed = common.seed;
    record.command = scenario.options.command;
    record.version = HPNSIM_VERSION;
    record.versions = {{"hpnsim", HPNSIM_VERSION}, {"ns-3", HPNSIM_NS3_VERSION}, {"compiler", __VERSION__}};
    record.params = describe_run(scenario.options, run, choose_parts(run), scenario.plan);
    record.extra = nlohmann::ordered_json::object();
    return record;
}

Outcome simulate(const Scenario& scenario, const RunPlan& run, uint64_t seed, RunRecord record, FlowLog* log)
{
    const auto began = std::chrono::steady_clock::now();
    const CommonOptions& common = scenario.options.common;
    const ChosenParts parts = choose_parts(run);
    NetworkConfig config = network_config(scenario.options, run, parts, scenario.plan, seed);
    Progress setup(run.label, common.quiet);
    config.building = [&setup](double share) { setup.building(share); };
    const std::unique_ptr<Workload> workload = scenario.make_workload(seed);
    const std::unique_ptr<Contents> contents = contents_of(scenario, seed);
    if (contents != nullptr) contents->memory().allocate();
    IdealTimes ideals(scenario.plan, common.mtu, bare_wire(scenario.options, run, parts.cc.info()),
                      ideal_rule(common));
    std::vector<Time> messages;

    Traces traces(scenario.options, record, seed, parts.cc, full_header(config.nic), scenario.plan);
    RoceNetwork network(scenario.plan, config);
    setup.finish();
    traces.listen(network);
    NetworkCarrier carrier(network, *workload, contents.get());
    configure(carrier, scenario.options);
    Captures captures(network, scenario.options, record, seed, config.nic.wire->framing);
    const auto audit = common.audit ? std::make_unique<NetworkAudit>(network) : nullptr;
    const auto add_row = [&](const FlowRow& row) {
        record.flows.push_back(row);
        if (log != nullptr) log->add(row);
    };
    carrier.on_end = [&](const MessageEnd& end) {
        if (end.status == "ok") messages.push_back(end.end - end.start);
        if (scenario.rows_are_messages || end.status != "ok") add_row(row_of(end, ideals));
    };
    Sampler sampler(network, common, seed);
    record.setup_s += seconds_since(began);

    const Ran ran = run_network({network, carrier, *workload, sampler, audit.get()}, common,
                                common.seeds > 1 ? run.label + " seed " + std::to_string(seed) : run.label);
    record.wall_s += ran.wall_s;
    captures.finish();
    traces.finish();
    record.series = sampler.finish();

    const Time now = network.GetClock().Now();
    if (scenario.rows_are_messages)
        for (const MessageEnd& open : unfinished_at(now, carrier)) add_row(row_of(open, ideals));
    record.events += ns3::Simulator::GetEventCount();
    collect(network, now, record);
    record.interrupted = ran.interrupted;
    if (!ran.stopped.empty()) record.extra["stopped"] = ran.stopped;
    if (scenario.finish) scenario.finish(*workload, run, messages, record);
    record.deadlock = network.Deadlock();
    const Ending ending = ending_of(record, ran, carrier.stopped_by_workload());
    Outcome outcome{std::move(record), ending, "", "", ran.stopped};
    if (contents != nullptr) judge(*contents, outcome);
    if (audit != nullptr) finish_audit(*audit, outcome);
    outcome.record.peak_rss_mb = peak_rss_mb();
    return outcome;
}

}  // namespace hpnsim
