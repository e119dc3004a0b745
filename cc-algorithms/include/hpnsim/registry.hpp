// SPDX-License-Identifier: GPL-2.0-only
// Finds algorithms by name, and holds a chosen algorithm with its parameters: "dcqcn:preset=paper,g=0.01".
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/cc.hpp"
#include "hpnsim/path.hpp"
#include "hpnsim/receiver.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// The algorithms that are built in and those that were added, sorted by name.
const std::vector<const CcOps*>& all_cc();
const std::vector<const PathOps*>& all_paths();
const std::vector<const ReceiverOps*>& all_receivers();

/// Adds an algorithm under a new name, such as one that a plug-in brings (plugin_files.hpp). It must last as
/// long as the process. Call this before the first run, from the first thread.
void add_algorithm(const CcOps& ops);
void add_algorithm(const PathOps& ops);
void add_algorithm(const ReceiverOps& ops);

/// An algorithm with the parameters that it runs with.
template <class Ops> struct Chosen {
    const Ops* ops = nullptr;
    std::shared_ptr<void> params;  ///< its Params, shared by every QP
    std::string name;              ///< as registered
    std::string label;             ///< as the user wrote it

    explicit operator bool() const { return ops != nullptr; }
    const Info& info() const { return *ops->slot.info; }
};

/// Parses NAME[:key=value,...]. `preset=NAME` applies a declared preset first. A name that is not registered
/// is looked for in the plug-in path.
/// Throws BadInput that names the nearest valid name or key, or the range with its unit.
Chosen<CcOps> choose_cc(const std::string& text);
Chosen<PathOps> choose_path(const std::string& text);
Chosen<ReceiverOps> choose_receiver(const std::string& text);

/// Returns the preset of `slot` that `text`, NAME[:key=value,...], picks; null: none. Throws BadInput that
/// begins with `what`.
const Preset* preset_of(const std::string& what, const SlotOps& slot, const std::string& text);

/// Lists "key=value unit" for every parameter, in declared order, for the header of a result.
std::vector<std::pair<std::string, std::string>> describe_params(const SlotOps&, const void* params);

}  // namespace hpnsim
