// SPDX-License-Identifier: GPL-2.0-only
// Finds the runs of a folder and reads what a list says of them.
#include "hpnsim/run_list.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/figure_kinds.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/run_folder.hpp"
#include "hpnsim/run_study.hpp"

#include <set>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

uint64_t size_of(const fs::path& dir)
{
    uint64_t all = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (it->is_regular_file(ignored)) all += it->file_size(ignored);
    }
    return all;
}

std::string text_of(const Figure& figure)
{
    if (const auto* number = std::get_if<double>(&figure)) return format_number(*number);
    if (const auto* text = std::get_if<std::string>(&figure)) return *text;
    return "";
}

double number_of(const ListedRun& run, const std::string& name)
{
    const auto found = run.values.find(name);
    return found == run.values.end() ? 0 : std::strtod(found->second.c_str(), nullptr);
}

std::string status_of(const ListedRun& run, bool finished)
{
    if (!finished) return "no summary: running or killed";
    if (number_of(run, "interrupted") != 0) return "interrupted";
    for (const char* key : {"deadlock", "error", "stopped"})
        if (run.values.count(key) != 0) return key;
    if (number_of(run, "failed") > 0) return "failed";
    return number_of(run, "unfinished") > 0 ? "unfinished" : "ok";
}

ListedRun listed(const RunFolder& folder)
{
    ListedRun run;
    run.label = folder.label();
    run.bytes = size_of(folder.dir());
    const auto summary = folder.summary();
    if (summary.is_object()) {
        for (const auto& [name, value] : figures_of(summary)) run.values[name] = text_of(value);
        if (summary.contains("warnings") && summary["warnings"].is_array())
            for (const auto& each : summary["warnings"])
                if (each.is_string()) run.warnings.push_back(each.get<std::string>());
    } else {
        const RunRecord record = folder.record();
        uint64_t completed = 0;
        for (const FlowRow& flow : record.flows) completed += flow.completed() ? 1 : 0;
        run.values["flows"] = std::to_string(record.flows.size());
        run.values["completed"] = std::to_string(completed);
    }
    run.status = status_of(run, folder.finished());
    return run;
}

std::vector<ListedRun> runs_of_study(const fs::path& dir)
{
    const StudyStore store(database_of(dir), StudyStore::Use::read);
    const std::vector<StoredRun> stored = store.runs();
    const std::vector<Figures> results = store.results();
    std::vector<ListedRun> all;
    for (size_t at = 0; at < stored.size(); ++at) {
        ListedRun run;
        run.label = stored[at].label;
        run.status = status_name(stored[at].status);
        run.bytes = size_of(dir / stored[at].folder);
        // Settings come first, and say more than a figure of the same name.
        for (const auto& [name, value] : results[at]) run.values.emplace(name, text_of(value));
        if (!stored[at].message.empty()) run.warnings.push_back(stored[at].message);
        all.push_back(std::move(run));
    }
    return all;
}

}  // namespace

std::vector<ListedRun> listed_runs(const fs::path& dir)
{
    if (is_study_folder(dir)) return runs_of_study(dir);
    std::vector<ListedRun> all;
    for (const RunFolder& run : run_folders(dir)) all.push_back(listed(run));
    return all;
}

std::vector<std::string> columns_of(const std::vector<ListedRun>& runs)
{
    std::set<std::string> names;
    for (const ListedRun& run : runs)
        for (const auto& each : run.values) names.insert(each.first);
    return {names.begin(), names.end()};
}

}  // namespace hpnsim
