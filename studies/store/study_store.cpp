// SPDX-License-Identifier: GPL-2.0-only
// Writes and reads the database of a study.
#include "hpnsim/study_store.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/version.hpp"
#include "store/flow_rows.hpp"
#include "store/sqlite.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

namespace hpnsim
{

namespace
{

constexpr const char* kSchema = "1";
constexpr std::array<const char*, 7> kStatusNames = {"waiting", "ok",      "refused",  "unfinished",
                                                     "failed",  "crashed", "timed out"};

/// What a shell would need to repeat the run.
std::string command_of(const std::string& scenario, const StudyRun& run)
{
    const std::vector<std::string> words = run.words(scenario);
    std::vector<const char*> argv;
    argv.reserve(words.size());
    for (const std::string& word : words) argv.push_back(word.c_str());
    return quote_command(static_cast<int>(argv.size()), argv.data());
}

/// Sizes become bytes and numbers numbers, so that they can be compared and plotted; anything else stays a
/// text.
void bind_value(Statement& statement, const std::string& text)
{
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const bool plain = !text.empty() && text.find_first_not_of("0123456789.+-eE") == std::string::npos;
    if (plain && *end == '\0') {
        statement.bind(number);
        return;
    }
    const bool size = text.size() > 1 && std::string("KMG").find(text.back()) != std::string::npos &&
                      text.find_first_not_of("0123456789") == text.size() - 1;
    if (size)
        statement.bind(static_cast<int64_t>(parse_size("", text)));
    else
        statement.bind(text);
}

void bind_figure(Statement& statement, const Figure& figure)
{
    if (const auto* number = std::get_if<double>(&figure))
        statement.bind(*number);
    else if (const auto* text = std::get_if<std::string>(&figure))
        statement.bind(*text);
    else
        statement.bind_null();
}

}  // namespace

const char* status_name(RunStatus status)
{
    return kStatusNames[static_cast<size_t>(status)];
}

RunStatus status_named(const std::string& name)
{
    for (size_t at = 0; at < kStatusNames.size(); ++at)
        if (name == kStatusNames[at]) return static_cast<RunStatus>(at);
    throw BadInput("no run has the status '" + name + "'");
}

StudyStore::StudyStore(const std::filesystem::path& file, Use use) : file_(file.string())
{
    try {
        database_ =
            std::make_unique<Database>(file, use == Use::read ? Database::Use::read : Database::Use::write);
        if (use == Use::write) make_tables();
        check_schema();
    } catch (const PlainFailure& error) {
        const std::string said = error.what();
        if (said.find("not a database") == std::string::npos &&
            said.find("no such table") == std::string::npos)
            throw;
        throw BadInput(said + "; it is no database of a sweep");
    }
}

void StudyStore::check_schema()
{
    const std::string schema = fact("schema");
    if (!schema.empty() && schema != kSchema)
        throw BadInput(file_ + " is of schema " + schema + ", which this version does not know");
}

StudyStore::~StudyStore() = default;

void StudyStore::make_tables()
{
    database_->execute(
        "PRAGMA synchronous = FULL;"
        "CREATE TABLE IF NOT EXISTS study(key TEXT PRIMARY KEY, value TEXT);"
        "CREATE TABLE IF NOT EXISTS runs(id INTEGER PRIMARY KEY, label TEXT UNIQUE NOT NULL, "
        "command TEXT UNIQUE "
        "NOT NULL, folder TEXT NOT NULL, status TEXT NOT NULL, exit_status INTEGER, message "
        "TEXT, wall_s REAL, "
        "peak_rss_mb REAL);"
        "CREATE TABLE IF NOT EXISTS settings(run INTEGER NOT NULL REFERENCES runs(id), option "
        "TEXT NOT NULL, value, "
        "PRIMARY KEY(run, option)) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS figures(run INTEGER NOT NULL REFERENCES runs(id), figure "
        "TEXT NOT NULL, value, "
        "PRIMARY KEY(run, figure)) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS sizes(run INTEGER NOT NULL REFERENCES runs(id), smallest_bytes "
        "INTEGER, largest_bytes INTEGER, flows INTEGER, fct_us_p50 REAL, fct_us_p95 REAL, fct_us_p99 "
        "REAL, slowdown_p50 REAL, slowdown_p95 REAL, slowdown_p99 REAL, "
        "PRIMARY KEY(run, smallest_bytes)) WITHOUT ROWID;");
    database_->execute(flows_table());
}

void StudyStore::enter(const Study& study, const std::vector<StudyRun>& runs, const std::string& command)
{
    auto scenario = database_->prepare("SELECT value FROM study WHERE key = 'scenario'");
    if (scenario.step() && scenario.text(0) != study.scenario)
        throw BadInput(file_ + " holds a sweep of " + scenario.text(0) + ", not of " + study.scenario +
                       "; give another folder");
    std::set<std::string> wanted;
    for (const StudyRun& run : runs) wanted.insert(command_of(study.scenario, run));
    auto stored = database_->prepare("SELECT command FROM runs ORDER BY id");
    while (stored.step())
        if (wanted.count(stored.text(0)) == 0)
            throw BadInput(file_ + " holds another sweep, with the run '" + stored.text(0) +
                           "', which this one does not have; give another folder");
    database_->at_once([&] {
        auto fact = database_->prepare("INSERT OR REPLACE INTO study VALUES(?, ?)");
        for (const auto& [key, value] : {std::pair<std::string, std::string>{"schema", kSchema},
                                         {"scenario", study.scenario},
                                         {"command", command},
                                         {"version", version()}})
            fact.bind(key).bind(value).run();
        auto run_row = database_->prepare(
            "INSERT OR IGNORE INTO runs(label, command, folder, status) VALUES(?, ?, ?, 'waiting')");
        auto id_of = database_->prepare("SELECT id FROM runs WHERE command = ?");
        auto setting = database_->prepare("INSERT OR IGNORE INTO settings VALUES(?, ?, ?)");
        for (const StudyRun& run : runs) {
            const std::string words = command_of(study.scenario, run);
            run_row.bind(run.label).bind(words).bind("runs/" + run.label).run();
            id_of.bind(words).step();
            const int64_t id = id_of.whole(0);
            id_of.run();
            for (const auto& [option, value] : run.settings) {
                setting.bind(id).bind(option);
                bind_value(setting, value);
                setting.run();
            }
        }
    });
    go_on(runs.empty() ? std::vector<std::string>() : runs.front().swept);
    make_view();
}

void StudyStore::go_on(const std::vector<std::string>& swept)
{
    swept_ = swept;
    auto seen = database_->prepare("SELECT DISTINCT figure FROM figures ORDER BY figure");
    while (seen.step())
        if (known_figures_.insert(seen.text(0)).second) figures_.push_back(seen.text(0));
}

std::vector<StoredRun> StudyStore::runs() const
{
    auto rows = database_->prepare(
        "SELECT id, label, folder, status, exit_status, message, wall_s, peak_rss_mb FROM runs ORDER BY id");
    std::vector<StoredRun> all;
    while (rows.step())
        all.push_back({rows.whole(0), rows.text(1), rows.text(2), status_named(rows.text(3)),
                       static_cast<int>(rows.whole(4)), rows.text(5), rows.number(6), rows.number(7)});
    return all;
}

void StudyStore::record(const StoredRun& run, const Figures& figures, const std::vector<SizeBucket>& sizes)
{
    const size_t known = known_figures_.size();
    database_->at_once([&] {
        for (const char* table : {"figures", "sizes", "flows"})
            database_->prepare("DELETE FROM " + std::string(table) + " WHERE run = ?").bind(run.id).run();
        enter_sizes(run.id, sizes);
        auto figure_row = database_->prepare("INSERT INTO figures VALUES(?, ?, ?)");
        for (const auto& [name, value] : figures) {
            figure_row.bind(run.id).bind(name);
            bind_figure(figure_row, value);
            figure_row.run();
            if (known_figures_.insert(name).second) figures_.push_back(name);
        }
        database_
            ->prepare(
                "UPDATE runs SET status = ?, exit_status = ?, message = ?, wall_s = ?, peak_rss_mb = ? WHERE "
                "id = ?")
            .bind(std::string(status_name(run.status)))
            .bind(static_cast<int64_t>(run.exit_status))
            .bind(run.message)
            .bind(run.wall_s)
            .bind(run.peak_rss_mb)
            .bind(run.id)
            .run();
        if (known_figures_.size() != known) make_view();
    });
}

/// The view has a column for each option that varies and each figure that any run has.
void StudyStore::make_view()
{
    std::string text = "DROP VIEW IF EXISTS results; CREATE VIEW results AS SELECT id, label, status";
    for (const std::string& option : swept_)
        text += ", (SELECT value FROM settings WHERE run = id AND option = " + sql_text(option) + ") AS " +
                sql_name(option);
    std::vector<std::string> sorted = figures_;
    std::sort(sorted.begin(), sorted.end());
    for (const std::string& figure : sorted)
        if (std::find(swept_.begin(), swept_.end(), figure) == swept_.end())
            text += ", (SELECT value FROM figures WHERE run = id AND figure = " + sql_text(figure) + ") AS " +
                    sql_name(figure);
    database_->execute(text + " FROM runs");
}

std::vector<Figures> StudyStore::results() const
{
    auto rows = database_->prepare(
        "SELECT id, 0, option, value, typeof(value) FROM runs JOIN settings ON run = id UNION ALL "
        "SELECT id, 1, figure, value, typeof(value) FROM runs JOIN figures ON run = id ORDER BY 1, 2, 3");
    std::vector<Figures> all(runs().size());
    const std::vector<StoredRun> stored = runs();
    size_t at = 0;
    while (rows.step()) {
        while (stored[at].id != rows.whole(0)) ++at;
        const std::string type = rows.text(4);
        Figure value;
        if (type == "text") value = rows.text(3);
        if (type == "real" || type == "integer") value = rows.number(3);
        all[at].emplace_back(rows.text(2), value);
    }
    return all;
}

std::vector<StudyRun> StudyStore::study_runs() const
{
    std::vector<StudyRun> all;
    std::map<int64_t, size_t> place;
    for (const StoredRun& run : runs()) {
        place[run.id] = all.size();
        all.push_back({run.label, {}, {}});
    }
    std::map<std::string, std::set<std::string>> values;
    std::map<std::string, size_t> holders;
    auto rows =
        database_->prepare("SELECT run, option, value, typeof(value) FROM settings ORDER BY run, option");
    while (rows.step()) {
        const std::string option = rows.text(1);
        const bool text = rows.text(3) == "text";
        const std::string value = text ? rows.text(2) : format_number(rows.number(2));
        all[place.at(rows.whole(0))].settings.emplace_back(option, value);
        values[option].insert(value);
        ++holders[option];
    }
    std::vector<std::string> swept;
    for (const auto& [option, of] : values)
        if (of.size() > 1 || holders[option] < all.size()) swept.push_back(option);
    for (StudyRun& run : all) run.swept = swept;
    return all;
}

std::string StudyStore::fact(const std::string& key) const
{
    auto row = database_->prepare("SELECT value FROM study WHERE key = ?");
    row.bind(key);
    return row.step() ? row.text(0) : "";
}

}  // namespace hpnsim
