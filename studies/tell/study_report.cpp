// SPDX-License-Identifier: GPL-2.0-only
// Fills the page of a study from its database and the folders of its runs. What would grow without bound is
// cut off, and says so.
#include "hpnsim/study_report.hpp"

#include "figures/samples.hpp"
#include "figures/xy.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/report_page.hpp"
#include "hpnsim/run_folder.hpp"
#include "hpnsim/run_study.hpp"
#include "hpnsim/study_table.hpp"
#include "tell/study_verdict.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

constexpr size_t kMostGroups = 500, kMostRuns = 2'000, kMostTold = 20, kMostFigures = 6, kMostCurves = 12;
constexpr uintmax_t kMostFlowBytes = uintmax_t{64} << 20;  // of flows.csv files that are read for curves

struct Found {
    const fs::path& out;
    const StudyStore& store;
    std::vector<StoredRun> stored;
    std::vector<StudyRun> runs;
    std::vector<SeedGroup> groups;
    std::vector<std::string> figures;
};

std::string value_of(const std::vector<std::pair<std::string, std::string>>& settings,
                     const std::string& option)
{
    for (const auto& [name, value] : settings)
        if (name == option) return text_of_value(option, value);
    return "-";
}

std::vector<std::string> options_of(const std::vector<SeedGroup>& groups)
{
    std::vector<std::string> out;
    for (const SeedGroup& group : groups)
        for (const auto& each : group.settings)
            if (std::find(out.begin(), out.end(), each.first) == out.end()) out.push_back(each.first);
    return out;
}

bool numeric(const std::vector<std::string>& cells)
{
    return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
        return !cell.empty() && cell.find_first_not_of("0123456789.+-eEKMG") == std::string::npos;
    });
}

std::string interval_cell(const SeedGroup& group, const std::string& figure)
{
    const auto found = group.figures.find(figure);
    if (found == group.figures.end() || found->second.empty()) return "-";
    const Estimate estimate = bootstrap(found->second, mean_of);
    std::string text = format_short(estimate.value);
    if (estimate.interval && estimate.interval->low < estimate.interval->high)
        text += " (" + format_short(estimate.interval->low) + " to " + format_short(estimate.interval->high) +
                ")";
    return text;
}

std::string first_rows(size_t shown, size_t all)
{
    return shown < all ? " The first " + std::to_string(shown) + " of " + std::to_string(all) +
                             " rows are shown; the database has all."
                       : "";
}

PageTable group_table(const Found& found)
{
    const size_t rows = std::min(found.groups.size(), kMostGroups);
    PageTable table{"Results", "", {}, {}};
    TableColumn names{"what varies", "", {}, true}, seeds{"seeds", "runs with figures", {}, false};
    for (size_t at = 0; at < rows; ++at) {
        const SeedGroup& group = found.groups[at];
        const std::string text = text_of_settings(group.settings);
        names.cells.push_back(text.empty() ? "all" : text);
        seeds.cells.push_back(std::to_string(group.seeds.size()) +
                              (group.seeds.size() < group.runs ? " of " + std::to_string(group.runs) : ""));
    }
    table.columns = {names};
    for (const std::string& option : options_of(found.groups)) {
        TableColumn column{option, "option", {}, false};
        for (size_t at = 0; at < rows; ++at)
            column.cells.push_back(value_of(found.groups[at].settings, option));
        column.left = !numeric(column.cells);
        table.columns.push_back(std::move(column));
    }
    table.columns.push_back(seeds);
    for (const std::string& figure : found.figures) {
        TableColumn column{label_of_figure(figure), figure + " in the database", {}, false};
        for (size_t at = 0; at < rows; ++at) column.cells.push_back(interval_cell(found.groups[at], figure));
        table.columns.push_back(std::move(column));
    }
    table.note = "Means over seeds, with 95 % intervals in parentheses (bootstrap; they take at least " +
                 std::to_string(kFewestForInterval) + " seeds)." + first_rows(rows, found.groups.size());
    return table;
}

