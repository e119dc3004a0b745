// SPDX-License-Identifier: GPL-2.0-only
// Remembers the files that were loaded, and knows where to look for others. Code that is mapped into a
// process is the process's own, so this and the registry's tables are the only state that all runs of a
// process share.
#include "hpnsim/plugin_files.hpp"

#include "hpnsim/names.hpp"
#include "hpnsim/text.hpp"
#include "plugins/contents.hpp"
#include "plugins/elf.hpp"
#include "plugins/probe.hpp"
#include "plugins/sha256.hpp"
#include "plugins/watched.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hpnsim
{

namespace fs = std::filesystem;

namespace
{

struct Loaded {
    PluginFile file;
    fs::path canonical;
    boost::dll::shared_library library;
};

struct Store {
    std::deque<Loaded> loaded;  // a deque, because references into it must stay good
    std::vector<fs::path> folders;
};

/// The store is never destroyed: objects that die at the end of the program may still point into a plug-in.
Store& store()
{
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): one table for the process
    static Store* const only = new Store;
    return *only;
}

void search_in(const fs::path& folder)
{
    std::vector<fs::path>& folders = store().folders;
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
}

std::vector<fs::path> libraries_in(const fs::path& folder)
{
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ".so") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

[[noreturn]] void no_such_file(const std::string& what, const fs::path& file)
{
    std::vector<std::string> others;
    const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
    for (const fs::path& each : libraries_in(folder)) others.push_back(each.filename());
    const std::string other = nearest(file.filename(), others);
    const std::string sentence = what + ": there is no file '" + file.string() + "'";
    if (other.empty()) throw BadInput(sentence);
    throw BadInput(sentence + "; the nearest is '" + (file.parent_path() / other).string() + "'");
}

/// Reads a regular file. Opening a pipe or a device would wait, or never end.
std::string read_file(const std::string& what, const fs::path& file)
{
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) no_such_file(what, file);
    const std::string subject = what + ": '" + file.string() + "'";
    if (fs::is_directory(status))
        throw BadInput(subject + " is a folder; name a file, or put the folder into the plug-in path");
    if (!fs::is_regular_file(status)) throw BadInput(subject + " is not a file that can be loaded");
    constexpr uintmax_t kMostBytes = uintmax_t{256} << 20;  // an assumption, far above any plug-in
    const uintmax_t size = fs::file_size(file, error);
    if (!error && size > kMostBytes)
        throw BadInput(subject + " is larger than 256 MiB, the most that is loaded");
    std::ifstream in(file, std::ios::binary);
    std::ostringstream bytes;
    if (size > 0) bytes << in.rdbuf();
    if (!in || !bytes) throw BadInput(subject + " cannot be read");
    return bytes.str();
}

/// Throws BadInput if the table has an algorithm of this name.
template <class Ops>
void check_clash(const std::string& subject, const std::vector<const Ops*>& table, const Ops* ops)
{
    if (ops == nullptr) return;
    const std::string name = ops->slot.info->name;
    for (const Ops* other : table) {
        if (name != other->slot.info->name) continue;
        const PluginFile* file = plugin_of(other->slot);
        throw BadInput(subject + " holds '" + name + "', a name that " +
                       (file != nullptr ? "'" + file->path + "' has taken" : "is built in") +
                       ": give it another");
    }
}

template <class Ops> void add(PluginFile& file, const Ops* ops)
{
    if (ops == nullptr) return;
    const Ops* const own = watched(*ops);
    add_algorithm(*own);
    file.algorithms.push_back(&own->slot);
}

const PluginFile* already(const fs::path& canonical)
{
    for (const Loaded& each : store().loaded)
        if (each.canonical == canonical) return &each.file;
    return nullptr;
}

}  // namespace

const PluginFile& load_plugin(const std::string& what, const std::string& file)
{
    const std::string bytes = read_file(what, file);
    const fs::path canonical = fs::canonical(file);
    if (const PluginFile* known = already(canonical)) return *known;
    const std::string subject = what + ": '" + file + "'";
    const std::string complaint = elf_complaint(bytes);
    if (!complaint.empty()) throw BadInput(subject + " " + complaint);
    probe(subject, [&] { contents_of(subject, open_library(subject, canonical)); });

    Loaded loaded{{file, sha256(bytes), {}}, canonical, open_library(subject, canonical)};
    const PluginContents contents = contents_of(subject, loaded.library);
    check_clash(subject, all_cc(), contents.cc);
    check_clash(subject, all_paths(), contents.path);
    check_clash(subject, all_receivers(), contents.receiver);
    add(loaded.file, contents.cc);
    add(loaded.file, contents.path);
    add(loaded.file, contents.receiver);
    return store().loaded.emplace_back(std::move(loaded)).file;
}

void add_plugin_folder(const std::string& what, const std::string& folder)
{
    std::error_code error;
    if (!fs::exists(folder, error)) throw BadInput(what + ": there is no folder '" + folder + "'");
    if (!fs::is_directory(folder, error))
        throw BadInput(what + ": '" + folder + "' is a file; name a folder, or load the file as a plug-in");
    search_in(folder);
}

void add_plugin_folders_of_environment()
{
    const char* const value = std::getenv("HPNSIM_PLUGIN_PATH");
    std::istringstream list(value != nullptr ? value : "");
    std::error_code error;
    for (std::string folder; std::getline(list, folder, ':');)
        if (fs::is_directory(folder, error)) search_in(folder);
}

std::string plugin_path_text()
{
    return joined_texts(store().folders);
}

const PluginFile* find_plugin(const std::string& what, const std::string& name)
{
    if (name.find('/') != std::string::npos) return nullptr;
    std::error_code error;
    for (const fs::path& folder : store().folders)
        for (const std::string& file : {name + ".so", "lib" + name + ".so"})
            if (fs::exists(folder / file, error)) return &load_plugin(what, folder / file);
    return nullptr;
}

std::vector<std::string> load_plugin_path(const std::string& what)
{
    std::vector<std::string> complaints;
    for (const fs::path& folder : store().folders)
        for (const fs::path& file : libraries_in(folder)) try {
                load_plugin(what, file);
            } catch (const BadInput& error) {
                complaints.emplace_back(error.what());
            }
    return complaints;
}

const PluginFile* plugin_of(const SlotOps& slot)
{
    for (const Loaded& each : store().loaded)
        for (const SlotOps* own : each.file.algorithms)
            if (own == &slot) return &each.file;
    return nullptr;
}

}  // namespace hpnsim
