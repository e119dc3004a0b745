// SPDX-License-Identifier: GPL-2.0-only
// OutFolder holds the folder of --out while a run of hpnsim writes into it.
#pragma once

#include <filesystem>
#include <string>

namespace hpnsim
{

/// Holds the folder for one process at a time. Earlier results stay where they are until publish(): a run
/// that fails or is killed before it has any of its own leaves them as they were.
class OutFolder
{
public:
    /// Makes the folder if need be. A folder that hpnsim wrote (it holds `.hpnsim`) may be used again, unless
    /// another process does so now; any other that is not empty is refused, as is what cannot be written.
    /// Throws BadInput.
    explicit OutFolder(const std::filesystem::path& dir);
    ~OutFolder();
    OutFolder(const OutFolder&) = delete;
    OutFolder& operator=(const OutFolder&) = delete;

    const std::filesystem::path& dir() const { return dir_; }
    /// Returns where runs are to be written now: the folder itself, or `unfinished-runs` in it while earlier
    /// results stand.
    std::filesystem::path root() const;
    /// Puts what root() holds in the place of the earlier results, and says so on stderr; nothing else in the
    /// folder is touched. It does nothing without earlier results, or the second time. Throws BadInput.
    void publish();

private:
    void lock();
    void recover();

    std::filesystem::path dir_;
    int marker_ = -1;      // `.hpnsim`, locked
    bool staged_ = false;  // there are earlier results
};

}  // namespace hpnsim
