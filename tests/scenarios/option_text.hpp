// SPDX-License-Identifier: GPL-2.0-only
// Returns what the options say about one of them, by its name: only a scenario's own file knows its options.
#pragma once

#include "hpnsim/options.hpp"

#include <string>

namespace hpnsim::test
{

/// Returns the text of the option that is in force; of a repeatable one the first. Empty if there is none.
inline std::string option_text(const Options& options, const std::string& name)
{
    for (const WrittenOption& each : written(options))
        if (each.name == name) return each.text;
    return "";
}

}  // namespace hpnsim::test
