// SPDX-License-Identifier: GPL-2.0-only
// Simulates one run of one seed, and makes its record however it ended.
#include "run/simulate.hpp"

#include "run/captures.hpp"
#include "run/cautions.hpp"
#include "run/collect.hpp"
#include "run/engine_choice.hpp"
#include "run/fast_forward.hpp"
#include "run/network_carrier.hpp"
#include "run/peer_files.hpp"
#include "run/rank_results.hpp"
#include "run/sampler.hpp"
#include "run/sentences.hpp"
#include "run/stopwatch.hpp"
#include "run/timelines.hpp"
#include "run/traces.hpp"
#include "run/watch.hpp"

#include "helper/network-audit.h"
#include "helper/ns3-version.h"

#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/delivery_bins.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/progress.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/version.hpp"

#include "ns3/simulator.h"

#include <algorithm>
#include <iostream>
#include <sys/resource.h>

namespace hpnsim
{

namespace
{

double peak_rss_mb()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

FlowRow row_of(const MessageEnd& end, IdealTimes& ideals, const FabricPlan& plan)
{
    FlowRow row;
    row.id = end.message.id;
    row.src = plan.id_of(end.message.src);
    row.dst = plan.id_of(end.message.dst);
    row.qp = end.qp;
    row.bytes = end.message.bytes;
    row.start = end.start;
    row.end = end.end;
    row.ideal = ideals.of(end.message.src, end.message.dst, end.message.bytes);
    row.at_least_one = ideals.rule().at_least_one;
    row.retransmitted = end.retransmitted;
    row.status = end.status;
    row.delivered = end.status == FlowStatus::ok ? end.message.bytes : end.progress;
    return row;
}

/// The lower bounds of each function of the NICs, which frame packets as their transports do.
class FunctionBounds
{
public:
    /// Tells the scenario of them.
    FunctionBounds(Scenario& scenario, const RunPlan& run, IdealTimes& own) : all_{{&run, &own}}
    {
        for (const RunPlan& function : run.functions) {
            made_.emplace_back(new IdealTimes(ideals_of(scenario, function)));  // it cannot be moved
            all_.push_back({&function, made_.back().get()});
        }
        scenario.begins(all_);
    }
    IdealTimes& of(uint32_t function) { return *all_[function].ideals; }

private:
    std::vector<FunctionRun> all_;
    std::vector<std::unique_ptr<IdealTimes>> made_;
};

/// Ideal times are looked for only if a file takes them: there is one for each size of each pair.
void add_to_peers(const MessageEnd& end, FunctionBounds& bounds, PeerFiles& peers)
{
    if (!peers.want_flows()) return;
    const Message& each = end.message;
    peers.flow_ended(end, bounds.of(each.function).of(each.src, each.dst, each.bytes));
}

/// Has the setup tell how far it is, and the NICs what they get.
void observe(NetworkConfig& config, PerLane<DeliveryBins>& delivery, Progress& setup)
{
    for (uint32_t function = 0; function < config.FunctionCount(); ++function)
        config.Function(function).delivery = &delivery;
    config.building = [&setup](double share) { setup.building(share); };
}

/// Takes a last look, and reports what the audit has found.
void finish_audit(NetworkAudit& audit, Outcome& outcome)
{
    audit.Check();
    outcome.record.extra["audit"] = {{"checks", audit.Checks()}, {"passed", audit.Violation().empty()}};
    outcome.audit = audit.Violation();
    if (!outcome.audit.empty()) outcome.ending = Ending::failed;
}

/// Returns what `run` threw, in words; empty: nothing. Some memory is set aside, so that when memory runs out
/// there is enough to write down what the run has found.
template <class Run> std::string failure_of(Run run)
{
    constexpr size_t kSetAside = size_t{64} << 20;
    std::unique_ptr<char[]> set_aside(new char[kSetAside]);
    try {
        run();
    } catch (const std::exception& error) {
        set_aside.reset();
        return by_option(plain_reason(error));
    }
    return "";
}

/// Runs the simulation itself. Returns why it failed; empty: it did not.
std::string run_to_end(NetworkCarrier& carrier, Ranks* ranks, const CommonOptions& common)
{
    if (common.stop_us) ns3::Simulator::Stop(ns3::TimeStep(microseconds_f(*common.stop_us).ps));
    const std::string unstarted = failure_of([&] { carrier.start(); });
    return failure_of([&] {
        if (ranks != nullptr) ranks->Agree(Ranks::About::START, unstarted);
        if (!unstarted.empty()) throw PlainFailure(unstarted);
        if (!carrier.stopped_by_workload()) ns3::Simulator::Run();
    });
}

/// Says how the simulation itself went.
struct Ran {
    bool interrupted = false;
    bool bad_law = false;  ///< a CC wrote a rate or window that is none
    std::string stopped;   ///< Outcome::stopped
    std::string failure;   ///< what it threw, in words; empty: nothing
    double wall_s = 0;
    Costs costs;
};

/// Returns what progress calls a run of one seed.
std::string name_of(const RunPlan& run, const CommonOptions& common, uint64_t seed)
{
    return common.seeds > 1 ? run.label + " seed " + std::to_string(seed) : run.label;
}

/// `setup` began when the run did.
Ran run_network(const Watch::Subjects& subjects, const CommonOptions& common, const std::string& label,
                const Stopwatch& setup)
{
    Ran ran;
    ran.costs = {setup.cpu_s(), 0, peak_rss_mb()};
    const Stopwatch began;
    Watch watch(subjects, common, label);
    ran.failure = run_to_end(subjects.carrier, subjects.network.TheRanks(), common);
    subjects.carrier.tell_kept();
    subjects.network.LearnOfFaults();
    ran.interrupted = watch.interrupted();
    if (!subjects.carrier.stopped_by_workload()) ran.stopped = watch.stopped();
    const LawFault* fault = subjects.network.BadLaw();
    ran.bad_law = fault != nullptr && !fault->restless;
    ran.wall_s = began.wall_s();
    ran.costs.run_cpu_s = began.cpu_s();
    return ran;
}

/// `done` says that the workload waits for nothing any more.
Ending ending_of(const Scenario& scenario, const RunRecord& record, const Ran& ran, bool done)
{
    if (ran.interrupted) return Ending::interrupted;
    if (ran.bad_law || !record.deadlock.empty()) return Ending::failed;
    for (const FlowRow& row : record.flows)
        if (!row.completed() && !row.unfinished()) return Ending::failed;
    for (const FlowRow& row : record.flows)
        if (row.unfinished() && scenario.awaited(row)) return Ending::unfinished;
    return done ? Ending::complete : Ending::unfinished;
}

void note_end(const Ran& ran, RunRecord& record)
{
    record.wall_s += ran.wall_s;
    record.interrupted = ran.interrupted;
    if (!ran.stopped.empty()) record.extra["stopped"] = ran.stopped;
}

/// A collective is complete when its last byte is there. True if what is still open then is only senders that
/// wait for ACKs, which nothing sends again.
bool waits_for_acks_alone(const Scenario& scenario, const Workload& workload,
                          const std::vector<MessageEnd>& open)
{
    if (scenario.rows_are_messages() || workload.progress() < 1) return false;
    return std::all_of(open.begin(), open.end(), [](const MessageEnd& end) { return end.delivered(); });
}

/// Returns what --verify moves and checks; null without it.
std::unique_ptr<Contents> contents_of(const Scenario& scenario, uint64_t seed)
{
    const CommonOptions& common = scenario.options.common;
    if (!common.verify) return nullptr;
    const Injection injection =
        common.inject.empty() ? Injection::none : injection_named("--inject", common.inject);
    return inject(scenario.contents(seed), injection, common.mtu);
}

/// Adds to a complaint of `act`, which needs memory for what --verify moves, what can be done about it.
template <class Act> void about_verify(Act act, const std::string& advice)
{
    try {
        act();
    } catch (const BadInput& error) {
        throw BadInput("--verify: " + std::string(error.what()) + advice);
    }
}

/// Returns the same with its memory allocated.
std::unique_ptr<Contents> allocated_contents(const Scenario& scenario, uint64_t seed)
{
    auto contents = contents_of(scenario, seed);
    if (contents != nullptr) about_verify([&contents] { contents->memory().allocate(); }, "");
    return contents;
}

std::vector<MessageEnd> unfinished_at(Time now, const NetworkCarrier& carrier)
{
    std::vector<MessageEnd> open = carrier.unfinished();
    for (MessageEnd& end : open) {
        end.end = now;
        end.status = FlowStatus::unfinished;
    }
    return open;
}

/// Returns why the run has failed, which `failure` says if it has before.
std::string finish_files(Captures& captures, Traces& traces, RunTimeline& timeline, PeerFiles& peers,
                         const std::string& failure)
{
    const std::string unwritten = failure_of([&] {
        captures.finish();
        traces.finish();
        timeline.finish();
        peers.finish();
    });
    return failure.empty() ? unwritten : failure;
}

void fail(const std::string& failure, Time now, Outcome& outcome)
{
    outcome.ending = Ending::failed;
    outcome.complaint = "the run failed at " + format_ns(now) +
                        " ns of simulated time; what it found until then is kept: " + failure;
    outcome.record.extra["error"] = outcome.complaint;
}

void say_full(const Sampler& sampler, const CommonOptions& common, const RunRecord& record)
{
    if (sampler.full().ps == 0) return;
    std::cerr << record.label << ": --series-us " << format_short(common.series_us.value_or(0))
              << " has made " << common.series_rows << " rows in " << format_ns(sampler.full())
              << " ns, and sampling ended there: take a longer interval, --series-only LIST, or a larger "
                 "--series-rows (60 MB a million)\n";
}

/// Collects what the network and its observers have counted.
void collect_all(RoceNetwork& network, Sampler& sampler, GoodputSampler& goodput,
                 const PerLane<DeliveryBins>& delivery, const CommonOptions& common, FastForward* forward,
                 RunRecord& record)
{
    record.job_goodput = goodput.finish(network.GetClock().Now());
    record.series = sampler.finish();
    say_full(sampler, common, record);
    record.throughput = throughput_of(of_all_ranks(network.TheRanks(), whole(delivery)));
    record.events += ns3::Simulator::GetEventCount();
    if (const EventKernel* kernel = network.GetClock().Kernel()) record.windows += kernel->WindowCount();
    collect(network, network.GetClock().Now(), common.idle_ports, record);
    record.deadlock = network.Deadlock();
    if (forward != nullptr) forward->finish(record);
}

/// Skips time if the run is to; null: it is not.
std::unique_ptr<FastForward> forward_of(RoceNetwork& network, NetworkCarrier& carrier,
                                        PerLane<DeliveryBins>& delivery, const CommonOptions& common)
{
    if (!common.fast_forward) return nullptr;
    if (network.GetClock().Kernel() == nullptr)
        throw BadInput(
            "--fast-forward: another engine of ns-3 was asked for, and only hpnsim's own can skip time");
    return std::make_unique<FastForward>(network, carrier, delivery, common);
}

/// Keeps the first QP whose retries ran out. For a READ it is the reader's QP.
void note_dead(RoceNetwork& network, const MessageEnd& end, Verb verb, std::optional<DeadQp>& first)
{
    if (first || end.status != FlowStatus::retry_exceeded) return;
    const Nic& nic = network.Device(verb == Verb::read ? end.message.dst : end.message.src).NicOf(end.qp);
    const Time base_rtt = nic.flow(end.qp).base_rtt;
    first = DeadQp{timeouts_for(nic.config(), base_rtt), base_rtt, nic.config().retry.retries};
}

/// Logs what the scenario makes rows of and has ended since it was last asked; `made`: so many have.
void log_made_rows(const Scenario& scenario, IdealTimes& ideals, uint64_t seed, uint64_t& made, FlowLog* log)
{
    if (log == nullptr || scenario.rows_are_messages()) return;
    while (std::optional<FlowRow> row = scenario.row_at(ideals, made)) {
        row->seed = seed;
        log->add(*row);
        ++made;
    }
}

/// Puts the verdict into record and ending.
void judge(const Scenario& scenario, Contents& contents, Outcome& outcome)
{
    const Verdict verdict = contents.finish(outcome.ending == Ending::complete);
    auto& extra = outcome.record.extra;
    extra["verified"] = verdict.verified();
    extra["verified_elements"] = verdict.checked;
    extra["wrong_elements"] = verdict.wrong;
    extra["element_bytes"] = verdict.element_bytes;
    scenario.judged(verdict, outcome.record);
    outcome.complaint =
        verdict.first.empty() ? "" : "--verify: " + with_option({{"injection", "inject"}}, verdict.first);
    if (!verdict.first.empty()) outcome.ending = std::max(outcome.ending, Ending::failed);
}

void note_completed(Scenario& scenario, const MessageEnd& end, std::vector<Time>& messages)
{
    messages.push_back(end.end - end.start);
    scenario.completed(end.message, messages.back());
}

/// Tells the scenario how much of each job has arrived, and makes rows of messages that are still open.
template <class AddRow> void tell_what_arrived(Scenario& scenario, const NetworkCarrier& carrier, size_t jobs,
                                               const std::vector<MessageEnd>& open, const AddRow& add_row)
{
    for (const MessageEnd& each : open)
        if (scenario.is_row(each.message)) add_row(each);
    scenario.delivered(carrier.delivered_by_job(std::max<size_t>(jobs, 1)));
}

/// Judges a run that has ended: the gravest verdict decides its ending.
void conclude(RoceNetwork& network, const std::string& failure, const Scenario& scenario, Contents* contents,
              NetworkAudit* audit, Outcome& outcome)
{
    if (!failure.empty())
        fail(failure, outcome.record.sim_time, outcome);
    else if (contents != nullptr)
        judge(scenario, *contents, outcome);
    if (outcome.complaint.empty()) outcome.complaint = short_headroom(network);
    if (audit != nullptr) finish_audit(*audit, outcome);
    outcome.record.peak_rss_mb = peak_rss_mb();
}

}  // namespace

void check_memory(const Scenario& scenario, size_t runs)
{
    const CommonOptions& common = scenario.options.common;
    Footprint footprint = scenario.footprint();
    footprint.rows *= static_cast<double>(runs) * common.seeds;
    require_room(footprint, common.qps.value_or(scenario.plan.ports_per_nic), available_memory());
    const std::vector<Setting>& own = scenario.options.own.settings();
    const bool sized = std::any_of(own.begin(), own.end(), [](const Setting& s) { return s.name == "size"; });
    if (const auto contents = contents_of(scenario, common.seed))
        about_verify([&contents] { require_memory(contents->memory().total(), available_memory()); },
                     std::string(sized ? "; use a smaller --size, or run" : "; run") +
                         " without --verify, which needs none");
}

RunRecord blank_record(const Scenario& scenario, const RunPlan& run)
{
    const CommonOptions& common = scenario.options.common;
    RunRecord record;
    record.label = run.label;
    record.scenario = scenario.options.scenario;
    record.topology = scenario.plan.name;
    record.cc = run.cc;
    record.path = run.path;
    record.transport = run.transport.name;
    record.fabric = run.fabric.name;
    record.seed = common.seed;
    record.command = scenario.options.command;
    record.version = version();
    record.versions = {{"hpnsim", version()}, {"ns-3", Ns3Version()}, {"compiler", __VERSION__}};
    record.params = describe_run(scenario.options, run, choose_parts(run), scenario.plan);
    if (const std::string measured = scenario.what_is_measured(); !measured.empty())
        record.params[kMeasuredParam] = measured;
    record.extra = nlohmann::ordered_json::object();
    scenario.describe(record);
    return record;
}

void add_warnings(const Scenario& scenario, const RunPlan& run, RunRecord& record)
{
    const ChosenParts parts = choose_parts(run);
    const std::string unfit = unfit_sentence(scenario.options, run, parts, scenario.plan);
    if (!unfit.empty()) record.extra["warnings"].push_back(unfit);
    for (size_t i = 0; i < run.functions.size(); ++i) {
        const RunPlan& function = run.functions[i];
        const std::string own = unfit_sentence(scenario.options, function, parts.functions[i], scenario.plan);
        if (!own.empty()) record.extra["warnings"].push_back(function.label + ": " + own);
    }
    for (const std::string& each : scenario.warnings()) record.extra["warnings"].push_back(each);
}

/// A workload can be started once, so that this takes one of its own.
std::vector<bool> busy_over_ranks(Scenario& scenario, uint64_t seed, const Ranks* ranks)
{
    if (ranks == nullptr) return {};
    return busy_at_start(scenario.workload(seed), scenario.plan.endpoints);
}

void configure(RoceNetwork& network, NetworkCarrier& carrier, const Workload& workload,
               const Scenario& scenario, const std::vector<bool>& busy, Ranks* ranks, RunRecord& record)
{
    carrier.move_by(scenario.verb());
    if (scenario.options.common.qp_select == "least-wqe") carrier.select_least_wqe();
    if (ranks != nullptr)
        go_over_ranks(network, carrier, busy, *ranks, record);
    else
        choose_engine(network, carrier, workload, scenario, record);
}

Outcome simulate(Scenario& scenario, const RunPlan& run, uint64_t seed, RunRecord record, FlowLog* log,
                 const std::filesystem::path& out, const std::filesystem::path& timeline_file, Ranks* ranks)
{
    const Stopwatch began;
    const CommonOptions& common = scenario.options.common;
    const ChosenParts parts = choose_parts(run);
    PerLane<DeliveryBins> delivery;
    NetworkConfig config = network_config(scenario.options, run, parts, scenario.plan, seed);
    Progress setup(run.label, common.quiet);
    observe(config, delivery, setup);
    const std::vector<bool> busy = busy_over_ranks(scenario, seed, ranks);
    Workload& workload = scenario.workload(seed);
    const std::unique_ptr<Contents> contents = allocated_contents(scenario, seed);
    IdealTimes ideals = ideals_of(scenario, run);
    FunctionBounds bounds(scenario, run, ideals);
    std::vector<Time> messages;
    Traces traces(common, out / "runs" / record.label, seed, parts, scenario.plan);
    RoceNetwork network(scenario.plan, config);
    setup.finish();
    traces.listen(network);
    NetworkCarrier carrier(network, workload, contents.get());
    configure(network, carrier, workload, scenario, busy, ranks, record);
    Captures captures(network, common, out / "runs" / record.label, seed);
    PeerFiles peers(network, common, out / "runs" / record.label, seed);
    const auto audit = common.audit ? std::make_unique<NetworkAudit>(network) : nullptr;
    const auto add_row = [&](const MessageEnd& end) {
        record.flows.push_back(row_of(end, bounds.of(end.message.function), scenario.plan));
        record.flows.back().seed = seed;
        scenario.note(end.message, record.flows.back());
        if (log != nullptr) log->add(record.flows.back());
    };
    std::optional<DeadQp> dead;
    uint64_t made = 0;
    carrier.on_end = [&](const MessageEnd& end) {
        add_to_peers(end, bounds, peers);
        note_dead(network, end, scenario.verb(), dead);
        if (end.status == FlowStatus::ok) note_completed(scenario, end, messages);
        if (scenario.is_row(end.message) || end.status != FlowStatus::ok) add_row(end);
        log_made_rows(scenario, ideals, seed, made, log);
    };
    RunTimeline timeline(scenario, carrier, timeline_file, record, any_plugin(parts));
    const auto forward = forward_of(network, carrier, delivery, common);
    Sampler sampler(network, common, seed);
    GoodputSampler goodput(carrier, common, seed, record.jobs.size());
    record.setup_s += began.wall_s();
    const Ran ran = run_network({network, carrier, workload, sampler, peers, goodput, audit.get()}, common,
                                name_of(run, common, seed), began);
    const std::string failure = finish_files(captures, traces, timeline, peers, ran.failure);
    collect_all(network, sampler, goodput, delivery, common, forward.get(), record);
    const std::vector<MessageEnd> open = unfinished_at(record.sim_time, carrier);
    tell_what_arrived(scenario, carrier, record.jobs.size(), open, add_row);
    note_end(ran, record);
    scenario.measure(ideals, messages, record);
    const bool acks_alone = waits_for_acks_alone(scenario, workload, open);
    const Ending ending = ending_of(scenario, record, ran, carrier.stopped_by_workload() || acks_alone);
    Outcome outcome{std::move(record), ending, "", dead, "", ran.stopped, acks_alone ? open.size() : 0,
                    ran.costs};
    conclude(network, failure, scenario, contents.get(), audit.get(), outcome);
    return outcome;
}

}  // namespace hpnsim
