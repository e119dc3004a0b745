// SPDX-License-Identifier: GPL-2.0-only
// Guards the folder of the results: it is locked against a second run, refused when it is somebody else's,
// and earlier results in it are kept until there are new ones to take their place.
#include "hpnsim/out_folder.hpp"

#include "files/file_text.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

constexpr const char* kMarker = ".hpnsim";
constexpr const char* kMarkerText =
    "hpnsim wrote this folder. The next run into it replaces runs, plots, busbw.csv and report.html, and "
    "removes unfinished-runs and replaced-runs, which a run leaves that was killed.\n";
/// hpnsim writes these, and so may remove them.
constexpr const char* kOurs[] = {"runs", "plots", "busbw.csv", "report.html"};
constexpr const char* kUnfinished = "unfinished-runs";  // new runs, while earlier results are still there
constexpr const char* kReplaced = "replaced-runs";      // earlier results, in the moment of being replaced

[[noreturn]] void refuse(const fs::path& dir, const std::string& why)
{
    throw BadInput("results folder " + dir.string() + ": " + why);
}

std::string reason(int error)
{
    return std::generic_category().message(error);
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

bool any_of_ours(const fs::path& dir)
{
    for (const char* name : kOurs)
        if (fs::exists(fs::symlink_status(dir / name))) return true;
    return false;
}

void move_ours(const fs::path& from, const fs::path& to)
{
    make_folder(to);
    for (const char* name : kOurs) {
        if (!fs::exists(fs::symlink_status(from / name))) continue;
        std::error_code error;
        fs::rename(from / name, to / name, error);
        if (error)
            refuse(from, "cannot move the earlier " + std::string(name) + " (" + error.message() + ")");
    }
}

void remove(const fs::path& dir, const char* name)
{
    std::error_code error;
    fs::remove_all(dir / name, error);
    if (error) refuse(dir, "cannot remove the earlier " + std::string(name) + " (" + error.message() + ")");
}

/// Returns the process that holds the lock; 0: it has just released it.
pid_t holder(int file, struct flock lock)
{
    return ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

}  // namespace

void make_folder(const fs::path& dir)
{
    std::error_code error;
    fs::create_directories(dir, error);
    if (error) refuse(dir, "cannot make the folder (" + error.message() + ")");
}

void write_file(const fs::path& path, const std::function<void(std::ostream&)>& write)
{
    // Shares of one sweep may write the same page at the same time.
    const fs::path beside = path.string() + "." + std::to_string(::getpid()) + ".tmp";
    errno = 0;
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    write(file);
    file.close();
    std::error_code error;
    if (file.fail())
        error = std::error_code(errno, std::generic_category());
    else
        fs::rename(beside, path, error);
    if (!error) return;
    std::error_code ignored;
    fs::remove(beside, ignored);
    throw BadInput("results folder: cannot write " + path.string() + " (" + error.message() + ")");
}

void write_file(const fs::path& path, const std::string& text)
{
    write_file(path, [&](std::ostream& out) { out << text; });
}

std::string read_file(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

OutFolder::OutFolder(const fs::path& dir) : dir_(dir)
{
    if (dir.empty()) throw BadInput("results folder: the name of the folder is empty");
    std::error_code error;
    const fs::file_status status = fs::status(dir, error);
    if (fs::exists(status))
        check_folder(dir, status);
    else
        make_folder(dir);
    try {
        lock();
        recover();
        staged_ = any_of_ours(dir);
        make_folder(root() / "runs");  // proves that the folder can be written
    } catch (...) {
        if (marker_ >= 0) ::close(marker_);
        throw;
    }
}

OutFolder::~OutFolder()
{
    std::error_code ignored;
    if (staged_ && fs::is_empty(root() / "runs", ignored)) fs::remove_all(root(), ignored);
    ::close(marker_);  // and releases the lock
}

/// A lock of fcntl's ends with the process whatever happens to it, and tells who holds it.
void OutFolder::lock()
{
    const fs::path path = dir_ / kMarker;
    marker_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (marker_ < 0) refuse(dir_, "cannot be written (" + reason(errno) + ")");
    struct flock lock {
    };
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(marker_, F_SETLK, &lock) != 0 && (errno == EACCES || errno == EAGAIN)) {
        const pid_t other = holder(marker_, lock);
        refuse(dir_, "another run" +
                         (other > 0 ? " (process " + std::to_string(other) + ")" : std::string()) +
                         " is writing into it; wait for its end or give another folder");
    }
    // Any other error means a file system without locks, where nothing guards two runs from each other.
    const std::string text = kMarkerText;
    if (::lseek(marker_, 0, SEEK_END) == 0 &&
        ::write(marker_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        refuse(dir_, "cannot be written (" + reason(errno) + ")");
}

/// Repairs what a run left that was killed: results that it was about to replace come back.
void OutFolder::recover()
{
    if (fs::exists(dir_ / kReplaced)) {
        if (!any_of_ours(dir_)) move_ours(dir_ / kReplaced, dir_);
        remove(dir_, kReplaced);
    }
    remove(dir_, kUnfinished);
}

fs::path OutFolder::root() const
{
    return staged_ ? dir_ / kUnfinished : dir_;
}

void OutFolder::publish()
{
    if (!staged_) return;
    std::cerr << "hpnsim: replacing the earlier results in " << one_line(dir_.string()) << "\n";
    move_ours(dir_, dir_ / kReplaced);
    move_ours(dir_ / kUnfinished, dir_);
    staged_ = false;
    remove(dir_, kReplaced);
    remove(dir_, kUnfinished);
}

}  // namespace hpnsim
