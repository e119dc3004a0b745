// SPDX-License-Identifier: GPL-2.0-only
// Finds the forms that `--also-write` names.
#include "hpnsim/peer_forms.hpp"

#include "hpnsim/name_list.hpp"
#include "hpnsim/names.hpp"

namespace hpnsim
{

PeerForms parse_peer_forms(const std::string& place, const std::string& list)
{
    static const std::vector<std::string> kNames = {"hpcc-sim", "flowmon"};
    PeerForms forms;
    if (list.empty()) return forms;
    for (const std::string& name : split_list(list))
        (parse_name(place, name, kNames) == 0 ? forms.hpcc_sim : forms.flowmon) = true;
    return forms;
}

}  // namespace hpnsim
