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
    throw BadInput(what + ": no '" + name + "'" + suggestion_of_all(name, names));
}

}  // namespace hpnsim