PageTable run_table(const Found& found)
{
    const size_t rows = std::min(found.stored.size(), kMostRuns);
    const std::vector<Figures> results = found.store.results();
    PageTable table{
        "Runs", "Each run has a page of its own." + first_rows(rows, found.stored.size()), {}, {}};
    TableColumn names{"run", "", {}, true}, status{"status", "", {}, true},
        wall{"wall s", "time it took", {}, false};
    for (size_t at = 0; at < rows; ++at) {
        const StoredRun& run = found.stored[at];
        names.cells.push_back(run.label);
        status.cells.emplace_back(status_name(run.status));
        wall.cells.push_back(run.status == RunStatus::waiting ? "-" : format_fixed(run.wall_s, 2));
        std::error_code ignored;
        const bool page = fs::exists(found.out / run.folder / "report.html", ignored);
        table.links.push_back(page ? (fs::path(run.folder) / "report.html").generic_string() : "");
    }
    table.columns = {names, status};
    for (const std::string& figure : found.figures) {
        TableColumn column{label_of_figure(figure), figure + " in the database", {}, false};
        for (size_t at = 0; at < rows; ++at) {
            const auto value = std::find_if(results[at].begin(), results[at].end(),
                                            [&figure](const auto& each) { return each.first == figure; });
            const double* number = value == results[at].end() ? nullptr : std::get_if<double>(&value->second);
            column.cells.push_back(number == nullptr ? "-" : format_short(*number));
        }
        table.columns.push_back(std::move(column));
    }
    table.columns.push_back(wall);
    return table;
}

void add_warnings(const Found& found, ReportPage& page)
{
    std::map<RunStatus, size_t> count;
    size_t told = 0;
    for (const StoredRun& run : found.stored) {
        ++count[run.status];
        const bool bad = run.status != RunStatus::ok && run.status != RunStatus::waiting;
        if (bad && ++told <= kMostTold)
            page.warnings.push_back(run.label + ": " + status_name(run.status) +
                                    (run.message.empty() ? "" : ": " + run.message));
    }
    if (told > kMostTold)
        page.warnings.push_back(std::to_string(told - kMostTold) +
                                " more runs did not go well; the table has them.");
    std::string counts;
    for (const auto& [status, runs] : count)
        counts += ", " + std::to_string(runs) + " " + status_name(status);
    page.facts.push_back(std::to_string(found.stored.size()) + (found.stored.size() == 1 ? " run" : " runs") +
                         counts + ".");
    const auto small = std::count_if(found.groups.begin(), found.groups.end(), [](const SeedGroup& each) {
        return !each.seeds.empty() && each.seeds.size() < kFewestForInterval;
    });
    if (small > 0)
        page.warnings.push_back(std::to_string(small) + " of " + std::to_string(found.groups.size()) +
                                " rows of the results have fewer than " + std::to_string(kFewestForInterval) +
                                " seeds, too few for an interval.");
    const auto same = std::count_if(found.groups.begin(), found.groups.end(), identical_seeds);
    if (same > 0)
        page.warnings.push_back(std::to_string(same) + " of " + std::to_string(found.groups.size()) +
                                " rows have seeds whose runs are identical: nothing in them is random.");
}

/// The option along the axis of figures: of those that vary in numbers the one with the most values.
std::string main_option(const std::vector<SeedGroup>& groups)
{
    std::string best;
    std::pair<bool, size_t> most = {false, 1};
    for (const std::string& option : options_of(groups)) {
        std::set<std::string> values;
        for (const SeedGroup& group : groups) values.insert(value_of(group.settings, option));
        const std::pair<bool, size_t> now = {numeric({values.begin(), values.end()}), values.size()};
        if (values.size() < 2 || now <= most) continue;
        most = now;
        best = option;
    }
    return best;
}

void add_xy(const Found& found, ReportPage& page)
{
    const std::string x = main_option(found.groups);
    for (size_t at = 0; !x.empty() && at < std::min(found.figures.size(), kMostFigures); ++at) {
        FigureWish wish;
        wish.folders = {found.out};
        wish.x = x;
        wish.y = found.figures[at];
        try {
            Graph graph = xy_graph(wish);
            if (graph.panels[0].series.size() <= 2 * kMostCurves)
                page.add(label_of_figure(wish.y) + " by " + x, wish.y, std::move(graph));
        } catch (const BadInput&) {  // settings that have no such axis: the table has them
        }
    }
}

