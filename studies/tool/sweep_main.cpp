// SPDX-License-Identifier: GPL-2.0-only
// The main function of the tool `sweep`: sweep SCENARIO OPTIONS... | sweep FILE.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/figure_kinds.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/run_study.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/study_report.hpp"
#include "hpnsim/study_table.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/version.hpp"
#include "tool/tool_words.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <thread>

using namespace hpnsim;
namespace fs = std::filesystem;

namespace
{

constexpr const char* kHelp =
    R"(sweep SCENARIO --option VALUES ... [--out DIR]
sweep FILE [--out DIR]
sweep --show DIR [--figures A,B]

Runs a scenario once for each combination of the values of its options, several runs at a time,
each a process of its own, and collects their figures in one database, DIR/sweep.sqlite.

  sweep incast --senders 8,64,256 --cc dcqcn --cc 'hpcc:eta={0.9,0.95}' --seeds 10

Several values: repeat the option, separate them by commas (numbers, sizes, names), or write
alternatives in braces inside a value. --seeds K makes K runs, one a seed.

The same in a file, which needs no quotes:

  scenario = incast
  senders = 8, 64, 256
  cc = dcqcn
  cc = hpcc:eta={0.9,0.95}
  seeds = 10

Sections [NAME] in a file are grids of their own: their options come in the place of those above.

Stop it as you like, even by kill -9: the same command goes on where it was. Runs that crash, or
are refused, are written down, and the others go on.

The same command may run on many machines at once: `mpirun sweep FILE`, or as a Slurm array
(`#SBATCH --array=0-19`, then `sweep FILE`). Each process makes its share of the runs. --out has to be on a file
system that all of them see, and that has locks (flock); the last to end enters all into the
database and prints the table.

Options of sweep itself:
  --out DIR          where everything goes (default out/sweep-SCENARIO)
  --processes N      runs at a time (default: one for each core; of a share that mpirun or Slurm has
                     started: one, or SLURM_CPUS_PER_TASK)
  --share K/N        make the K-th of N shares of the runs; 1/1 makes all, whoever started it
  --show             print the table of DIR again, and write nothing
  --flows            also enter all flows into the database: table flows, as flows.csv has them
  --time-limit S     seconds after which a run is ended and noted as such (default: none)
  --again            also make runs anew that failed, crashed or were refused
  --dry-run          list the runs as commands and make none
  --figures A,B,...  figures of the table at the end (default: the usual ones that there are)
  --run-plots        let each run draw its own plots
  --quiet            no progress, no table
  --help, --version

DIR holds report.html (what won and by how much, tables, figures: open it in a browser),
sweep.sqlite (tables study, runs, settings, figures; view results, a row a run), runs/LABEL as
other output folders have them, and logs/LABEL.txt where a run has said something.
In Python:  pandas.read_sql("select * from results", sqlite3.connect("DIR/sweep.sqlite"))

Exit status: 0 all runs are complete; 2 bad input; 3 runs with unfinished flows; 4 runs that
failed; 130 interrupted.
)";

struct Asked {
    StudySettings settings;
    std::vector<std::string> words;  ///< of the study
    std::vector<std::string> figures;
    bool dry_run = false;
    bool show = false;
    bool share_given = false;
    std::string page;  ///< help or version
};

/// Takes what is for sweep itself; the rest is the study's.
class Reader
{
public:
    Reader(int argc, char** argv) : words_(argv + 1, argv + argc) {}

