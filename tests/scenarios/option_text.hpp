// SPDX-License-Identifier: GPL-2.0-only
// What options say of one of them by its name: a scenario's own options are its file's alone.
#pragma once

#include "hpnsim/options.hpp"

#include <string>

namespace hpnsim::test
{

/// The text of the option that is in force; of a repeatable one the first. Empty without one.
inline std::string option_text(const Options& options, const std::string& name)
{
    for (const WrittenOption& each : written(options))
        if (each.name == name) return each.text;
    return "";
}

}  // namespace hpnsim::test
