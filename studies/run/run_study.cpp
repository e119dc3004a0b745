// SPDX-License-Identifier: GPL-2.0-only
// Starts the runs of a study that have not been made, and judges how each ended.
#include "hpnsim/run_study.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/progress.hpp"
#include "hpnsim/run_folder.hpp"
#include "run/ended_runs.hpp"
#include "run/study_folder.hpp"
#include "run/study_progress.hpp"
#include "store/flow_figures.hpp"
#include "store/port_figures.hpp"

#include <cstring>
#include <deque>
#include <fstream>
#include <functional>
#include <map>
#include <memory>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

constexpr auto kPatience = std::chrono::milliseconds(100);
constexpr auto kForInterrupted = std::chrono::seconds(10);

RunStatus status_of(const JobEnd& end)
{
    if (end.timed_out) return RunStatus::timed_out;
    if (end.signal != 0) return RunStatus::crashed;
    switch (end.exit_status) {
    case 0:
        return RunStatus::ok;
    case 2:
        return RunStatus::refused;
    case 3:
        return RunStatus::unfinished;
    case 4:
        return RunStatus::failed;
    default:
        return RunStatus::crashed;
    }
}

/// A run that was made has a folder, unless it failed before it had anything to write.
bool is_to_be_made(const StoredRun& run, const StudySettings& settings)
{
    switch (run.status) {
    case RunStatus::waiting:
        return true;
    case RunStatus::ok:
    case RunStatus::unfinished:
        return !fs::is_directory(settings.out / run.folder);
    default:
        return settings.again;
    }
}

std::string last_line(const fs::path& file)
{
    std::ifstream in(file);
    std::string line, last;
    while (std::getline(in, line))
        if (!line.empty()) last = line;
    return shortened(last);
}

std::string message_of(const JobEnd& end, const fs::path& log)
{
    if (end.timed_out) return "it took longer than the limit";
    if (end.signal != 0) return std::string("ended by the signal ") + strsignal(end.signal);
    return end.exit_status == 0 ? "" : last_line(log);
}

/// Enters what a run has found, if it has left a folder. One that was cut short may have no summary, or half
/// of a file.
void enter(StudyStore& store, const StoredRun& run, const fs::path& dir)
{
    Figures all;
    std::vector<SizeBucket> sizes;
    try {
        if (!dir.empty() && RunFolder(dir).finished()) {
            const RunFolder folder(dir);
            all = figures_of(folder.summary());
            const RunRecord record = folder.record();
            for (const Figures& more : {port_figures(folder), flow_figures(record)})
                all.insert(all.end(), more.begin(), more.end());
            sizes = size_buckets(record);
        }
    } catch (const BadInput&) {
        all.clear();
    }
    store.record(run, all, sizes);
}

/// One study being carried out.
class Conductor
{
public:
    Conductor(const Study& study, const StudySettings& settings, const std::string& command)
        : study_(study), settings_(settings), folder_(settings.out, settings.share), ended_(settings.out),
          pool_(settings.processes, settings.limit)
    {
        const std::vector<StudyRun> runs = runs_of(study);
        if (!runs.empty()) swept_ = runs.front().swept;
        for (size_t at = 0; at < runs.size(); ++at)
            if (settings.share.has(at)) words_[runs[at].label] = runs[at].words(study.scenario);
        with_store([&](StudyStore& store) {
            store.enter(study, runs, command);
            enter_ended(store);
            for (const StoredRun& run : store.runs())
                if (is_mine(run) && is_to_be_made(run, settings)) waiting_.push_back(run);
        });
    }

    StudyEnd carry_out()
    {
        const Interrupt interrupt;
        StudyProgress progress(waiting_.size(), settings_.quiet || settings_.share.number > 0);
        StudyEnd end;
        while (!Interrupt::asked() && (!waiting_.empty() || pool_.running() > 0)) {
            while (!waiting_.empty() && !pool_.full()) start_next();
            for (const JobEnd& each : pool_.wait(kPatience)) take(each, progress, end);
            progress.show(pool_.running(), settings_.processes);
        }
        end.interrupted = Interrupt::asked();
        if (end.interrupted) stop_running();
        folder_.tidy();
        with_store([&](StudyStore& store) {
            store.go_on(swept_);
            finish(store, end);
        });
        return end;
    }

private:
    bool is_mine(const StoredRun& run) const { return words_.count(run.label) != 0; }

    /// A whole study keeps its database open; shares take turns with theirs.
    void with_store(const std::function<void(StudyStore&)>& act)
    {
        folder_.alone([&] {
            if (!store_) store_ = std::make_unique<StudyStore>(folder_.database(), StudyStore::Use::write);
            act(*store_);
            if (!settings_.share.whole()) store_.reset();
        });
    }

