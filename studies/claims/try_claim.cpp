// SPDX-License-Identifier: GPL-2.0-only
// Makes the runs of a claim and collects their figures.
#include "hpnsim/try_claim.hpp"

#include "hpnsim/study_store.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Figures of runs in the order of the study, whatever the database's is.
RunFigures figures_in(const Study& study, const std::filesystem::path& out)
{
    const StudyStore store(database_of(out), StudyStore::Use::read);
    const std::vector<StoredRun> stored = store.runs();
    const std::vector<Figures> results = store.results();
    RunFigures all;
    all.runs = runs_of(study);
    for (const StudyRun& run : all.runs) {
        const auto at = static_cast<size_t>(
            std::find_if(stored.begin(), stored.end(),
                         [&run](const StoredRun& each) { return each.label == run.label; }) -
            stored.begin());
        std::map<std::string, double> numbers;
        for (const auto& [name, value] : results.at(at))
            if (const auto* number = std::get_if<double>(&value)) numbers[name] = *number;
        const bool any =
            stored.at(at).status == RunStatus::ok || stored.at(at).status == RunStatus::unfinished;
        all.figures.push_back(any ? numbers : std::map<std::string, double>());
        all.statuses.emplace_back(status_name(stored.at(at).status));
    }
    return all;
}

}  // namespace

Trial try_claim(const Claim& claim, const StudySettings& settings, bool& interrupted)
{
    std::map<std::string, RunFigures> found;
    for (const ClaimRuns& runs : claim.runs) {
        StudySettings own = settings;
        own.out = settings.out / runs.name;
        interrupted = run_study(runs.study, own, "claims " + claim.name).interrupted;
        if (interrupted) return {};
        found[runs.name] = figures_in(runs.study, own.out);
    }
    Trial trial;
    for (const ClaimFigure& figure : claim.figures) trial.push_back(findings_of(figure, found));
    return trial;
}

}  // namespace hpnsim
