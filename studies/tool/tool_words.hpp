// SPDX-License-Identifier: GPL-2.0-only
// The command line of a tool: options that take a value, options that stand alone, and names. A wrong option
// is a sentence that names the nearest.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace hpnsim
{

class ToolWords
{
public:
    /// Throws BadInput. --help and --version are known to all.
    ToolWords(int argc, char** argv, const std::vector<std::string>& with_value,
              const std::vector<std::string>& alone);
    bool has(const std::string& option) const { return values_.count(option) != 0; }
    /// The last one given.
    std::string value(const std::string& option, const std::string& otherwise = "") const;
    std::vector<std::string> all(const std::string& option) const;
    const std::vector<std::string>& names() const { return names_; }

private:
    std::map<std::string, std::vector<std::string>> values_;
    std::vector<std::string> names_;
};

/// "a,b" as two texts; `\,` is a comma within one.
std::vector<std::string> cut_at_commas(const std::string& text);
/// "a=b" as a pair. Throws BadInput that begins with `place`.
std::pair<std::string, std::string> cut_at_equals(const std::string& place, const std::string& text);

}  // namespace hpnsim
