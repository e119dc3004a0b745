// SPDX-License-Identifier: GPL-2.0-only
// Loads plug-in files at run time, finds them by the name of what they hold, and tells which algorithm came
// from which file. What is loaded joins the registry and stays until the process ends.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/registry.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

struct PluginFile {
    std::string path;    ///< as the user wrote it, or as it was found
    std::string sha256;  ///< of its bytes, as sha256sum prints it
    std::vector<const SlotOps*> algorithms;
};

/// Loads a file and registers its algorithms. A file loaded twice is loaded once. Throws BadInput, one
/// sentence that begins with `what`, whatever is wrong with the file: it is tried in a process of its own
/// first, so that a file that crashes takes nobody along.
const PluginFile& load_plugin(const std::string& what, const std::string& file);

/// Adds a folder to the plug-in path, where choose_cc and the rest look for a NAME that they do not know,
/// as NAME.so or libNAME.so. Throws BadInput if there is no such folder.
void add_plugin_folder(const std::string& what, const std::string& folder);

/// Adds the folders of HPNSIM_PLUGIN_PATH, separated by colons; those that do not exist are passed over.
void add_plugin_folders_of_environment();

/// Describes the plug-in path, for sentences; empty if there is none.
std::string plugin_path_text();

/// Loads the first file of the plug-in path that is named after `name`. Null: there is none.
const PluginFile* find_plugin(const std::string& what, const std::string& name);

/// Loads whatever the plug-in path has; returns the sentences about files that are no plug-ins.
std::vector<std::string> load_plugin_path(const std::string& what);

/// Where an algorithm came from. Null: it is built in.
const PluginFile* plugin_of(const SlotOps& slot);

}  // namespace hpnsim
