// SPDX-License-Identifier: GPL-2.0-only
// Does all runs of a scenario with all of their seeds, and writes what comes of them.
#include "run/run_scenario.hpp"

#include "peers/profiles.hpp"
#include "run/cautions.hpp"
#include "run/endings.hpp"
#include "run/engine_choice.hpp"
#include "run/fast_forward.hpp"
#include "run/fast_forward_report.hpp"
#include "run/param_origins.hpp"
#include "run/process_ranks.hpp"
#include "run/sentences.hpp"
#include "run/timelines.hpp"

#include "marking/marking_plan.hpp"

#include "hpnsim/capture_list.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/out_folder.hpp"
#include "hpnsim/plots.hpp"
#include "hpnsim/plugin_runs.hpp"
#include "hpnsim/pooling.hpp"
#include "hpnsim/progress.hpp"
#include "hpnsim/report.hpp"
#include "hpnsim/size_sweep.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/trace_list.hpp"

#include <algorithm>
#include <iostream>
#include <set>

namespace hpnsim
{

namespace
{

/// One process of a run writes what there is to write.
bool writes(const Ranks* ranks)
{
    return ranks == nullptr || ranks->Rank() == 0;
}

/// Tells what is known to be wrong with the run before it begins.
void say_warnings(const RunRecord& record)
{
    if (!record.extra.contains("warnings")) return;
    for (const auto& each : record.extra["warnings"])
        std::cerr << record.label << ": " << each.get<std::string>() << "\n";
}

/// All seeds of one run, pooled. What one of them throws ends the run, not the binary: `failed` of the
/// outcome.
Outcome run_seeds(Scenario& scenario, const RunPlan& run, const std::filesystem::path& out,
                  const std::filesystem::path& timeline, Ranks* ranks)
{
    const CommonOptions& common = scenario.options.common;
    RunRecord blank = blank_record(scenario, run);
    add_warnings(scenario, run, blank);
    say_warnings(blank);
    // When a plug-in takes its process down, the rows that the system has are kept.
    std::optional<FlowLog> log;
    if (writes(ranks)) log.emplace(blank, out, any_plugin(choose_parts(run)) ? 1 : FlowLog::kRowsPerFlush);
    Outcome all;
    SeedPool seeds("--jitter-ns N adds a random start jitter");
    for (uint32_t k = 0; k < common.seeds; ++k) {
        RunRecord record = blank;
        record.seed = common.seed + k;
        Outcome one = simulate_checked(scenario, run, common.seed + k, std::move(record),
                                       log ? &*log : nullptr, out, timeline, ranks);
        all.ending = std::max(all.ending, one.ending);
        if (all.complaint.empty()) all.complaint = one.complaint;
        if (all.audit.empty()) all.audit = one.audit;
        all.unacknowledged += one.unacknowledged;
        if (!all.dead) all.dead = one.dead;
        if (all.stopped.empty()) all.stopped = one.stopped;
        const bool last =
            one.ending == Ending::interrupted || !one.audit.empty() || one.record.extra.contains("error");
        seeds.add(std::move(one.record));
        if (last) break;
    }
    if (const std::string note = seeds.note(); !note.empty()) std::cerr << run.label << ": " << note << "\n";
    all.record = seeds.finish();
    if (const std::string note = mark_estimates(all.record); !note.empty())
        std::cerr << run.label << ": " << note << "\n";
    if (all.dead) all.record.retries_exhausted = retries_sentence(all.record, *all.dead);
    if (all.record.extra.contains("error")) all.record.extra["error"] = all.complaint;
    return all;
}

/// Makes the outcome of a run that threw outside of its simulation: it holds no more than what the run was.
Outcome failed_outcome(const Scenario& scenario, const RunPlan& run, const std::exception& error)
{
    Outcome outcome{blank_record(scenario, run), Ending::failed, by_option(plain_reason(error)), {}, ""};
    outcome.record.extra["error"] = outcome.complaint;
    return outcome;
}

/// The outcome of a run whose process a plug-in took down: its completed flows are in flows.csv, and what was
/// counted beside them went with the process.
Outcome outcome_of_death(const Scenario& scenario, const RunPlan& run, const PluginDeath& death,
                         const std::filesystem::path& out)
{
    Outcome outcome{
        blank_record(scenario, run), death.hung ? Ending::interrupted : Ending::failed, "", {}, ""};
    RunRecord& record = outcome.record;
    record.sim_time = death.at;
    record.interrupted = death.hung;
    record.flows = logged_flows(record, out);
    outcome.complaint = "the run failed at " + format_ns(death.at) +
                        " ns of simulated time; the flows that had ended by then are kept: " + death.sentence;
    record.extra["error"] = outcome.complaint;
    return outcome;
}

/// Simulates and writes, where a plug-in is called in a process that goes on with the rest of the program
/// unless the plug-in takes it down. `out` keeps earlier results until this has something of its own.
Outcome run_and_write(Scenario& scenario, const RunPlan& run, OutFolder& out,
                      const std::filesystem::path& timeline, Ranks* ranks)
{
    Outcome outcome;
    bool whole = false;  // false: flows.csv has rows that the record lacks
    std::optional<SavePoint> place;
    if (any_plugin(choose_parts(run))) place.emplace(Interrupt::asked);
    try {
        if (place && place->death()) {
            Progress::clear_terminal();
            outcome = outcome_of_death(scenario, run, *place->death(), out.root());
        } else {
            outcome = run_seeds(scenario, run, out.root(), timeline, ranks);
            whole = true;
        }
    } catch (const std::exception& error) {
        outcome = failed_outcome(scenario, run, error);
    }
    try {
        if (whole)
            write_run(outcome.record, out.root());
        else
            write_summary(outcome.record, out.root());
    } catch (const std::exception& error) {
        outcome.ending = std::max(outcome.ending, Ending::failed);
        if (outcome.complaint.empty()) outcome.complaint = by_option(plain_reason(error));
    }
    place.reset();
    out.publish();
    return outcome;
}

/// Throws BadInput if the network cannot be built, because that must not cost the results of earlier runs.
/// Returns its caution.
std::string check_buildable(const Scenario& scenario, const RunPlan& run, const Ranks* ranks)
{
    const ChosenParts parts = choose_parts(run);
    if (ranks != nullptr && any_plugin(parts)) refuse_over_ranks("a plug-in", *ranks);
    Progress progress(run.label + " (check)", scenario.options.common.quiet);
    NetworkConfig config =
        network_config(scenario.options, run, parts, scenario.plan, scenario.options.common.seed);
    check_fast_forward(scenario, config);
    config.building = [&progress](double share) { progress.building(share); };
    RoceNetwork network(scenario.plan, config);
    const std::string why = say(network.WhyNotByRank());
    if (ranks != nullptr && !why.empty()) refuse_over_ranks(why, *ranks);
    return overbooking(network);
}

/// Says each caution once, for however many runs it holds.
void check_all(const Scenario& scenario, const std::vector<RunPlan>& runs, const Ranks* ranks)
{
    std::set<std::string> said;
    for (const RunPlan& run : runs) {
        const std::string text = check_buildable(scenario, run, ranks);
        if (!text.empty() && said.insert(text).second)
            std::cerr << scenario.options.scenario << ": " << text << "\n";
    }
}

/// Says once where what the user has chosen turns the order of ECN and PFC round. Under a profile the order
/// is the peer's own, and nothing is said.
void warn_of_pauses(const Scenario& scenario, const RunList& list)
{
    const CommonOptions& common = scenario.options.common;
    std::set<std::string> said;
    for (const RunPlan& run : list.runs) {
        if (!common.profile.empty()) return;
        const NetworkConfig config =
            network_config(scenario.options, run, choose_parts(run), scenario.plan, common.seed);
        const std::string sentence =
            PauseBeforeMark(config.fabric, scenario.plan, FabricIndex(scenario.plan));
        if (!sentence.empty() && said.insert(sentence).second)
            std::cerr << run.label << ": warning: " << sentence << "\n";
    }
}

void warn_of_keys(const RunList& list)
{
    std::set<std::string> said;
    for (const RunPlan& run : list.runs)
        for (const std::string& sentence : keys_without_effect(run.transport))
            if (said.insert(sentence).second) std::cerr << run.label << ": warning: " << sentence << "\n";
}

/// Refuses everything that can be refused before the folder of the results is touched. Returns the runs.
RunList checked_runs(const Scenario& scenario, const Ranks* ranks)
{
    const CommonOptions& common = scenario.options.common;
    const Lookup lookup = registry_lookup(scenario.options, scenario.plan);
    RunList list = resolve_runs(common, lookup);
    for (RunPlan& run : list.runs) {
        plan_as_profile(scenario.options, scenario.plan, run);
        run.functions = resolve_functions(scenario.functions(), common, run, lookup);
    }
    check_captures(common, scenario.plan);
    if (!common.trace.empty()) parse_traces(common.trace, scenario.plan);
    check_timeline(common, scenario.plan);
    if (!common.series_only.empty()) parse_captures(common.series_only, scenario.plan, "--series-only");
    check_memory(scenario, list.runs.size());
    for (const RunPlan& run :
         list.runs) {  // after that of memory: the bound of a huge workload takes some itself
        IdealTimes ideals = ideals_of(scenario, run);
        scenario.check_times(ideals);
    }
    check_all(scenario, list.runs, ranks);
    warn_of_pauses(scenario, list);
    warn_of_keys(list);
    return list;
}

/// Draws the figures of the folder plots. When they cannot be drawn, the rest stays.
void draw_plots(const std::vector<RunRecord>& records, const std::filesystem::path& out,
                const std::string& command)
{
    try {
        make_plots(records, out, command);
    } catch (const std::exception& error) {
        std::cerr << "hpnsim: warning: there are no plots: " << by_option(plain_reason(error)) << "\n";
    }
}

/// A page that cannot be written is bad news, unless there is worse already.
void write_page(const std::vector<RunRecord>& records, const std::filesystem::path& out,
                const ReportNotes& notes, Ending worst)
{
    try {
        write_report(records, out, notes);
    } catch (const BadInput& error) {
        if (exit_status(worst) == 0) throw;
        std::cerr << "hpnsim: warning: " << by_option(error.what()) << "\n";
    }
}

/// Does the runs for another rank, which writes what they find.
int run_for_rank_0(Scenario& scenario, const std::vector<RunPlan>& runs, Ranks& ranks)
{
    for (const RunPlan& run : runs) {
        Outcome outcome;
        try {
            outcome = run_seeds(scenario, run, {}, {}, &ranks);
        } catch (const std::exception&) {
            if (!ranks.Whole()) throw;  // else all have thrown it
        }
        if (outcome.ending == Ending::interrupted) break;
    }
    return 0;
}

int run_all(Scenario& scenario, Ranks* ranks)
{
    const CommonOptions& common = scenario.options.common;
    if (ranks != nullptr) check_over_ranks(scenario, *ranks);
    const RunList list = checked_runs(scenario, ranks);
    ReportNotes notes;
    for (const RefusedPair& pair : list.refused)
        notes.refused.push_back(shortened(pair.cc + " with path " + pair.path + ": " + pair.reason));
    Interrupt interrupt;
    if (!writes(ranks)) return run_for_rank_0(scenario, list.runs, *ranks);
    OutFolder out(common.out);

    std::vector<RunRecord> records;
    Ending worst = Ending::complete;
    for (const RunPlan& run : list.runs) {
        notes.origins[run.label] = param_origins(scenario.options, run);
        const std::filesystem::path timeline = timeline_path(common, run.label, list.runs.size());
        Outcome outcome = run_and_write(scenario, run, out, timeline, ranks);
        say_ending(outcome.record, outcome);
        worst = std::max(worst, outcome.ending);
        records.push_back(std::move(outcome.record));
        if (outcome.ending == Ending::interrupted) break;
    }
    for (const RunRecord& record : records) std::cout << nccl_table(record);  // what a sweep was asked for
    if (!common.quiet) std::cout << comparison_table(records, notes.refused) << seed_comparison(records);
    if (!common.no_plots && worst != Ending::interrupted)
        draw_plots(records, out.dir(), scenario.options.command);
    write_busbw(records, out.dir());
    write_page(records, out.dir(), notes, worst);
    if (!common.quiet) std::cout << "report: " << (out.dir() / "report.html").string() << "\n";
    return exit_status(worst);
}

}  // namespace

int run_scenario(Scenario& scenario, Ranks* ranks)
{
    try {
        return run_all(scenario, ranks);
    } catch (const BadInput& error) {
        throw BadInput(by_option(error.what()));
    }
}

}  // namespace hpnsim
