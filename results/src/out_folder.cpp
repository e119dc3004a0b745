// SPDX-License-Identifier: GPL-2.0-only
// The folder of --out: made, emptied of earlier results, or refused; never anything else deleted.
#include "file_text.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/writers.hpp"

#include <cerrno>
#include <cstring>
#include <iostream>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

constexpr const char* kMarker = ".hpnsim";
constexpr const char* kMarkerText =
    "hpnsim wrote this folder. The next run with the same --out replaces runs, plots and report.html.\n";
/// What hpnsim writes, and so may remove.
constexpr const char* kOurs[] = {"runs", "plots", "report.html"};

[[noreturn]] void refuse(const fs::path& dir, const std::string& why)
{
    throw BadInput("--out " + dir.string() + ": " + why);
}

void remove_ours(const fs::path& dir)
{
    bool any = false;
    for (const char* name : kOurs) {
        std::error_code error;
        any |= fs::remove_all(dir / name, error) > 0;
        if (error)
            refuse(dir, "cannot remove the earlier " + std::string(name) + " (" + error.message() + ")");
    }
    if (any) std::cerr << "hpnsim: replacing the earlier results in " << dir.string() << "\n";
}

void check_folder(const fs::path& dir, fs::file_status status)
{
    if (!fs::is_directory(status)) refuse(dir, "is a file; give the name of a folder");
    std::error_code error;
    const bool empty = fs::is_empty(dir, error);
    if (error) refuse(dir, "cannot be read (" + error.message() + ")");
    if (!empty && !fs::is_regular_file(fs::symlink_status(dir / kMarker)))
        refuse(dir, "is a folder with files that hpnsim did not write; give a new or empty folder");
}

}  // namespace

void make_folder(const fs::path& dir)
{
    std::error_code error;
    fs::create_directories(dir, error);
    if (error) refuse(dir, "cannot make the folder (" + error.message() + ")");
}

void write_file(const fs::path& path, const std::string& text)
{
    const fs::path beside = path.string() + ".tmp";
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    std::error_code error;
    if (file.fail())
        error = std::error_code(errno, std::generic_category());
    else
        fs::rename(beside, path, error);
    if (!error) return;
    std::error_code ignored;
    fs::remove(beside, ignored);
    throw BadInput("--out: cannot write " + path.string() + " (" + error.message() + ")");
}

std::string read_file(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void prepare_out(const fs::path& dir)
{
    if (dir.empty()) throw BadInput("--out: the name of the folder is empty");
    std::error_code error;
    const fs::file_status status = fs::status(dir, error);
    if (fs::exists(status))
        check_folder(dir, status);
    else
        make_folder(dir);
    write_file(dir / kMarker,
               kMarkerText);  // before anything is removed: proves that the folder can be written
    remove_ours(dir);
}

}  // namespace hpnsim