    size_t enter_ended(StudyStore& store) const
    {
        return ended_.enter_into(
            store, [&](const StoredRun& run, bool folder) { enter(store, run, folder_of(run, folder)); });
    }

    void finish(StudyStore& store, StudyEnd& end) const
    {
        const size_t entered = enter_ended(store);
        for (const StoredRun& run : store.runs()) {
            if (is_mine(run)) ++end.runs[static_cast<size_t>(run.status)];
            if (run.status == RunStatus::waiting) ++end.left;
        }
        if (settings_.flows)
            for (const StoredRun& run : store.without_flows())
                if (fs::is_directory(settings_.out / run.folder))
                    store.enter_flows(run, RunFolder(settings_.out / run.folder));
        end.completed = end.left == 0 && (settings_.share.whole() || entered > 0);
    }

    /// Of a share, another process may have to enter it.
    void write_down(const StoredRun& run, bool left_anything)
    {
        if (!settings_.share.whole()) return ended_.add(run, left_anything, folder_.scratch());
        enter(*store_, run, folder_of(run, left_anything));
    }

    fs::path folder_of(const StoredRun& run, bool left_anything) const
    {
        return left_anything ? settings_.out / run.folder : fs::path();
    }

    void start_next()
    {
        folder_.require_room();
        const StoredRun run = waiting_.front();
        folder_.prepare(run.label);
        Job job;
        job.number = static_cast<size_t>(run.id);
        job.words = words_.at(run.label);
        job.words[0] = (settings_.programs / job.words[0]).string();
        for (const char* each : {"--out", "", "--quiet"}) job.words.emplace_back(each);
        job.words[job.words.size() - 2] = (folder_.work(run.label) / "out").string();
        if (!settings_.plots) job.words.emplace_back("--no-plots");
        job.output = folder_.printed(run.label);
        job.errors = folder_.log(run.label);
        pool_.start(job);
        at_work_[job.number] = run;
        waiting_.pop_front();
    }

    void take(const JobEnd& ended, StudyProgress& progress, StudyEnd& end)
    {
        StoredRun run = at_work_.at(ended.number);
        at_work_.erase(ended.number);
        if (ended.exit_status == 130)
            return folder_.discard(run.label);  // somebody stopped it: it was not made
        const fs::path log = folder_.log(run.label);
        run.status = status_of(ended);
        run.exit_status = ended.signal != 0 ? 128 + ended.signal : ended.exit_status;
        run.message = message_of(ended, log);
        run.wall_s = ended.wall_s;
        run.peak_rss_mb = ended.peak_rss_mb;
        if (run.message.find(std::strerror(ENOSPC)) != std::string::npos) {
            folder_.discard(run.label);
            throw PlainFailure("the disk is full (" + run.message +
                               "); the runs so far are kept, and the same command goes on from there");
        }
        const bool left_anything = folder_.publish(run.label);
        if (!left_anything) folder_.discard(run.label);
        write_down(run, left_anything);
        ++end.made_now;
        const bool bad = run.status != RunStatus::ok;
        progress.ended(ended.wall_s, bad, run.label,
                       std::string(status_name(run.status)) + ": " + run.message);
        if (!bad && fs::is_empty(log)) fs::remove(log);
    }

    void stop_running()
    {
        pool_.interrupt();
        const auto until = std::chrono::steady_clock::now() + kForInterrupted;
        while (pool_.running() > 0 && std::chrono::steady_clock::now() < until) pool_.wait(kPatience);
    }

    const Study& study_;
    const StudySettings& settings_;
    StudyFolder folder_;
    EndedRuns ended_;
    std::unique_ptr<StudyStore> store_;
    ProcessPool pool_;
    std::vector<std::string> swept_;                         // options
    std::map<std::string, std::vector<std::string>> words_;  // of the share's runs, by label
    std::deque<StoredRun> waiting_;
    std::map<size_t, StoredRun> at_work_;
};

}  // namespace

int StudyEnd::exit_status() const
{
    if (interrupted) return 130;
    if (of(RunStatus::failed) + of(RunStatus::crashed) + of(RunStatus::timed_out) + of(RunStatus::refused) >
        0)
        return 4;
    return of(RunStatus::unfinished) > 0 ? 3 : 0;
}

StudyEnd run_study(const Study& study, const StudySettings& settings, const std::string& command)
{
    return Conductor(study, settings, command).carry_out();
}

}  // namespace hpnsim
