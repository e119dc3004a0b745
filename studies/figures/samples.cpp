// SPDX-License-Identifier: GPL-2.0-only
// Reads the runs of folders into samples.
#include "figures/samples.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/run_folder.hpp"
#include "hpnsim/run_study.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

using Settings = std::vector<std::pair<std::string, std::string>>;

bool is_number(const std::string& text)
{
    return !text.empty() && text.find_first_not_of("0123456789.+-eE") == std::string::npos;
}

bool is_of_sizes(const std::string& option)
{
    return option.find("size") != std::string::npos || option.find("chunk") != std::string::npos;
}

/// Sizes as the database has them.
std::string stored_value(const std::string& option, const std::string& value)
{
    const bool size =
        is_of_sizes(option) && value.size() > 1 && std::string("KMG").find(value.back()) != std::string::npos;
    return size ? format_number(static_cast<double>(parse_size(option, value))) : value;
}

Settings varying(const StudyRun& run)
{
    Settings out;
    for (const auto& each : run.settings)
        if (each.first != "seed" &&
            std::find(run.swept.begin(), run.swept.end(), each.first) != run.swept.end())
            out.push_back(each);
    return out;
}

/// The record of a run of a sweep: the only run in its folder. None: it has left nothing.
std::optional<RunRecord> record_in(const fs::path& folder, const std::string& label)
{
    std::error_code ignored;
    if (!fs::exists(folder, ignored)) return std::nullopt;
    RunRecord record = run_folders(folder).front().record();
    record.label = label;
    return record;
}

/// What tells the run from the others; a run that differs in nothing is called as its folder.
std::string name_among(const Settings& settings, const std::vector<std::string>& same,
                       const std::string& folder)
{
    const std::string text = text_of_settings(without(settings, same));
    return text.empty() ? folder : text;
}

std::vector<RunSample> samples_of_study(const fs::path& dir, const FigureWish& wish)
{
    const StudyStore store(database_of(dir), StudyStore::Use::read);
    const std::vector<StoredRun> stored = store.runs();
    const std::vector<StudyRun> runs = store.study_runs();
    std::vector<Settings> all;
    for (const StudyRun& run : runs) all.push_back(varying(run));
    check_where(wish.where, all);
    std::vector<RunSample> samples;
    std::map<Settings, size_t> place;
    std::vector<Settings> fitting;
    for (const Settings& each : all)
        if (fits(each, wish.where)) fitting.push_back(each);
    const std::vector<std::string> same = shared_options(fitting);
    for (size_t at = 0; at < runs.size(); ++at) {
        if (!fits(all[at], wish.where)) continue;
        const std::string label = name_among(all[at], same, dir.filename().string());
        const bool chosen =
            wish.runs.empty() || std::find(wish.runs.begin(), wish.runs.end(), label) != wish.runs.end();
        if (!chosen) continue;
        std::optional<RunRecord> record = record_in(dir / stored[at].folder, label);
        if (!record) continue;
        const auto [found, fresh] = place.emplace(all[at], samples.size());
        if (fresh) samples.push_back({label, {}});
        samples[found->second].seeds.push_back(std::move(*record));
    }
    return samples;
}

std::vector<RunSample> samples_of_output(const fs::path& dir, const FigureWish& wish)
{
    if (!wish.where.empty())
        throw BadInput("--where: " + dir.string() + " has no database of a sweep; --runs chooses by labels");
    std::vector<RunSample> samples;
    for (const RunFolder& run : run_folders(dir))
        if (wish.runs.empty() ||
            std::find(wish.runs.begin(), wish.runs.end(), run.label()) != wish.runs.end())
            samples.push_back(sample_of(run.record()));
    return samples;
}

std::string name_of(fs::path dir)
{
    if (dir.filename().empty()) dir = dir.parent_path();
    return dir.filename().string();
}

/// Labels that occur in several folders get the name of theirs.
void tell_apart(std::vector<std::pair<std::string, RunSample>>& found)
{
    std::map<std::string, size_t> count;
    for (const auto& each : found) ++count[each.second.label];
    for (auto& [folder, sample] : found)
        if (count[sample.label] > 1) sample.label = folder + ": " + sample.label;
}

std::vector<std::string> labels_in(const FigureWish& wish)
{
    FigureWish all = wish;
    all.runs.clear();
    std::vector<std::string> labels;
    for (const RunSample& sample : samples_of(all)) labels.push_back(sample.label);
    return labels;
}

}  // namespace

std::string text_of_value(const std::string& option, const std::string& value)
{
    if (!is_of_sizes(option) || !is_number(value)) return value;
    return format_size(static_cast<Bytes>(std::strtod(value.c_str(), nullptr)));
}

std::string text_of_settings(const Settings& settings)
{
    std::string out;
    for (const auto& [option, value] : settings) {
        const bool named = is_number(value) || value.empty();
        out += (out.empty() ? "" : ", ") + (named ? option + " " : "") + text_of_value(option, value);
    }
    return out;
}

std::vector<std::string> shared_options(const std::vector<Settings>& all)
{
    std::map<std::string, std::set<std::string>> values;
    std::map<std::string, size_t> holders;
    for (const Settings& settings : all)
        for (const auto& [option, value] : settings) {
            values[option].insert(value);
            ++holders[option];
        }
    std::vector<std::string> same;
    for (const auto& [option, of] : values)
        if (of.size() == 1 && holders[option] == all.size()) same.push_back(option);
    return same;
}

Settings without(Settings settings, const std::vector<std::string>& options)
{
    settings.erase(std::remove_if(settings.begin(), settings.end(),
                                  [&options](const auto& each) {
                                      return std::find(options.begin(), options.end(), each.first) !=
                                             options.end();
                                  }),
                   settings.end());
    return settings;
}

bool fits(const Settings& settings, const Settings& where)
{
    return std::all_of(where.begin(), where.end(), [&](const auto& wanted) {
        return std::any_of(settings.begin(), settings.end(), [&](const auto& each) {
            return each.first == wanted.first && each.second == stored_value(wanted.first, wanted.second);
        });
    });
}

void check_where(const Settings& where, const std::vector<Settings>& all)
{
    for (const auto& [option, value] : where) {
        std::set<std::string> options, values;
        for (const Settings& settings : all)
            for (const auto& each : settings) {
                options.insert(each.first);
                if (each.first == option) values.insert(each.second);
            }
        if (options.count(option) == 0)
            throw BadInput("--where: the runs do not vary '" + option + "'" +
                           suggestion_of_all(option, {options.begin(), options.end()}));
        if (values.count(stored_value(option, value)) == 0)
            throw BadInput("--where: no run has " + option + "=" + value +
                           suggestion_of_all(value, {values.begin(), values.end()}));
    }
}

std::vector<RunSample> samples_of(const FigureWish& wish)
{
    std::vector<std::pair<std::string, RunSample>> found;
    for (const fs::path& dir : wish.folders) {
        auto samples = is_study_folder(dir) ? samples_of_study(dir, wish) : samples_of_output(dir, wish);
        for (RunSample& sample : samples) found.emplace_back(name_of(dir), std::move(sample));
    }
    for (const std::string& run : wish.runs)
        if (std::none_of(found.begin(), found.end(),
                         [&](const auto& each) { return each.second.label == run; }))
            throw BadInput("--runs: no run '" + run + "'" + suggestion_of_all(run, labels_in(wish)));
    tell_apart(found);
    std::vector<RunSample> all;
    for (auto& each : found) all.push_back(std::move(each.second));
    if (all.empty()) throw BadInput("no run has left anything yet");
    return all;
}

}  // namespace hpnsim
