// SPDX-License-Identifier: GPL-2.0-only
// Makes the sentence about a name that a table does not have.
#include "registry/choice.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"

#include <algorithm>

namespace hpnsim
{

size_t place_among(const std::vector<std::string>& names, const std::string& what, const std::string& name)
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<size_t>(found - names.begin());
    std::string all;
    for (const std::string& each : names) all += (all.empty() ? "" : ", ") + each;
    throw BadInput(what + ": no '" + name + "'; the nearest is '" + nearest(name, names) + "'; there are " +
                   all);
}

}  // namespace hpnsim
