// SPDX-License-Identifier: GPL-2.0-only
// Holds what a loaded plug-in file says about its algorithms, after the checks that this host can call them.
// Internal to the plug-ins.
#pragma once

#include "hpnsim/registry.hpp"

#include <boost/dll/shared_library.hpp>

#include <string>

namespace hpnsim
{

/// The tables that a plug-in file holds; null: nothing for this slot.
struct PluginContents {
    const CcOps* cc = nullptr;
    const PathOps* path = nullptr;
    const ReceiverOps* receiver = nullptr;
};

/// Maps the file and resolves every symbol. Throws BadInput: "`subject` needs ...".
boost::dll::shared_library open_library(const std::string& subject, const std::string& file);

/// Returns the tables of a file, after checking everything about them that can be checked. Throws BadInput.
PluginContents contents_of(const std::string& subject, const boost::dll::shared_library& library);

}  // namespace hpnsim
