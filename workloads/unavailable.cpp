// SPDX-License-Identifier: GPL-2.0-only
// Holds the list of what is not available yet, and the sentence that says so.
#include "hpnsim/unavailable.hpp"

#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

const std::vector<Unavailable>& unavailable()
{
    static const std::vector<Unavailable> list = {
        {"algorithm", "tree", "ring or hierarchical"},
        {"algorithm", "halving-doubling", "ring or hierarchical"},
        {"algorithm", "multi-ring", "ring or hierarchical"},
        {"algorithm", "nvls", "ring or hierarchical"},
        {"format", "simai", "hpcc"},
    };
    return list;
}

void refuse_unavailable(const std::string& what, const std::string& option, const std::string& value)
{
    for (const Unavailable& each : unavailable()) {
        if (option != each.option || (each.value[0] != '\0' && value != each.value)) continue;
        const std::string name = each.value[0] == '\0' ? "this option" : "'" + value + "'";
        const std::string instead = each.nearest[0] == '\0' ? "" : "; use " + std::string(each.nearest);
        throw BadInput(what + ": " + name + " is not available in this version" + instead);
    }
}

}  // namespace hpnsim
