// SPDX-License-Identifier: GPL-2.0-only
// Makes records for the tests of results.
#pragma once

#include "hpnsim/results.hpp"

#include <filesystem>

namespace hpnsim::test
{

/// Makes a folder that is removed with the object.
class TempFolder
{
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// Has two completed flows, one unfinished, one in error, and one port: small enough for a golden text.
RunRecord small_run();

/// Has `flows` flows with sizes from 1 KB to 1 MB and plausible slowdowns, ports on two planes, and queues.
RunRecord busy_run(const std::string& label, int flows, uint64_t seed);

std::string text_of(const std::filesystem::path& file);

}  // namespace hpnsim::test
