// SPDX-License-Identifier: GPL-2.0-only
// The database of a study, one SQLite file: its runs, their settings, how they ended, and their figures. It
// is written run by run, each at once or not at all, so that it is whole whenever the writer is stopped.
//
//     study(key, value)                  scenario, command, version, schema
//     runs(id, label, command, folder, status, exit_status, message, wall_s, peak_rss_mb)
//     settings(run, option, value)       every option that was given
//     figures(run, figure, value)        every number and word of summary.json
//     sizes(run, ...)                    completion times by flow size: exact percentiles
//     flows(run, ...)                    rows of flows.csv, where somebody asked for them
//     results                            a view, a row a run: label, status, what varies, and all figures
#pragma once

#include "hpnsim/process_pool.hpp"
#include "hpnsim/run_folder.hpp"
#include "hpnsim/size_buckets.hpp"
#include "hpnsim/study.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace hpnsim
{

class Database;

/// How far a run of a study is.
enum class RunStatus : uint8_t { waiting, ok, refused, unfinished, failed, crashed, timed_out };
/// "waiting", "ok", ...
const char* status_name(RunStatus status);
/// The status of that name. Throws BadInput: there is none.
RunStatus status_named(const std::string& name);

/// A number, a word, or nothing.
using Figure = std::variant<std::monostate, double, std::string>;
using Figures = std::vector<std::pair<std::string, Figure>>;

/// The figures of a summary.json: nested keys joined by `_` (fct_us_p99), truths as 0 and 1. Lists, `params`,
/// and what the machine adds (`host`) are left out.
Figures figures_of(const nlohmann::ordered_json& summary);

/// A run as the database has it.
struct StoredRun {
    int64_t id = 0;
    std::string label;
    std::string folder;  ///< relative to that of the study
    RunStatus status = RunStatus::waiting;
    int exit_status = 0;
    std::string message;
    double wall_s = 0, peak_rss_mb = 0;
};

class StudyStore
{
public:
    enum class Use { write, read };
    /// Opens the database, and to write makes it if it is not there. To read, nothing is written, so that a
    /// folder that cannot be written is as good as any. Throws BadInput if the file holds something else.
    StudyStore(const std::filesystem::path& file, Use use);
    ~StudyStore();

    /// Enters the runs of the study, in their order; those that are there already stay as they are. Throws
    /// BadInput if the database belongs to another study: another scenario, or runs that this one does not
    /// have.
    void enter(const Study& study, const std::vector<StudyRun>& runs, const std::string& command);
    /// Goes on with a database that another object has entered runs into, which vary in these options.
    void go_on(const std::vector<std::string>& swept);
    std::vector<StoredRun> runs() const;
    /// Writes down how a run ended, and what it found.
    void record(const StoredRun& run, const Figures& figures, const std::vector<SizeBucket>& sizes = {});
    /// Enters the rows of flows.csv of a run, in the place of those that are there.
    void enter_flows(const StoredRun& run, const RunFolder& folder);
    /// Runs that have ended and have no flows in the database.
    std::vector<StoredRun> without_flows() const;
    /// Of each run, in the order of runs(): what is in the view `results`, empty where there is nothing.
    std::vector<Figures> results() const;
    /// The runs as the study had them, in the order of runs(): a database tells all of it. Numbers are
    /// written in their shortest form, and sizes in bytes.
    std::vector<StudyRun> study_runs() const;
    /// A fact about the study: "scenario", "command", "version"; empty: there is none.
    std::string fact(const std::string& key) const;

private:
    void check_schema();
    void enter_sizes(int64_t run, const std::vector<SizeBucket>& sizes);
    void make_tables();
    void make_view();

    std::unique_ptr<Database> database_;
    std::string file_;
    std::vector<std::string> swept_, figures_;  // columns of the view
    std::set<std::string> known_figures_;
};

}  // namespace hpnsim
