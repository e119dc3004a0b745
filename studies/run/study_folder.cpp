// SPDX-License-Identifier: GPL-2.0-only
// Guards the folder of a study and moves finished runs to their place.
#include "run/study_folder.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/run_study.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

constexpr const char* kLock = ".sweep";
constexpr const char* kDatabaseLock = ".sweep-database";
constexpr std::chrono::seconds kForTheDying(3);
constexpr uintmax_t kLeastRoom = uintmax_t{64} << 20;

[[noreturn]] void refuse(const fs::path& dir, const std::string& why)
{
    throw BadInput("--out: " + dir.string() + " " + why);
}

/// A scenario's own output folder holds runs/LABEL; a run of a study is one of one label.
fs::path only_run(const fs::path& work)
{
    std::error_code error;
    for (const auto& each : fs::directory_iterator(work / "out" / "runs", error))
        if (each.is_directory()) return each.path();
    return {};
}

}  // namespace

fs::path database_of(const fs::path& out)
{
    return out / "sweep.sqlite";
}

StudyFolder::StudyFolder(const fs::path& dir, const Share& share)
    : dir_(dir), work_(share.whole() ? dir / "work" : dir / "work" / share.name()), shared_(!share.whole())
{
    std::error_code error;
    if (fs::exists(dir) && !fs::is_directory(dir)) refuse(dir, "is a file; give the name of a folder");
    fs::create_directories(dir, error);
    if (error) refuse(dir, "cannot be made (" + error.message() + ")");
    // Another share may be making the same folder: what it makes first says whose it is, so look for that
    // last.
    if (!fs::is_empty(dir) && !fs::exists(dir / kLock) && !fs::exists(database()))
        refuse(dir, "is a folder with files that no sweep wrote; give a new or empty folder");
    lock();
}

StudyFolder::~StudyFolder()
{
    ::close(lock_);
}

/// The file system has to know locks across all machines that shares run on.
void StudyFolder::alone(const std::function<void()>& act) const
{
    if (!shared_) return act();
    const int file = ::open((dir_ / kDatabaseLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) refuse(dir_, std::string("cannot be written (") + std::strerror(errno) + ")");
    while (::flock(file, LOCK_EX) != 0) {
        if (errno == EINTR) continue;
        const int error = errno;
        ::close(file);
        throw PlainFailure(dir_.string() + " is on a file system without locks (" + std::strerror(error) +
                           "), and shares need them");
    }
    try {
        act();
    } catch (...) {
        ::close(file);
        throw;
    }
    ::close(file);
}

/// A sweep that has just been killed may hold the lock for a moment while the system still writes for it.
void StudyFolder::lock()
{
    lock_ = ::open((dir_ / kLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock_ < 0) refuse(dir_, std::string("cannot be written (") + std::strerror(errno) + ")");
    const auto until = std::chrono::steady_clock::now() + kForTheDying;
    while (::flock(lock_, (shared_ ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return;  // a file system without locks, where nothing guards two sweeps
        if (std::chrono::steady_clock::now() > until) {
            ::close(lock_);
            refuse(dir_, "is being written by another sweep; wait for its end or give another folder");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

fs::path StudyFolder::database() const
{
    return database_of(dir_);
}

void StudyFolder::prepare(const std::string& label) const
{
    fs::remove_all(work(label));
    fs::create_directories(work(label));
    fs::create_directories(dir_ / "logs");
    fs::create_directories(dir_ / "runs");
}

bool StudyFolder::publish(const std::string& label) const
{
    const fs::path run = only_run(work(label)), place = dir_ / "runs" / label;
    if (run.empty()) return false;
    std::vector<fs::path> beside;  // what a scenario writes for all of its runs
    for (const auto& each : fs::directory_iterator(work(label) / "out"))
        if (each.is_regular_file() && each.path().filename().string()[0] != '.')
            beside.push_back(each.path());
    for (const fs::path& each : beside) fs::rename(each, run / each.filename());
    if (fs::exists(work(label) / "out" / "plots")) fs::rename(work(label) / "out" / "plots", run / "plots");
    fs::rename(printed(label), run / "printed.txt");
    fs::remove_all(place);
    fs::rename(run, place);
    fs::remove_all(work(label));
    return true;
}

void StudyFolder::discard(const std::string& label) const
{
    fs::remove_all(work(label));
}

void StudyFolder::tidy() const
{
    std::error_code ignored;
    fs::remove_all(work_, ignored);
    fs::remove(dir_ / "work", ignored);  // unless other shares are at work
}

void StudyFolder::require_room() const
{
    std::error_code error;
    const fs::space_info space = fs::space(dir_, error);
    if (error || space.available >= kLeastRoom) return;
    throw PlainFailure("the disk of " + dir_.string() + " is full: " + std::to_string(space.available >> 20) +
                       " MB are left; the runs so far are kept, and the same command goes on from there");
}

}  // namespace hpnsim