    Asked read()
    {
        for (at_ = 0; at_ < words_.size(); ++at_)
            if (!take(words_[at_])) asked_.words.push_back(words_[at_]);
        return asked_;
    }

private:
    bool take(const std::string& word)
    {
        StudySettings& settings = asked_.settings;
        const std::string name = word.substr(0, word.find('='));
        if (name == "--help" || name == "--version")
            asked_.page = name.substr(2);
        else if (name == "--out")
            settings.out = value(word);
        else if (name == "--processes")
            settings.processes = static_cast<unsigned>(parse_count(name, value(word), 1, 1024));
        else if (name == "--time-limit")
            settings.limit = std::chrono::seconds(parse_count(name, value(word), 1, 1'000'000'000));
        else if (name == "--figures")
            asked_.figures = cut_at_commas(value(word));
        else if (name == "--share") {
            settings.share = parse_share(name, value(word));
            asked_.share_given = true;
        } else if (word == "--show")
            asked_.show = true;
        else if (word == "--flows")
            settings.flows = true;
        else if (word == "--again")
            settings.again = true;
        else if (word == "--dry-run")
            asked_.dry_run = true;
        else if (word == "--run-plots")
            settings.plots = true;
        else if (word == "--quiet")
            settings.quiet = true;
        else
            return false;
        return true;
    }

    std::string value(const std::string& word)
    {
        const size_t equals = word.find('=');
        if (equals != std::string::npos && equals + 1 < word.size()) return word.substr(equals + 1);
        if (equals != std::string::npos || at_ + 1 == words_.size())
            throw BadInput(word.substr(0, equals) + " needs a value");
        return words_[++at_];
    }

    std::vector<std::string> words_;
    size_t at_ = 0;
    Asked asked_;
};

bool is_scenario(const std::string& word)
{
    const auto all = all_scenarios();
    return std::any_of(all.begin(), all.end(),
                       [&word](const ScenarioInfo* each) { return each->name == word; });
}

Study study_in(const std::vector<std::string>& words)
{
    if (words.empty())
        throw BadInput("name a scenario and its options, or a file of them; --help shows both");
    const bool file = !is_scenario(words[0]) && fs::exists(words[0]);
    if (!file && words[0].find_first_of("./") != std::string::npos)
        throw BadInput("there is no file '" + words[0] + "'");
    if (!file) return study_of_words(words);
    if (words.size() > 1)
        throw BadInput("'" + words[1] +
                       "' is not expected after a file, which holds all options of the runs");
    return study_of_file(words[0]);
}

void list(const Study& study, const std::vector<StudyRun>& runs)
{
    for (const StudyRun& run : runs) {
        const std::vector<std::string> words = run.words(study.scenario);
        std::vector<const char*> argv;
        for (const std::string& word : words) argv.push_back(word.c_str());
        std::cout << quote_command(static_cast<int>(argv.size()), argv.data()) << "\n";
    }
}

void check_figures(const std::vector<std::string>& asked, const std::vector<SeedGroup>& groups)
{
    std::vector<std::string> there;
    for (const SeedGroup& group : groups)
        for (const auto& each : group.figures)
            if (std::find(there.begin(), there.end(), each.first) == there.end()) there.push_back(each.first);
    for (const std::string& name : asked)
        if (std::find(there.begin(), there.end(), name) == there.end())
            throw BadInput("--figures: no run has the figure '" + name + "'" + suggestion(name, there));
}

void print_study(const std::vector<StudyRun>& runs, const StudyStore& store,
                 const std::vector<std::string>& figures)
{
    const std::vector<SeedGroup> groups = groups_of(runs, store);
    check_figures(figures, groups);
    print_table(std::cout, groups, figures.empty() ? usual_figures(groups) : figures);
    print_comparison(std::cout, groups, figures);
}

size_t runs_in(const StudyEnd& end)
{
    return std::accumulate(end.runs.begin(), end.runs.end(), size_t{0});
}

void tell(const StudyEnd& end, const Asked& asked, const std::vector<StudyRun>& runs)
{
    const StudySettings& settings = asked.settings;
    if (!settings.quiet && (end.completed || settings.share.whole()))
        print_study(runs, StudyStore(database_of(settings.out), StudyStore::Use::read), asked.figures);
    std::cerr << "sweep: ";
    if (!settings.share.whole())
        std::cerr << "share " << settings.share.name() << ": " << runs_in(end) << " of ";
    std::cerr << runs.size() << (runs.size() == 1 ? " run" : " runs");
    for (const RunStatus status :
         {RunStatus::ok, RunStatus::unfinished, RunStatus::failed, RunStatus::refused, RunStatus::crashed,
          RunStatus::timed_out, RunStatus::waiting})
        if (end.of(status) > 0) std::cerr << ", " << end.of(status) << " " << status_name(status);
    std::cerr << " (" << end.made_now << " made now)";
    if (!settings.share.whole() && end.left > 0) std::cerr << ", " << end.left << " left to all shares";
    std::cerr << ": " << database_of(settings.out).string() << "\n";
    std::cerr << "sweep: report: " << (settings.out / "report.html").string() << "\n";
    if (end.interrupted) std::cerr << "sweep: interrupted; the same command goes on from here\n";
}

void show(const Asked& asked)
{
    if (asked.words.size() != 1)
        throw BadInput("--show: name the folder of a sweep, as in sweep --show out/sweep-incast");
    const fs::path dir = asked.words[0];
    if (!is_study_folder(dir)) throw BadInput(dir.string() + " has no database of a sweep (sweep.sqlite)");
    const StudyStore store(database_of(dir), StudyStore::Use::read);
    print_study(store.study_runs(), store, asked.figures);
    std::cerr << "sweep: made by hpnsim " << store.fact("version") << ": " << store.fact("command") << "\n";
}

/// Takes the share of this process, and what follows from it.
void share_out(Asked& asked)
{
    StudySettings& settings = asked.settings;
    if (!asked.share_given)
        settings.share = share_of_process([](const char* name) { return std::getenv(name); });
    if (settings.processes == 0) settings.processes = settings.share.processes;
    if (settings.processes == 0) settings.processes = std::max(1U, std::thread::hardware_concurrency());
}

int run(int argc, char** argv)
{
    Asked asked = Reader(argc, argv).read();
    if (asked.page == "help") std::cout << kHelp;
    if (asked.page == "version") std::cout << "sweep (hpnsim) " << version() << "\n";
    if (!asked.page.empty()) return 0;
    if (asked.show) return show(asked), 0;
    const Study study = study_in(asked.words);
    const std::vector<StudyRun> runs = runs_of(study);
    if (asked.dry_run) {
        list(study, runs);
        return 0;
    }
    StudySettings& settings = asked.settings;
    if (settings.out.empty()) settings.out = "out/sweep-" + study.scenario;
    share_out(asked);
    settings.programs = fs::canonical("/proc/self/exe").parent_path();
    const StudyEnd end = run_study(study, settings, quote_command(argc, argv));
    write_study_report(settings.out);
    tell(end, asked, runs);
    return end.exit_status();
}

}  // namespace

int main(int argc, char** argv)
{
    return run_main("sweep", [&] { return run(argc, argv); });
}
