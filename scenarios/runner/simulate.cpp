// SPDX-License-Identifier: GPL-2.0-only
#include "simulate.hpp"

#include "captures.hpp"
#include "cautions.hpp"
#include "collect.hpp"
#include "network_carrier.hpp"
#include "sampler.hpp"
#include "traces.hpp"

#include "helper/network-audit.h"

#include "hpnsim/ideal.hpp"
#include "hpnsim/progress.hpp"

#include "ns3/make-event.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <chrono>
#include <sys/resource.h>

namespace hpnsim
{

namespace
{

constexpr uint32_t kTickOrder = 0xfffffffe;  // looks at the network after everything else of its time

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

/// Looks at a running simulation now and then: progress, Ctrl-C, and a network that has fallen silent.
class Watch
{
public:
    Watch(RoceNetwork& network, NetworkCarrier& carrier, const Workload& workload, const Scenario& scenario,
          const RunPlan& run, uint64_t seed, NetworkAudit* audit, const Sampler& sampler)
        : network_(network), carrier_(carrier), workload_(workload), sampler_(sampler),
          progress_(scenario.options.common.seeds > 1 ? run.label + " seed " + std::to_string(seed)
                                                      : run.label,
                    scenario.options.common.quiet),
          audit_(audit)
    {
        tick();
    }

    bool interrupted() const { return interrupted_; }

private:
    static constexpr Time kPeriod = microseconds(5);
    static constexpr uint64_t kSilentTicks = 400'000;  // 2 s of simulated time without a single event

    void tick()
    {
        const uint64_t events = ns3::Simulator::GetEventCount() - sampler_.ticks();
        silent_ = events == last_events_ + 1 && !carrier_.timers_pending() ? silent_ + 1 : 0;
        last_events_ = events;
        interrupted_ = Interrupt::asked();
        if (interrupted_ || silent_ > kSilentTicks) {
            ns3::Simulator::Stop();
            return;
        }
        if (audit_ != nullptr && !audit_->Check()) return;  // it has stopped the simulation
        if (progress_.due())
            progress_.update(network_.GetClock().Now(), workload_.progress(), packet_hops(network_));
        network_.GetClock().Schedule(kTickOrder, kPeriod, ns3::MakeEvent(&Watch::tick, this));
    }

    RoceNetwork& network_;
    NetworkCarrier& carrier_;
    const Workload& workload_;
    const Sampler& sampler_;
    Progress progress_;
    NetworkAudit* audit_;
    uint64_t last_events_ = 0, silent_ = 0;
    bool interrupted_ = false;
};

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

Ending ending_of(const RunRecord& record, bool interrupted, bool done)
{
    if (interrupted) return Ending::interrupted;
    if (!record.deadlock.empty()) return Ending::failed;
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

/// The verdict of --verify, if there is one, or what else the user should know of the run.
void complain(Contents* contents, RoceNetwork& network, Outcome& outcome)
{
    if (contents != nullptr) judge(*contents, outcome);
    if (outcome.complaint.empty()) outcome.complaint = short_headroom(network);
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
    const NetworkConfig config = network_config(scenario.options, run, parts, scenario.plan, seed);
    const std::unique_ptr<Workload> workload = scenario.make_workload(seed);
    const std::unique_ptr<Contents> contents = contents_of(scenario, seed);
    if (contents != nullptr) contents->memory().allocate();
    IdealTimes ideals(scenario.plan, common.mtu, bare_wire(scenario.options, run, parts.cc.info()),
                      ideal_rule(common));
    std::vector<Time> messages;

    Traces traces(scenario.options, record, seed, parts.cc, full_header(config.nic), scenario.plan);
    RoceNetwork network(scenario.plan, config);
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

    const auto running = std::chrono::steady_clock::now();
    bool interrupted = false;
    {
        Watch watch(network, carrier, *workload, scenario, run, seed, audit.get(), sampler);
        if (common.stop_us > 0) ns3::Simulator::Stop(ns3::TimeStep(microseconds_f(common.stop_us).ps));
        carrier.start();
        if (!carrier.stopped_by_workload()) ns3::Simulator::Run();
        interrupted = watch.interrupted();
    }
    record.wall_s += seconds_since(running);
    captures.finish();
    traces.finish();
    record.series = sampler.finish();

    const Time now = network.GetClock().Now();
    if (scenario.rows_are_messages)
        for (const MessageEnd& open : unfinished_at(now, carrier)) add_row(row_of(open, ideals));
    record.events += ns3::Simulator::GetEventCount() - sampler.ticks();
    collect(network, now, record);
    record.interrupted = interrupted;
    if (scenario.finish) scenario.finish(*workload, run, messages, record);
    record.deadlock = network.Deadlock();
    const Ending ending = ending_of(record, interrupted, carrier.stopped_by_workload());
    Outcome outcome{std::move(record), ending, "", ""};
    complain(contents.get(), network, outcome);
    if (audit != nullptr) finish_audit(*audit, outcome);
    outcome.record.peak_rss_mb = peak_rss_mb();
    return outcome;
}

}  // namespace hpnsim
