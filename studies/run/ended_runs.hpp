// SPDX-License-Identifier: GPL-2.0-only
// How the runs of shares ended, a small file each, until one process enters them all into the database.
// Shares write no database themselves: files that are renamed into place are whole on network file systems,
// too.
#pragma once

#include "hpnsim/study_store.hpp"

#include <filesystem>
#include <functional>

namespace hpnsim
{

class EndedRuns
{
public:
    explicit EndedRuns(const std::filesystem::path& study) : dir_(study / "ended") {}

    /// Writes down how the run ended; `scratch` is a file name that is free.
    void add(const StoredRun& run, bool has_folder, const std::filesystem::path& scratch) const;
    /// Calls `enter` for each, with whether it has a folder, and forgets it then. Returns how many there
    /// were.
    size_t enter_into(StudyStore& store,
                      const std::function<void(const StoredRun&, bool has_folder)>& enter) const;

private:
    std::filesystem::path dir_;
};

}  // namespace hpnsim
