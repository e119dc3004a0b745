// SPDX-License-Identifier: GPL-2.0-only
// A folder for one test, and scripts that stand for scenarios.
#pragma once

#include <filesystem>
#include <string>

namespace hpnsim::test
{

class Scratch
{
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

    void write(const std::string& name, const std::string& text) const;
    /// Makes a program of this name in the folder `bin`. In the script $OUT is the folder of --out, and
    /// $SENDERS and $SEED what these options say; `found FIGURES` writes a summary with them.
    void program(const std::string& name, const std::string& script) const;
    std::filesystem::path bin() const { return path_ / "bin"; }

private:
    std::filesystem::path path_;
};

}  // namespace hpnsim::test
