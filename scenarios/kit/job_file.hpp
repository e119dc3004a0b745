// SPDX-License-Identifier: GPL-2.0-only
// Reads the jobs of a file: a section each, with the options of its scenario and those that every job has.
#pragma once

#include "hpnsim/options.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// What every job may say beside the options of its scenario.
struct JobSettings {
    std::string scenario;
    std::string ranks;                          ///< a list of endpoints, or how many; empty: the whole fabric
    std::string repeat;                         ///< a number, or kForever; empty: once
    std::string cc, path, transport, receiver;  ///< empty: as the run has it
    std::optional<int> priority;                ///< of its data
    double start_us = 0, gap_us = 0;
    std::optional<double> stop_us;

    static constexpr const char* kForever = "forever";
    static const std::vector<Setting>& settings();
    /// True: it differs from the run in how its NICs send.
    bool own_function() const
    {
        return !cc.empty() || !path.empty() || !transport.empty() || !receiver.empty() || priority;
    }
    /// How many turns it has; 0: they do not end.
    uint64_t turns() const;
};

struct JobSpec {
    std::string name;
    std::string place;  ///< of its section
    JobSettings how;
    std::vector<uint32_t> list;  ///< `ranks` as a list of ids
    uint32_t count = 0;          ///< `ranks` as a number; 0: it is none
    Options options;             ///< those of its scenario; `places` has the lines that set them
};

/// Makes the jobs of the sections, with the common options of the run. Throws BadInput with file and line.
std::vector<JobSpec> read_jobs(const Options& run, const std::vector<ConfigSection>& sections);

/// Does `act`, whose complaints about an option name the line of the job that has set it, and others its
/// section.
void about_job(const JobSpec& job, const std::function<void()>& act);

/// Returns the job file of this name, or else the example that is built in under it. Throws BadInput.
NamedText job_file(const std::string& what, const std::string& name);

/// The examples that are built in, by their names.
const std::vector<NamedText>& job_examples();

/// The help: how a job is written, with a whole file.
std::string how_to_write_jobs();

}  // namespace hpnsim
