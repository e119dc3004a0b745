// SPDX-License-Identifier: GPL-2.0-only
// The options of the scenario `jobs`: its file, and what the file says.
#pragma once

#include "kit/job_file.hpp"

namespace hpnsim
{

struct JobsOptions {
    std::string file;
    std::vector<ConfigSection> sections;  ///< of the file, and of --config
    std::vector<JobSpec> jobs;            ///< what they say

    static const std::vector<Setting>& settings();
};

/// Reads the sections. Throws BadInput if there are no jobs, or none that ever ends.
void complete_jobs(Options& asked);

/// Returns how many hosts a star needs that does not say.
uint32_t hosts_of_jobs(const Options& asked);

}  // namespace hpnsim
