// SPDX-License-Identifier: GPL-2.0-only
#include "run_scenario.hpp"

#include "model/marking-plan.h"

#include "hpnsim/capture_list.hpp"
#include "hpnsim/plots.hpp"
#include "hpnsim/progress.hpp"
#include "hpnsim/report.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/trace_list.hpp"

#include <algorithm>
#include <iostream>
#include <set>

namespace hpnsim
{

namespace
{

/// Adds what another seed of the same run found.
void pool(RunRecord& all, RunRecord&& one)
{
    all.drops += one.drops;
    all.trims += one.trims;
    all.ecn_marks += one.ecn_marks;
    all.cnps += one.cnps;
    all.nacks += one.nacks;
    all.timeouts += one.timeouts;
    all.retransmitted += one.retransmitted;
    all.pfc_pauses += one.pfc_pauses;
    all.pfc_paused += one.pfc_paused;
    all.pfc_storms += one.pfc_storms;
    all.pfc_watchdog_drops += one.pfc_watchdog_drops;
    if (all.deadlock.empty()) all.deadlock = one.deadlock;
    all.max_queue = std::max(all.max_queue, one.max_queue);
    all.data_packets += one.data_packets;
    all.packet_hops += one.packet_hops;
    all.nvlink_hops += one.nvlink_hops;
    all.events += one.events;
    all.sim_time += one.sim_time;
    all.interrupted |= one.interrupted;
    all.setup_s += one.setup_s;
    all.wall_s += one.wall_s;
    all.peak_rss_mb = std::max(all.peak_rss_mb, one.peak_rss_mb);
    if (one.extra.contains("faults"))
        for (const auto& item : one.extra["faults"].items()) {
            auto& sum = all.extra["faults"][item.key()];
            sum = sum.get<uint64_t>() + item.value().get<uint64_t>();
        }
    std::move(one.flows.begin(), one.flows.end(), std::back_inserter(all.flows));
    if (!one.extra.contains("wrong_elements")) return;
    for (const char* key : {"verified_elements", "wrong_elements"})
        all.extra[key] = all.extra[key].get<uint64_t>() + one.extra[key].get<uint64_t>();
    all.extra["verified"] = all.extra["verified"].get<bool>() && one.extra["verified"].get<bool>();
}

nlohmann::ordered_json seed_entry(const RunRecord& record, uint64_t seed)
{
    nlohmann::ordered_json entry;
    entry["seed"] = seed;
    entry["fct_us"] = to_json(fct_summary(record));
    entry["max_queue_bytes"] = record.max_queue;
    for (const auto& item : record.extra.items()) entry[item.key()] = item.value();
    return entry;
}

/// Of what a scenario measured in each seed, the means; a measure that one seed lacks, the run lacks.
void average(nlohmann::ordered_json& extra, const nlohmann::ordered_json& seeds)
{
    for (auto& [key, value] : extra.items()) {
        double sum = 0;
        size_t n = 0, lacking = 0;
        for (const auto& seed : seeds) {
            const auto found = seed.find(key);
            if (found != seed.end() && found->is_number_float()) {
                sum += found->get<double>();
                ++n;
            } else if (found == seed.end() || found->is_null())
                ++lacking;
        }
        if (n + lacking < seeds.size() || n == 0) continue;  // counts, texts, lists
        if (lacking > 0)
            value = nullptr;
        else
            value = sum / static_cast<double>(n);
    }
}

/// All seeds of one run, pooled. Ports and queue depths are those of the first seed.
Outcome run_seeds(const Scenario& scenario, const RunPlan& run, const std::filesystem::path& out)
{
    const CommonOptions& common = scenario.options.common;
    const RunRecord blank = blank_record(scenario, run);
    FlowLog log(blank, out);
    Outcome all;
    nlohmann::ordered_json seeds = nlohmann::ordered_json::array();
    for (uint32_t k = 0; k < common.seeds; ++k) {
        Outcome one = simulate(scenario, run, common.seed + k, blank, &log);
        seeds.push_back(seed_entry(one.record, common.seed + k));
        all.ending = std::max(all.ending, one.ending);
        if (all.complaint.empty()) all.complaint = one.complaint;
        if (all.audit.empty()) all.audit = one.audit;
        if (k == 0)
            all.record = std::move(one.record);
        else
            pool(all.record, std::move(one.record));
        if (one.ending == Ending::interrupted || !one.audit.empty()) break;
    }
    if (common.seeds > 1) {
        average(all.record.extra, seeds);
        all.record.extra["seeds"] = std::move(seeds);
    }
    return all;
}

/// Throws BadInput if the network cannot be built: that must not cost the results of earlier runs.
void check_buildable(const Scenario& scenario, const RunPlan& run)
{
    const ChosenParts parts = choose_parts(run);
    RoceNetwork(scenario.plan,
                network_config(scenario.options, run, parts, scenario.plan, scenario.options.common.seed));
}

/// Says once where what the user has chosen turns the order of ECN and PFC round. A profile's order is the
/// peer's own.
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

int exit_status(Ending ending)
{
    switch (ending) {
    case Ending::complete:
        return 0;
    case Ending::unfinished:
        return 3;
    case Ending::failed:
        return 4;
    case Ending::interrupted:
        return 130;
    }
    return 4;
}

/// What the PFC watchdog found, and at which port first.
std::string storm_sentence(const RunRecord& record)
{
    const auto first = std::find_if(record.ports.begin(), record.ports.end(),
                                    [](const PortRow& port) { return port.pfc_storms > 0; });
    return "the PFC watchdog found " + std::to_string(record.pfc_storms) + " pause storms" +
           (first == record.ports.end() ? "" : ", one at " + first->name) + " and dropped " +
           std::to_string(record.pfc_watchdog_drops) + " packets (queues.csv: pfc_storms)";
}

void say_ending(const RunRecord& record, const Outcome& outcome)
{
    const Ending ending = outcome.ending;
    if (!outcome.audit.empty()) {
        std::cerr << record.label << ": audit: " << outcome.audit;
        return;
    }
    if (!outcome.complaint.empty()) std::cerr << record.label << ": " << outcome.complaint << "\n";
    const FlowCounts counts = count_flows(record);
    if (ending == Ending::unfinished)
        std::cerr << record.label << ": ended with " << counts.unfinished << " unfinished flows of "
                  << counts.flows << " (named in flows.csv)\n";
    if (record.pfc_storms > 0) std::cerr << record.label << ": " << storm_sentence(record) << "\n";
    if (!record.deadlock.empty())
        std::cerr << record.label << ": " << record.deadlock << "\n";
    else if (ending == Ending::failed && counts.failed > 0)
        std::cerr << record.label << ": " << counts.failed << " flows ended in error (see flows.csv)\n";
    if (ending == Ending::interrupted)
        std::cerr << record.label << ": interrupted; what was recorded so far is kept\n";
}

}  // namespace

int run_scenario(const Scenario& scenario)
{
    const CommonOptions& common = scenario.options.common;
    RunList list = resolve_runs(common, registry_lookup());
    for (RunPlan& run : list.runs) plan_as_profile(scenario.options, scenario.plan, run);
    std::vector<std::string> refused;
    for (const RefusedPair& pair : list.refused)
        refused.push_back(pair.cc + " with path " + pair.path + ": " + pair.reason);
    const std::filesystem::path out = common.out.empty() ? "out/" + scenario.options.scenario : common.out;
    check_captures(common, scenario.plan);
    if (!common.trace.empty()) parse_traces(common.trace, scenario.plan);
    if (!common.series_only.empty()) parse_captures(common.series_only, scenario.plan, "--series-only");
    for (const RunPlan& run : list.runs) check_buildable(scenario, run);
    check_memory(scenario);
    warn_of_pauses(scenario, list);
    prepare_out(out);

    Interrupt interrupt;
    std::vector<RunRecord> records;
    Ending worst = Ending::complete;
    for (const RunPlan& run : list.runs) {
        Outcome outcome = run_seeds(scenario, run, out);
        write_run(outcome.record, out);
        say_ending(outcome.record, outcome);
        worst = std::max(worst, outcome.ending);
        records.push_back(std::move(outcome.record));
        if (outcome.ending == Ending::interrupted) break;
    }
    if (!common.quiet) std::cout << comparison_table(records, refused);
    std::vector<Plot> plots;
    if (!common.no_plots && worst != Ending::interrupted)
        plots = make_plots(records, out, scenario.options.command);
    write_report(records, plots, out, refused);
    if (!common.quiet) std::cout << "report: " << (out / "report.html").string() << "\n";
    return exit_status(worst);
}

}  // namespace hpnsim
