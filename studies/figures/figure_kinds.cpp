// SPDX-License-Identifier: GPL-2.0-only
// The table of figures.
#include "hpnsim/figure_kinds.hpp"

#include "figures/samples.hpp"
#include "figures/xy.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/run_study.hpp"
#include "hpnsim/text.hpp"

#include <algorithm>
#include <set>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

/// Names the runs that the figure has nothing of, which a reader would otherwise look for in vain.
void note_absent(const std::vector<RunSample>& samples, Graph& graph)
{
    std::set<std::string> there;
    for (const GraphPanel& panel : graph.panels) {
        there.insert(panel.title);
        for (const GraphSeries& series : panel.series) there.insert(series.label);
    }
    std::vector<std::string> absent;
    for (const RunSample& sample : samples)
        if (there.count(sample.label) == 0) absent.push_back(sample.label);
    if (!absent.empty() && samples.size() > 1)
        graph.notes.push_back("Not in the figure, for which they have nothing: " + joined_texts(absent) +
                              ".");
}

template <Graph (*make)(const std::vector<RunSample>&)> Graph of_samples(const FigureWish& wish)
{
    const std::vector<RunSample> samples = samples_of(wish);
    Graph graph = make(samples);
    note_absent(samples, graph);
    return graph;
}

Graph heat_map(const FigureWish& wish)
{
    const std::vector<RunSample> samples = samples_of(wish);
    if (samples.size() > 1) {
        std::vector<std::string> labels;
        for (const RunSample& sample : samples) labels.push_back(sample.label);
        throw BadInput("heat-map shows one run; choose it with --runs: " + joined_texts(labels));
    }
    return heat_map_graph(samples);
}

Graph series(const FigureWish& wish)
{
    if (wish.of.empty()) throw BadInput("--of: series of what? " + listed_texts(time_series(), "or"));
    parse_name("--of", wish.of, time_series());
    return time_graph(samples_of(wish), wish.of, wish.only);
}

/// What a figure lacks when it is empty.
std::string missing(const std::string& name)
{
    if (name == "series") return "; the runs need --series-us, and windows a CC that has them";
    if (name == "busbw") return "; the runs need sizes to sweep over, as in collective -b 1M -e 64M";
    if (name == "slowdown-by-size") return "; the runs need flows of several sizes";
    if (name == "heat-map") return "; queues.csv has no row";
    return "; no run has two completed flows";
}

void add_studies(const FigureWish& wish, std::vector<std::pair<std::string, std::string>>& to)
{
    std::set<std::string> options, figures;
    for (const fs::path& dir : wish.folders) {
        if (!is_study_folder(dir)) return;
        for (const SeedGroup& group : seed_groups(dir)) {
            for (const auto& each : group.settings) options.insert(each.first);
            for (const auto& each : group.figures) figures.insert(each.first);
        }
    }
    if (options.empty() || figures.empty()) return;
    const std::string choice =
        "--x and --series: " + joined_texts(options) + "; --y: " + joined_texts(figures);
    to.emplace_back("xy", choice);
    to.emplace_back("scaling", "as xy");
}

}  // namespace

bool is_study_folder(const fs::path& dir)
{
    std::error_code ignored;
    return fs::exists(database_of(dir), ignored);
}

std::vector<SeedGroup> seed_groups(const fs::path& dir)
{
    const StudyStore store(database_of(dir), StudyStore::Use::read);
    return groups_of(store.study_runs(), store);
}

const std::vector<FigureKind>& figure_kinds()
{
    static const std::vector<FigureKind> kKinds = {
        {"fct-cdf", "distribution of flow completion times, with bands over seeds",
         of_samples<fct_cdf_graph>},
        {"fct-ccdf", "its tail: the share of slower flows, both axes logarithmic",
         of_samples<fct_ccdf_graph>},
        {"tail-latency", "p50, p95, p99 and p99.9 as bars, with intervals over seeds",
         of_samples<tail_latency_graph>},
        {"slowdown-by-size", "p50, p95 and p99 of FCT / ideal FCT against flow size",
         of_samples<slowdown_graph>},
        {"series", "--of rate, queue, window, goodput or pauses over time (runs with --series-us)", series},
        {"heat-map", "how busy each link of the fabric was, by tier", heat_map},
        {"busbw", "bus bandwidth against size (runs of collective with -b, -e)", of_samples<busbw_graph>},
        {"xy", "--y FIGURE of the summary against --x OPTION of a sweep, a line for each --series OPTION",
         xy_graph},
        {"scaling", "the same with an ideal line: --ideal linear, flat or inverse", scaling_graph}};
    return kKinds;
}

Graph make_figure(const std::string& name, const FigureWish& wish)
{
    std::vector<std::string> names;
    for (const FigureKind& kind : figure_kinds()) {
        names.emplace_back(kind.name);
        if (name != kind.name) continue;
        Graph graph = kind.make(wish);
        if (graph.empty()) throw BadInput(name + ": the runs have nothing for this figure" + missing(name));
        graph.name = name;
        return graph;
    }
    throw BadInput("no figure '" + name + "'" + suggestion_of_all(name, names));
}

std::vector<std::pair<std::string, std::string>> possible_figures(const FigureWish& wish)
{
    const std::vector<RunSample> samples = samples_of(wish);
    std::vector<std::pair<std::string, std::string>> out;
    for (const FigureKind& kind : figure_kinds()) {
        const std::string name = kind.name;
        if (name == "xy" || name == "scaling") continue;
        if (name == "series") {
            std::vector<std::string> of;
            for (const std::string& each : time_series())
                if (!time_graph(samples, each, {}).empty()) of.push_back(each);
            if (!of.empty()) out.emplace_back(name, "--of " + listed_texts(of, "or"));
        } else if (name == "heat-map") {
            if (!heat_map_graph(samples).empty())
                out.emplace_back(name, samples.size() > 1 ? "of one run: --runs LABEL" : kind.doc);
        } else if (!kind.make(wish).empty()) {
            out.emplace_back(name, kind.doc);
        }
    }
    add_studies(wish, out);
    return out;
}

}  // namespace hpnsim
