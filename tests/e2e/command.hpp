// SPDX-License-Identifier: GPL-2.0-only
// Runs hpnsim's binaries from tests, in folders of their own.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace hpnsim::test
{

struct Ran {
    int status = -1;
    std::string out, err;
};

/// Runs `line`: a binary's name and its arguments, as a shell reads them. `@DATA` stands for tests/data.
Ran run(const std::string& line);

/// Runs a script of the shell, in which `@BIN` stands for the folder of the binaries.
Ran shell(const std::string& script);

std::string read(const std::filesystem::path& file);
/// Reads the run's summary.json.
nlohmann::json summary(const std::filesystem::path& out, const std::string& label);
/// Reads the lines that do not begin with `#`.
std::vector<std::string> rows(const std::filesystem::path& file);

/// Makes a new empty folder, which is removed with the object.
class Folder
{
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace hpnsim::test
