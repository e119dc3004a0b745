// SPDX-License-Identifier: GPL-2.0-only
// Fills the page of the runs of one command.
#include "hpnsim/report.hpp"

#include "hpnsim/format.hpp"
#include "hpnsim/report_page.hpp"
#include "hpnsim/run_graphs.hpp"
#include "hpnsim/text.hpp"
#include "report/fabric_view.hpp"
#include "report/figures.hpp"
#include "report/table.hpp"
#include "report/verdict.hpp"

#include <algorithm>
#include <set>

namespace hpnsim
{

namespace
{

constexpr size_t kMostFabrics = 8;

// Returns what all runs share, or every value there is.
template <class Get> std::string values_of(const std::vector<RunRecord>& runs, Get get)
{
    std::set<std::string> out;
    for (const RunRecord& run : runs) out.insert(get(run));
    return joined_texts(out);
}

std::string versions_of(const RunRecord& run)
{
    std::string out = "hpnsim " + run.version;
    for (const auto& [key, value] : flatten(run.versions))
        if (key != "hpnsim") out += ", " + key + " " + value;
    return out;
}

std::string seeds_of(const RunRecord& run)
{
    const auto found = run.extra.is_object() ? run.extra.find("seeds") : run.extra.end();
    const size_t count = run.extra.is_object() && found != run.extra.end() ? found->size() : 1;
    const std::string first = std::to_string(run.seed);
    return count < 2 ? first : first + " to " + std::to_string(run.seed + count - 1);
}

/// What a reader must know before the figures: `warnings` of the record's extra, a failure, deadlock, flows
/// in error.
std::vector<std::string> warnings_of(const std::vector<RunRecord>& runs)
{
    std::vector<std::string> out;
    for (const RunRecord& run : runs) {
        std::vector<std::string> texts;
        const bool more = run.extra.is_object();
        if (more && run.extra.contains("error") && run.extra["error"].is_string())
            texts.push_back(run.extra["error"].get<std::string>());
        if (more && run.extra.contains("warnings"))
            for (const auto& each : run.extra["warnings"]) texts.push_back(each.get<std::string>());
        if (more && run.extra.contains("seeds_note") && run.extra["seeds_note"].is_string())
            texts.push_back(run.extra["seeds_note"].get<std::string>());
        for (const std::string* text : {&run.deadlock, &run.retries_exhausted})
            if (!text->empty()) texts.push_back(*text);
        if (run.interrupted)
            texts.emplace_back("the run was interrupted; what is here is what it had recorded");
        for (const std::string& text : texts) out.push_back(run.label + ": " + text);
    }
    return out;
}

PageSettings settings_of(const RunRecord& run, const ReportNotes& notes)
{
    PageSettings out{run.label, {}};
    const auto origins = notes.origins.find(run.label);
    const auto add = [&](const std::string& key, const std::string& value) {
        std::string origin;
        if (origins != notes.origins.end())
            if (const auto found = origins->second.find(key); found != origins->second.end())
                origin = found->second;
        out.settings.push_back({key, value, origin});
    };
    add("scenario", run.scenario);
    add("topology", run.topology);
    add("cc", run.cc);
    add("path", run.path);
    add("transport", run.transport);
    add("fabric", run.fabric);
    for (const auto& [key, value] : flatten(run.params)) add(key, value);
    return out;
}

std::vector<RunSample> samples_of(const std::vector<RunRecord>& runs)
{
    std::vector<RunSample> out;
    for (const RunRecord& run : runs) out.push_back(sample_of(run));
    return out;
}

void add_figures(const std::vector<RunRecord>& runs, ReportPage& page)
{
    const std::vector<RunSample> samples = samples_of(runs);
    page.add("Bus bandwidth", "busbw", busbw_bars(runs));
    page.add("Bus bandwidth by size", "busbw_by_size", busbw_graph(samples));
    page.add("Time of an iteration", "training", training_bars(runs));
    page.add("Flow completion times", "fct_cdf", fct_cdf_graph(samples));
    page.add("Tail of flow completion times", "fct_ccdf", fct_ccdf_graph(samples));
    page.add("Flow completion times by job", "fct_by_job", job_fct_graph(runs));
    page.add("Percentiles of flow completion times", "tail_latency", tail_latency_graph(samples));
    page.add("Slowdown by flow size", "slowdown_by_size", slowdown_graph(samples));
    page.add("Throughput", "throughput", throughput_graph(runs));
    page.add("Queue depth", "queue_cdf", queue_depth_graph(runs));
    page.add("Use of NIC ports", "port_split", plane_split_bars(runs));
    page.add("Use of uplinks", "uplink_imbalance", uplink_bars(runs));
    if (runs.size() == 1) page.add("Load of links", "heat_map", heat_map_graph(samples));
    for (const auto& [of, title] :
         std::vector<std::pair<std::string, std::string>>{{"queue", "Queues over time"},
                                                          {"rate", "Rates over time"},
                                                          {"goodput", "Goodput over time"},
                                                          {"window", "Windows over time"}})
        page.add(title, of + "_over_time", time_graph(samples, of, {}));
}

void add_fabrics(const std::vector<RunRecord>& runs, ReportPage& page)
{
    for (const RunRecord& run : runs) {
        if (page.fabric.size() == kMostFabrics) return;
        nlohmann::ordered_json view = fabric_view(run);
        if (view.is_object()) page.fabric.push_back(std::move(view));
    }
}

}  // namespace

void write_report(const std::vector<RunRecord>& runs, const std::filesystem::path& out_dir,
                  const ReportNotes& notes)
{
    ReportPage page;
    page.title = "hpnsim: " + values_of(runs, [](const RunRecord& r) { return r.scenario; }) + " on " +
                 values_of(runs, [](const RunRecord& r) { return r.topology; });
    page.verdict = verdict_of(runs);
    page.facts = facts_of(runs);
    page.warnings = warnings_of(runs);
    page.refused = notes.refused;
    page.origin = "Seed " + values_of(runs, seeds_of) + ". " + values_of(runs, versions_of) + ".";
    for (const RunRecord& run : runs) {
        page.runs.push_back(run.label);
        if (std::find(page.commands.begin(), page.commands.end(), run.command) == page.commands.end())
            page.commands.push_back(run.command);
        page.settings.push_back(settings_of(run, notes));
    }
    page.tables = {
        {"Runs",
         "FCT is the time from posting a flow to its last ACK, of completed flows. Percentiles are exact "
         "order statistics; - means that the sample is too small for one.",
         comparison_columns(runs),
         {}},
        seeds_table(runs),
        {"Jobs", "", job_table(runs), {}}};
    add_figures(runs, page);
    add_fabrics(runs, page);
    write_page(page, out_dir);
}

}  // namespace hpnsim
