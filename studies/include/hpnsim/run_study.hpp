// SPDX-License-Identifier: GPL-2.0-only
// Carries out a study: starts its runs as processes, several at a time, and enters what they find into its
// database. A study that was stopped, killed or cut off goes on where it was.
#pragma once

#include "hpnsim/share.hpp"
#include "hpnsim/study_store.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <string>

namespace hpnsim
{

struct StudySettings {
    std::filesystem::path out;       ///< gets sweep.sqlite, runs/LABEL and logs/LABEL.txt
    std::filesystem::path programs;  ///< folder of the scenarios' programs
    unsigned processes = 0;          ///< at a time; 0: one
    std::chrono::seconds limit{0};   ///< for one run; 0: none
    bool again = false;              ///< also runs that failed, crashed or were refused before
    bool plots = false;              ///< each run draws its own plots
    bool quiet = false;
    bool flows = false;  ///< also enter the flows of all runs into the database
    Share share;         ///< make the runs of this share alone
};

struct StudyEnd {
    std::array<size_t, 7> runs{};  ///< of the share, by RunStatus
    size_t made_now = 0;           ///< of them, by this call
    size_t left = 0;               ///< runs of all shares that wait to be made
    bool interrupted = false;
    bool completed = false;  ///< by this call: with it no run of the study waits any more
    size_t of(RunStatus status) const { return runs[static_cast<size_t>(status)]; }
    /// 0: all is well; 3: runs with unfinished flows; 4: runs that failed; 130: interrupted.
    int exit_status() const;
};

/// Throws BadInput if the folder holds something else, or another study writes into it; PlainFailure when the
/// disk is full, and what is there then is whole.
StudyEnd run_study(const Study& study, const StudySettings& settings, const std::string& command);

/// The file of the database in a study's folder.
std::filesystem::path database_of(const std::filesystem::path& out);

}  // namespace hpnsim
