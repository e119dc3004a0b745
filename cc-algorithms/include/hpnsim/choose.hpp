// SPDX-License-Identifier: GPL-2.0-only
// Chooses an algorithm by its spec from a table: from the built-in ones, or from those and what plug-ins
// brought.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/spec.hpp"

namespace hpnsim
{

/// Makes the parameters of an algorithm: its defaults, changed by the preset of `spec` and then by its other
/// keys. `what` begins every sentence of error.
std::shared_ptr<void> make_params(const std::string& what, const SlotOps& slot, const Spec& spec);

/// A remark that the plug-in path has been searched; empty if there is none.
std::string not_in_plugin_path();

/// Picks the algorithm that `text` names out of `table`. `noun` says what the table holds.
template <class Ops> Chosen<Ops> choose_from(const std::vector<const Ops*>& table, const std::string& what,
                                             const std::string& noun, const std::string& text)
{
    const Spec spec = parse_spec(what, text);
    std::vector<std::string> names;
    for (const Ops* ops : table) {
        if (spec.name == ops->slot.info->name)
            return {ops, make_params(what, ops->slot, spec), spec.name, text};
        names.emplace_back(ops->slot.info->name);
    }
    throw BadInput(what + ": there is no " + noun + " '" + spec.name + "'" + suggestion(spec.name, names) +
                   not_in_plugin_path());
}

}  // namespace hpnsim
