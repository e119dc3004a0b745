// SPDX-License-Identifier: GPL-2.0-only
// Reads the jobs from their sections, and counts the hosts that they want.
#include "kit/jobs_options.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/scenario.hpp"

#include <algorithm>

namespace hpnsim
{

const std::vector<Setting>& JobsOptions::settings()
{
    static const std::vector<Setting> list = {
        text<&JobsOptions::file>("file",
                                 "the jobs: options of the run as --config has them, then a section "
                                 "[NAME] for each job; a word without dashes is this file, or one of the "
                                 "examples",
                                 "FILE"),
    };
    return list;
}

void complete_jobs(Options& asked)
{
    auto& own = asked.own.as<JobsOptions>();
    const std::string& file = own.file.empty() ? asked.common.config : own.file;
    if (file.empty())
        throw BadInput("a file of jobs is needed, as in `jobs FILE`; `jobs --help` shows a whole one");
    own.jobs = read_jobs(asked, own.sections);
    for (const JobSpec& job : own.jobs) {
        asked.places[job.name + ":"] = job.place + "[" + job.name + "] ";
        for (const auto& [name, place] : job.options.places) asked.places[job.name + ": --" + name] = place;
    }
    if (own.jobs.empty())
        throw BadInput(file + ": there is no job in it; a line [NAME] begins one (`jobs --help`)");
    const bool ends = std::any_of(own.jobs.begin(), own.jobs.end(), [](const JobSpec& job) {
        return job.how.turns() > 0 || job.how.stop_us.has_value();
    });
    if (!ends && !asked.common.stop_us)
        throw BadInput(file +
                       ": every job repeats forever, so that the run would never end; give --stop-us T, "
                       "or a job an end");
}

uint32_t hosts_of_jobs(const Options& asked)
{
    uint32_t listed = 0, counted = 0, whole = 0;
    for (const JobSpec& job : asked.own.as<JobsOptions>().jobs) {
        counted += job.count;
        for (const uint32_t id : job.list) listed = std::max(listed, id + 1);
        if (job.how.ranks.empty())
            about_job(job, [&] { whole = std::max(whole, hosts_needed(job.options)); });
    }
    return std::max(listed + counted, whole);
}

}  // namespace hpnsim
