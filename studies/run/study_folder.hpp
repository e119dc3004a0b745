// SPDX-License-Identifier: GPL-2.0-only
// The folder of a study, held by one process at a time, and the places in it.
#pragma once

#include <filesystem>
#include <string>

namespace hpnsim
{

class StudyFolder
{
public:
    /// Throws BadInput: not empty and no study's, held by another process, cannot be written.
    explicit StudyFolder(const std::filesystem::path& dir);
    ~StudyFolder();
    StudyFolder(const StudyFolder&) = delete;
    StudyFolder& operator=(const StudyFolder&) = delete;

    std::filesystem::path database() const;
    /// Where a run writes while it goes on.
    std::filesystem::path work(const std::string& label) const { return dir_ / "work" / label; }
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

private:
    void lock();
    std::filesystem::path dir_;
    int lock_ = -1;
};

}  // namespace hpnsim
