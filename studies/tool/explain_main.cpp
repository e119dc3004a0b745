// SPDX-License-Identifier: GPL-2.0-only
// The main function of the tool `explain`: explain FOLDER...
#include "hpnsim/bad_input.hpp"
#include "hpnsim/explain.hpp"
#include "hpnsim/figure_kinds.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/run_folder.hpp"
#include "hpnsim/run_study.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/version.hpp"
#include "tool/tool_words.hpp"

#include <algorithm>
#include <iostream>
#include <set>

using namespace hpnsim;
namespace fs = std::filesystem;

namespace
{

constexpr const char* kHelp =
    R"(explain FOLDER... [--runs A,B]

Says in words why runs went as they did: what bound them (receivers, senders, uplinks that
hashing loaded unevenly), pauses, marks, losses and retransmissions with their shares, the slowest
flows and what they have in common. It speaks of what stands out, and says so if nothing does. A
folder is one of a run, an output folder, or that of a sweep.

  explain out/incast
  explain out/permutation --runs dcqcn

  --runs A,B         runs of these labels (default: all; of a sweep, the first ten)
  --rules            list the rules with their thresholds, which are assumptions
  --help, --version

Exit status: 0 explained; 2 bad input.
)";

constexpr size_t kMostRuns = 10;

void list_rules()
{
    for (const ExplainRule& rule : explain_rules()) {
        std::cout << rule.name;
        if (rule.threshold > 0)
            std::cout << ": from " << format_short(rule.threshold) << ", " << rule.meaning
                      << " (assumption)\n";
        else
            std::cout << ": any " << rule.meaning << "\n";
    }
}

/// A run's folder by its label.
std::vector<std::pair<std::string, RunFolder>> runs_in(const fs::path& dir)
{
    std::vector<std::pair<std::string, RunFolder>> all;
    if (!is_study_folder(dir)) {
        for (const RunFolder& run : run_folders(dir)) all.emplace_back(run.label(), run);
        return all;
    }
    for (const StoredRun& run : StudyStore(database_of(dir), StudyStore::Use::read).runs())
        if (std::error_code ignored; fs::exists(dir / run.folder, ignored))
            all.emplace_back(run.label, run_folders(dir / run.folder).front());
    if (all.empty()) throw BadInput(dir.string() + ": no run of the sweep has left anything yet");
    return all;
}

void print_run(const std::string& label, const RunFolder& folder)
{
    const RunRecord run = folder.record();
    std::set<uint64_t> seeds;
    for (const FlowRow& flow : run.flows) seeds.insert(flow.seed);
    std::cout << label;
    if (seeds.size() > 1)
        std::cout << " (" << seeds.size() << " seeds: counts are of all, shares of time of seed "
                  << *seeds.begin() << ")";
    std::cout << ":\n";
    if (!folder.finished())
        std::cout << "  The run has not finished, or was killed: it has no summary yet.\n";
    for (const std::string& sentence : explain(run)) std::cout << "  " << sentence << "\n";
}

int run(int argc, char** argv)
{
    const ToolWords words(argc, argv, {"runs"}, {"rules"});
    if (words.has("help")) return std::cout << kHelp, 0;
    if (words.has("version")) return std::cout << "explain (hpnsim) " << version() << "\n", 0;
    if (words.has("rules")) return list_rules(), 0;
    if (words.names().empty()) throw BadInput("name a folder, as in explain out/incast; --help tells more");
    const auto wanted = words.has("runs") ? cut_at_commas(words.value("runs")) : std::vector<std::string>();
    std::set<std::string> seen;
    for (const std::string& dir : words.names()) {
        const auto all = runs_in(dir);
        size_t told = 0;
        for (const auto& [label, folder] : all) {
            seen.insert(label);
            if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), label) == wanted.end()) continue;
            if (wanted.empty() && told == kMostRuns) {
                std::cout << all.size() - told << " more runs: --runs names them\n";
                break;
            }
            print_run(label, folder);
            ++told;
        }
    }
    for (const std::string& label : wanted)
        if (seen.count(label) == 0)
            throw BadInput("--runs: no run '" + label + "'" +
                           suggestion_of_all(label, {seen.begin(), seen.end()}));
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    return run_main("explain", [&] { return run(argc, argv); });
}
