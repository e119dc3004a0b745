// SPDX-License-Identifier: GPL-2.0-only
// The scenario `jobs`: several scenarios at once over one fabric, as a file lists them.
#include "kit/job_file.hpp"
#include "kit/job_places.hpp"
#include "kit/job_results.hpp"
#include "kit/jobs_options.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/composite_contents.hpp"
#include "hpnsim/composite_workload.hpp"
#include "hpnsim/fabric_part.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/runs.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/timeline.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace hpnsim
{

namespace
{

constexpr uint32_t kNone = UINT32_MAX;

/// A job in the fabric, and what is known of the present run of it.
struct Job {
    const JobSpec* spec = nullptr;
    std::vector<uint32_t> endpoint_of;  // empty: the whole fabric's
    std::vector<uint32_t> own_of;       // the inverse; kNone: it has none there
    std::unique_ptr<Scenario> scenario;

    uint32_t function = 0;                // of the NICs
    FunctionRun run{};                    // that function
    std::unique_ptr<IdealTimes> ideals;   // in its part of the fabric
    std::vector<FlowRow> kept;            // of messages of this turn, where there are several
    std::vector<FlowRow> made;            // by `measure`, of all turns that it has seen
    uint64_t made_before = 0;             // of them, those of earlier turns
    uint64_t told = 0;                    // rows that `row_at` has seen
    std::unique_ptr<TimelinePart> drawn;  // of this turn
    Bytes delivered = 0;                  // payload over the network, until the run ended
    std::vector<int64_t> message_fcts;    // ps, of messages over the network
    JobResults results;

    bool failed = false;  // a message of this turn has

    bool repeats() const { return spec->how.turns() != 1; }
    /// The run ends when all that it does is done.
    bool awaited() const { return spec->how.turns() > 0 && !spec->how.stop_us; }
};

class JobsScenario : public Scenario
{
public:
    JobsScenario(const Options& asked, FabricPlan fabric)
        : Scenario(asked, std::move(fabric)), own_(asked.own.as<JobsOptions>())
    {
        for (const JobSpec& spec : own_.jobs) about_job(spec, [&] { listed(spec, plan); });
        FreeHosts free(plan, own_.jobs);
        for (const JobSpec& spec : own_.jobs) about_job(spec, [&] { add_job(spec, free); });
        for (const Job& job : jobs_)
            if (job.scenario->verb() != jobs_.front().scenario->verb())
                throw BadInput(job.spec->place + "the jobs of a run move data by one verb, and " +
                               job.spec->name + " has another than " + jobs_.front().spec->name);
    }

    Workload& workload(uint64_t seed) override;
    std::unique_ptr<Contents> contents(uint64_t seed) const override;
    Footprint footprint() const override;
    void check_times(IdealTimes& ideals) const override
    {
        for (const Job& job : jobs_)
            about_job(*job.spec, [&] {
                IdealTimes own(job.scenario->plan, ideals.terms(), ideals.rule());
                job.scenario->check_times(own);
            });
    }
    std::vector<std::string> warnings() const override
    {
        std::vector<std::string> all;
        for (const Job& job : jobs_) {
            if (job.endpoint_of.size() > 1 && plan.nvlink.rate.bps > 0 &&
                job.scenario->plan.nvlink.rate.bps == 0)
                all.push_back(
                    "job " + job.spec->name +
                    ": its ranks do not lie equally on hosts, one host after the other; each counts "
                    "as a host of its own, without NVLink");
            for (const std::string& each : job.scenario->warnings())
                all.push_back("job " + job.spec->name + ": " + each);
        }
        return all;
    }
    Verb verb() const override { return jobs_.front().scenario->verb(); }

    bool rows_are_messages() const override { return false; }
    bool is_row(const Message& message) const override
    {
        return jobs_.at(message.job).scenario->rows_are_messages();
    }
    void note(const Message& message, FlowRow& row) override
    {
        Job& job = jobs_.at(message.job);
        row.job = message.job;
        Message own = message;
        own.id -= workload_->state(message.job).first_id;
        job.scenario->note(own, row);
        job.failed |= !row.completed() && !row.unfinished();
        if (job.repeats()) job.kept.push_back(row);
    }
    std::string what_is_measured() const override
    {
        std::string all;
        for (const Job& job : jobs_)
            if (const std::string own = job.scenario->what_is_measured(); !own.empty())
                all += (all.empty() ? "" : "; ") + job.spec->name + ": " + own;
        return all;
    }
    void completed(const Message& message, Time fct) override
    {
        jobs_.at(message.job).message_fcts.push_back(fct.ps);
    }
    void delivered(const std::vector<Bytes>& by_job) override
    {
        for (size_t number = 0; number < jobs_.size(); ++number) jobs_[number].delivered = by_job.at(number);
    }
    bool awaited(const FlowRow& row) const override { return jobs_.at(row.job).awaited(); }
    std::string name_at(uint32_t endpoint, uint32_t job) const override;
    void draw(TimelinePart& timeline) override;
    void describe(RunRecord& record) const override;
    std::vector<FunctionChoice> functions() const override { return functions_; }
    void begins(const std::vector<FunctionRun>& functions) override
    {
        for (Job& job : jobs_) {
            job.run = functions.at(job.function);
            job.ideals = std::make_unique<IdealTimes>(job.scenario->plan, job.run.ideals->terms(),
                                                      job.run.ideals->rule());
        }
    }
    std::optional<FlowRow> row_at(IdealTimes& ideals, uint64_t at) const override;
    void measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const override;
    void judged(const Verdict& verdict, RunRecord& record) const override;

private:
    void add_job(const JobSpec& spec, FreeHosts& free);
    uint32_t function_of(const JobSpec& spec);
    JobPlan plan_of(uint32_t number, uint64_t seed);
    void give_bytes(uint32_t number, uint64_t turn, uint64_t seed);
    void draw_turn(uint32_t number);
    void turn_ended(uint32_t number);
    /// Lets the scenario measure a turn whose messages have these rows, and keeps what it makes of them.
    void measure_turn(uint32_t number, std::vector<FlowRow> flows, Time now) const;
    FlowRow inward(const Job& job, const JobState& state, FlowRow row) const;
    FlowRow outward(uint32_t number, const JobState& state, FlowRow row) const;

    const JobsOptions own_;
    std::vector<FunctionChoice> functions_;
    mutable std::vector<Job> jobs_;      // measuring adds to what is known of them
    mutable std::vector<FlowRow> told_;  // rows that are no messages, as they became known
    Timeline* timeline_ = nullptr;       // of this run
    std::unique_ptr<CompositeWorkload> workload_;
    mutable CompositeContents* contents_ = nullptr;  // of this run, which owns them; null: lengths only
};

void JobsScenario::add_job(const JobSpec& spec, FreeHosts& free)
{
    Job job;
    job.spec = &spec;
    job.endpoint_of = spec.count > 0 ? free.take(spec.count) : listed(spec, plan);
    if (job.endpoint_of.size() < spec.count)
        throw BadInput("--ranks: " + std::to_string(spec.count) + " endpoints are asked for, and '" +
                       plan.name + "' has " + std::to_string(job.endpoint_of.size()) +
                       " left, of hosts that no other job has");
    if (!job.endpoint_of.empty()) job.own_of.resize(plan.endpoints, kNone);
    for (uint32_t own = 0; own < job.endpoint_of.size(); ++own) job.own_of[job.endpoint_of[own]] = own;
    FabricPlan part = job.endpoint_of.empty() ? plan : part_of(plan, job.endpoint_of);
    if (!job.endpoint_of.empty()) part.name = "the ranks of " + spec.name;
    job.function = function_of(spec);
    job.scenario = scenario_named(spec.options.scenario).make(spec.options, std::move(part));
    jobs_.push_back(std::move(job));
}

/// Jobs that want the same share a function of the NICs, which has the name of the first.
uint32_t JobsScenario::function_of(const JobSpec& spec)
{
    const JobSettings& how = spec.how;
    if (!how.own_function()) return 0;
    const FunctionChoice wanted{spec.name,     how.cc,       how.path,
                                how.transport, how.receiver, how.priority.value_or(-1)};
    const auto same = [&wanted](const FunctionChoice& other) {
        return std::tie(other.cc, other.path, other.transport, other.receiver, other.priority) ==
               std::tie(wanted.cc, wanted.path, wanted.transport, wanted.receiver, wanted.priority);
    };
    const auto found = std::find_if(functions_.begin(), functions_.end(), same);
    if (found != functions_.end()) return static_cast<uint32_t>(found - functions_.begin()) + 1;
    functions_.push_back(wanted);
    return static_cast<uint32_t>(functions_.size());
}

/// The first turn of the first job draws what its scenario draws alone.
uint64_t seed_of(uint64_t seed, uint32_t job, uint64_t turn)
{
    return job == 0 && turn == 0 ? seed : stream_of(seed, StreamKind::job, uint64_t{job} << 40 | turn);
}

JobPlan JobsScenario::plan_of(uint32_t number, uint64_t seed)
{
    const JobSettings& how = jobs_[number].spec->how;
    JobPlan made;
    made.begin = [this, number, seed](uint64_t turn) -> Workload& {
        Workload& begun = jobs_[number].scenario->workload(seed_of(seed, number, turn));
        give_bytes(number, turn, seed_of(seed, number, turn));
        draw_turn(number);
        return begun;
    };
    made.ended = [this, number](uint64_t) { turn_ended(number); };
    made.endpoint_of = jobs_[number].endpoint_of;
    made.function = jobs_[number].function;
    made.start = microseconds_f(how.start_us);
    made.gap = microseconds_f(how.gap_us);
    if (how.stop_us) made.stop = microseconds_f(*how.stop_us);
    made.turns = how.turns();
    return made;
}

Workload& JobsScenario::workload(uint64_t seed)
{
    std::vector<JobPlan> plans;
    told_.clear();
    timeline_ = nullptr;
    contents_ = nullptr;
    for (uint32_t number = 0; number < jobs_.size(); ++number) {
        Job& job = jobs_[number];
        job.kept.clear();
        job.made.clear();
        job.made_before = job.told = 0;
        job.delivered = 0;
        job.failed = false;
        job.message_fcts.clear();
        job.drawn.reset();
        job.results = JobResults();
        plans.push_back(plan_of(number, seed));
    }
    workload_ = std::make_unique<CompositeWorkload>(std::move(plans));
    return *workload_;
}

/// The turns of a job follow each other in the same memory, so that they must want the same.
std::unique_ptr<Contents> JobsScenario::contents(uint64_t seed) const
{
    std::vector<CompositeContents::Part> parts;
    for (uint32_t number = 0; number < jobs_.size(); ++number) {
        const Job& job = jobs_[number];
        about_job(*job.spec, [&] {
            auto first = job.scenario->contents(seed_of(seed, number, 0));
            if (job.repeats() && !same_room(*first, *job.scenario->contents(seed_of(seed, number, 1))))
                throw BadInput("each repetition draws flows of other sizes, and --verify gives all the "
                               "same room; leave out repeat, or run without --verify");
            parts.push_back({job.spec->name, std::move(first), job.endpoint_of, job.awaited()});
        });
    }
    auto made = std::make_unique<CompositeContents>(std::move(parts));
    contents_ = made.get();
    return made;
}

/// A turn that begins has its bytes; those of the first have been made with the run.
void JobsScenario::give_bytes(uint32_t number, uint64_t turn, uint64_t seed)
{
    Job& job = jobs_[number];
    job.failed = false;
    if (contents_ == nullptr) return;
    contents_->begin(number, workload_->state(number).first_id,
                     turn == 0 ? nullptr : job.scenario->contents(seed));
}

Footprint JobsScenario::footprint() const
{
    constexpr double kUsual = 1000;  // turns, where nobody says how many there are
    Footprint all;
    for (const Job& job : jobs_) {
        const Footprint one = job.scenario->footprint();
        const uint64_t turns = job.spec->how.turns();
        all.pairs += one.pairs;
        all.messages += one.messages;
        all.rows += one.rows * (turns == 0 ? kUsual : static_cast<double>(turns));
    }
    return all;
}

std::string JobsScenario::name_at(uint32_t endpoint, uint32_t number) const
{
    const Job& job = jobs_.at(number);
    if (job.endpoint_of.empty()) return job.spec->name + " " + job.scenario->name_at(endpoint, 0);
    const uint32_t own = job.own_of[endpoint];
    if (own == kNone) return "";
    return job.spec->name + " rank " + std::to_string(own) + ", " + Scenario::name_at(endpoint, number);
}

/// What the turns of the jobs draw, they draw as they begin.
void JobsScenario::draw(TimelinePart& timeline)
{
    timeline_ = &timeline.whole();
    timeline.at_end([this](Time now) {
        for (Job& job : jobs_)
            if (job.drawn) job.drawn->end(now);
    });
}

void JobsScenario::draw_turn(uint32_t number)
{
    if (timeline_ == nullptr) return;
    Job& job = jobs_[number];
    std::vector<uint32_t> process_of = job.endpoint_of;
    if (process_of.empty()) {
        process_of.resize(plan.endpoints);
        std::iota(process_of.begin(), process_of.end(), 0);
    }
    for (uint32_t& each : process_of) each += number * plan.endpoints;
    job.drawn =
        std::make_unique<TimelinePart>(*timeline_, std::move(process_of), workload_->state(number).begun);
    job.scenario->draw(*job.drawn);
}

void JobsScenario::describe(RunRecord& record) const
{
    for (const Job& job : jobs_) {
        record.jobs.push_back(job.spec->name);
        auto& keys = record.params["job:" + job.spec->name];
        for (const Setting& each : JobSettings::settings())
            for (const auto& [key, text] : each.write(&job.spec->how))
                if (!text.empty() && text != kAuto) keys[key] = text;
        OwnOptions own = job.spec->options.own;
        for (const Setting& each : own.settings())
            for (const auto& [key, text] : each.write(own.part()))
                if (key != "ranks" || job.spec->how.ranks.empty()) keys[key] = text;
    }
}

/// Message rows come in the numbers of the fabric, and time from its start.
FlowRow JobsScenario::inward(const Job& job, const JobState& state, FlowRow row) const
{
    row.id -= state.first_id;
    row.start = row.start - state.begun;
    row.end = row.end - state.begun;
    if (job.endpoint_of.empty()) return row;
    row.src = job.own_of[plan.node_of(row.src)];
    row.dst = job.own_of[plan.node_of(row.dst)];
    return row;
}

/// Rows that a scenario has made are in its own numbers. Those of its messages go on where the ids of this
/// turn began, and others where they ended.
FlowRow JobsScenario::outward(uint32_t number, const JobState& state, FlowRow row) const
{
    const Job& job = jobs_[number];
    row.id += job.scenario->rows_are_messages() ? state.first_id : job.made_before;
    row.start = row.start + state.begun;
    row.end = row.end + state.begun;
    row.job = number;
    row.delivered = row.completed() ? row.bytes : 0;
    if (job.endpoint_of.empty()) return row;
    row.src = plan.id_of(job.endpoint_of.at(row.src));
    row.dst = plan.id_of(job.endpoint_of.at(row.dst));
    return row;
}

void JobsScenario::measure_turn(uint32_t number, std::vector<FlowRow> flows, Time now) const
{
    Job& job = jobs_[number];
    const JobState& state = workload_->state(number);
    RunRecord part;
    part.sim_time = now - state.begun;
    part.extra = nlohmann::ordered_json::object();
    for (FlowRow& row : flows) part.flows.push_back(inward(job, state, std::move(row)));
    const size_t before = part.flows.size();
    job.scenario->measure(*job.ideals, {}, part);
    for (size_t i = before; i < part.flows.size(); ++i)
        job.made.push_back(outward(number, state, part.flows[i]));
    job.made_before = job.made.size();
    job.results.add(part.extra);
}

/// Another turn takes the place of this one in its scenario; the last waits for `measure`.
void JobsScenario::turn_ended(uint32_t number)
{
    Job& job = jobs_[number];
    if (job.drawn) job.drawn->end(workload_->state(number).last_end);
    if (contents_ != nullptr) contents_->end(number, !job.failed);
    if (!job.repeats()) return;
    measure_turn(number, std::move(job.kept), workload_->state(number).last_end);
    job.kept.clear();
}

/// Those of jobs that repeat are known when a turn has ended; of one that runs once, as they come.
std::optional<FlowRow> JobsScenario::row_at(IdealTimes&, uint64_t at) const
{
    for (uint32_t number = 0; at >= told_.size() && number < jobs_.size(); ++number) {
        Job& job = jobs_[number];
        const JobState& state = workload_->state(number);
        if (job.scenario->rows_are_messages() || state.first_begun == Time::max()) continue;
        while (job.repeats() && job.told < job.made.size()) told_.push_back(job.made[job.told++]);
        if (job.repeats()) continue;
        while (const auto row = job.scenario->row_at(*job.ideals, job.told)) {
            told_.push_back(outward(number, state, *row));
            ++job.told;
        }
    }
    return at < told_.size() ? std::optional<FlowRow>(told_[at]) : std::nullopt;
}

void JobsScenario::measure(IdealTimes&, const std::vector<Time>&, RunRecord& record) const
{
    for (uint32_t number = 0; number < jobs_.size(); ++number) {
        const JobState& state = workload_->state(number);
        Job& job = jobs_[number];
        const bool open = state.running || (!job.repeats() && state.turns_ended > 0);
        if (!open) continue;
        std::vector<FlowRow> flows;
        for (const FlowRow& row : record.flows)
            if (row.job == number && row.id >= state.first_id) flows.push_back(row);
        measure_turn(number, std::move(flows), state.running ? record.sim_time : state.last_end);
    }
    for (const Job& job : jobs_) record.flows.insert(record.flows.end(), job.made.begin(), job.made.end());
    // As they ended; those that did not stand last.
    std::stable_sort(record.flows.begin(), record.flows.end(), [](const FlowRow& a, const FlowRow& b) {
        if (a.unfinished() || b.unfinished()) return !a.unfinished() && b.unfinished();
        return a.end < b.end;
    });
    auto& all = record.extra["jobs"] = nlohmann::ordered_json::object();
    for (uint32_t number = 0; number < jobs_.size(); ++number) {
        const Job& job = jobs_[number];
        nlohmann::ordered_json& one = all[job.spec->name];
        one["scenario"] = job.spec->options.scenario;
        one["cc"] = job.run.plan->cc;
        one["path"] = job.run.plan->path;
        one["transport"] = job.run.plan->transport.name;
        one.update(job.results.summary(number, workload_->state(number), workload_->over(number),
                                       record.sim_time, record.flows, {job.delivered, job.message_fcts}));
    }
}

void JobsScenario::judged(const Verdict&, RunRecord& record) const
{
    for (uint32_t number = 0; number < jobs_.size(); ++number) {
        const Verdict& found = contents_->verdict(number);
        nlohmann::ordered_json& one = record.extra["jobs"][jobs_[number].spec->name];
        one["verified"] = found.verified();
        one["verified_elements"] = found.checked;
        one["wrong_elements"] = found.wrong;
    }
}

struct Jobs {
    static ScenarioInfo info()
    {
        ScenarioInfo made{"jobs",
                          "Several scenarios at once over one fabric, as a file lists them.",
                          {"jobs --file victim --cc dcqcn --cc nscc", "jobs --file four-allreduces --quiet",
                           "jobs victim --seeds 3 --jitter-ns 1000"},
                          OwnOptions::of<JobsOptions>(),
                          hosts_of_jobs,
                          make<JobsScenario>,
                          complete_jobs};
        made.adds_up = true;
        made.bare = "file";
        made.file = [](const Options& asked) -> std::optional<NamedText> {
            const std::string& file = asked.own.as<JobsOptions>().file;
            if (file.empty()) return std::nullopt;
            return job_file("--file", file);
        };
        made.sections = [](Options& asked, std::vector<ConfigSection> sections) {
            asked.own.as<JobsOptions>().sections = std::move(sections);
        };
        made.more = how_to_write_jobs();
        return made;
    }
};

}  // namespace

HPNSIM_SCENARIO(Jobs)

}  // namespace hpnsim
