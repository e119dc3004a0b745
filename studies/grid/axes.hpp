// SPDX-License-Identifier: GPL-2.0-only
// Axes are built up option by option, whether from words or from a file, and judged by the scenario's own
// table of options.
#pragma once

#include "hpnsim/option_table.hpp"
#include "hpnsim/study.hpp"

namespace hpnsim
{

class AxisBuilder
{
public:
    explicit AxisBuilder(const std::string& scenario);

    /// Adds the values in `text` to those of the option; of options with commas between them, groups of
    /// values that a
    /// `;` separates. `place` begins a sentence about it.
    void add(const std::string& place, const std::string& option, const std::string& text);
    /// True for an option that stands alone, as `--verify`.
    bool stands_alone(const std::string& option) const;
    bool known(const std::string& option) const { return find_option(table_, option) != nullptr; }

    /// The option that a word without dashes is a value of; empty: none is.
    std::string bare() const;
    /// Of the letter of an option, as of nccl-tests' -b, its name; else empty.
    std::string name_of_letter(char letter) const;

    std::vector<Axis> finish() const;

private:
    std::vector<std::string> values_in(const std::string& place, const OptionDecl& option,
                                       const std::string& text) const;
    void check(const std::string& place, const OptionDecl& option, const std::string& text) const;
    const OptionDecl& known_option(const std::string& place, const std::string& name) const;
    void add_together(const std::string& place, const std::string& options, const std::string& text);

    std::string scenario_;
    std::vector<OptionDecl> table_;
    std::vector<Axis> axes_;
};

/// Throws BadInput: a scenario that does not exist or cannot be swept.
void check_scenario(const std::string& place, const std::string& name);

}  // namespace hpnsim
