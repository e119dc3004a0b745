// SPDX-License-Identifier: GPL-2.0-only
// The folder of a study, held by one process at a time or by those of its shares, and the places in it.
#pragma once

#include "hpnsim/share.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace hpnsim
{

class StudyFolder
{
public:
    /// Throws BadInput: not empty and no study's, held by another process, cannot be written.
    StudyFolder(const std::filesystem::path& dir, const Share& share);
    ~StudyFolder();
    StudyFolder(const StudyFolder&) = delete;
    StudyFolder& operator=(const StudyFolder&) = delete;

    std::filesystem::path database() const;
    /// Where a run writes while it goes on.
    std::filesystem::path work(const std::string& label) const { return work_ / label; }
    /// A file of this process alone.
    std::filesystem::path scratch() const { return work_ / ".ended"; }
    std::filesystem::path log(const std::string& label) const { return dir_ / "logs" / (label + ".txt"); }
    std::filesystem::path printed(const std::string& label) const { return work(label) / "printed.txt"; }

    /// Prepares the places for a run, without what an earlier try has left.
    void prepare(const std::string& label) const;
    /// Puts what the run has written into runs/LABEL, in the place of what was there. False: it has written
    /// nothing.
    bool publish(const std::string& label) const;
    /// Removes what a run leaves that does not count.
    void discard(const std::string& label) const;
    /// Removes the place for runs under way.
    void tidy() const;
    /// Throws PlainFailure when the disk has too little room for another run.
    void require_room() const;

    /// Calls `act` while no other share does: it may write the database.
    void alone(const std::function<void()>& act) const;

private:
    void lock();
    std::filesystem::path dir_, work_;
    bool shared_;
    int lock_ = -1;
};

}  // namespace hpnsim
