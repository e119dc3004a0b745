// SPDX-License-Identifier: GPL-2.0-only
// Lists what the contract names and this version does not do yet. There is one list, and whoever builds a
// feature deletes its line.
#pragma once

#include <string>
#include <vector>

namespace hpnsim
{

struct Unavailable {
    const char* option;
    const char* value;    ///< empty: the option as such
    const char* nearest;  ///< what serves instead; empty: nothing
};

const std::vector<Unavailable>& unavailable();

/// Throws BadInput if `--option value` is not available in this version. `what` begins the sentence.
void refuse_unavailable(const std::string& what, const std::string& option, const std::string& value);

}  // namespace hpnsim