/// Distributions need the flows of all runs.
void add_curves(const Found& found, ReportPage& page)
{
    uintmax_t bytes = 0;
    for (const StoredRun& run : found.stored) {
        std::error_code missing;
        const uintmax_t size = fs::file_size(found.out / run.folder / "flows.csv", missing);
        if (!missing) bytes += size;
    }
    if (bytes > kMostFlowBytes || found.groups.size() > kMostCurves) return;
    FigureWish wish;
    wish.folders = {found.out};
    std::vector<RunSample> samples;
    try {
        samples = samples_of(wish);
    } catch (const BadInput&) {
        return;  // nothing has been left yet
    }
    for (const RunSample& sample : samples) page.runs.push_back(sample.label);
    page.add("Bus bandwidth by size", "busbw_by_size", busbw_graph(samples));
    page.add("Flow completion times", "fct_cdf", fct_cdf_graph(samples));
    page.add("Tail of flow completion times", "fct_ccdf", fct_ccdf_graph(samples));
    page.add("Percentiles of flow completion times", "tail_latency", tail_latency_graph(samples));
    page.add("Slowdown by flow size", "slowdown_by_size", slowdown_graph(samples));
}

/// Which options were given, and which of them vary.
PageSettings given_settings(const Found& found)
{
    std::vector<std::string> order;
    std::map<std::string, std::vector<std::string>> values;
    for (const StudyRun& run : found.runs)
        for (const auto& [option, value] : run.settings) {
            auto& of = values[option];
            if (of.empty()) order.push_back(option);
            if (of.size() <= kMostTold && std::find(of.begin(), of.end(), value) == of.end())
                of.push_back(value);
        }
    PageSettings out{"what was asked for", {}};
    for (const std::string& option : order) {
        std::string text;
        for (const std::string& value : values[option]) text += (text.empty() ? "" : " | ") + value;
        if (values[option].size() > kMostTold) text += " | ...";
        out.settings.push_back({option, text, values[option].size() > 1 ? "swept" : "given"});
    }
    return out;
}

/// All parameters of the first run that has any.
void add_parameters(const Found& found, ReportPage& page)
{
    page.settings.push_back(given_settings(found));
    for (size_t at = 0; at < found.stored.size(); ++at) {
        const fs::path folder = found.out / found.stored[at].folder;
        std::error_code ignored;
        if (found.stored[at].status != RunStatus::ok || !fs::exists(folder / "summary.json", ignored))
            continue;
        PageSettings all{"all parameters of " + found.stored[at].label, {}};
        const nlohmann::ordered_json summary = RunFolder(folder).summary();
        if (!summary.is_object() || !summary.contains("params")) return;
        for (const auto& [key, value] : flatten(summary["params"])) {
            const bool given = value_of(found.runs[at].settings, key) != "-";
            all.settings.push_back({key, value, given ? "given" : ""});
        }
        page.settings.push_back(std::move(all));
        return;
    }
}

}  // namespace

void write_study_report(const fs::path& out)
{
    const StudyStore store(database_of(out), StudyStore::Use::read);
    Found found{out, store, store.runs(), store.study_runs(), {}, {}};
    found.groups = groups_of(found.runs, store);
    found.figures = usual_figures(found.groups);
    ReportPage page;
    page.title = "hpnsim: sweep of " + store.fact("scenario");
    page.verdict = study_verdict(found.groups);
    add_warnings(found, page);
    for (const std::string& fact : study_facts(found.groups)) page.facts.push_back(fact);
    page.origin = "hpnsim " + store.fact("version") + ".";
    page.commands = {store.fact("command")};
    page.tables = {group_table(found), run_table(found)};
    add_xy(found, page);
    add_curves(found, page);
    add_parameters(found, page);
    write_page(page, out);
}

}  // namespace hpnsim
