// SPDX-License-Identifier: GPL-2.0-only
// Declares the options of a scenario as one table: each with its group, its help and how it is set.
#pragma once

#include "hpnsim/options.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hpnsim
{

struct OptionDecl {
    std::string name;
    std::string value;  ///< placeholder in the help; empty: a flag
    std::string group;
    std::string help;  ///< meaning, unit, default
    /// Sets it from `text` (a flag: "true"). `what` begins the sentence of a BadInput.
    std::function<void(Options&, const std::string& what, const std::string& text)> set;
    bool repeatable = false;
};

/// Lists the options of a scenario, its own first, in the order of the help. Throws BadInput.
std::vector<OptionDecl> option_table(const std::string& scenario);

const OptionDecl* find_option(const std::vector<OptionDecl>& table, const std::string& name);

/// Returns the names for "the nearest is": those that exist and can be used.
std::vector<std::string> option_names(const std::vector<OptionDecl>& table);

}  // namespace hpnsim
