// SPDX-License-Identifier: GPL-2.0-only
// Writes and reads the files of runs that have ended.
#include "run/ended_runs.hpp"

#include "hpnsim/bad_input.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <map>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

using Json = nlohmann::json;

/// On return the file is on the disk, whole.
void write_through(const fs::path& file, const std::string& text)
{
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    const bool written = opened >= 0 &&
                         ::write(opened, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(opened) == 0;
    const int error = errno;
    if (opened >= 0) ::close(opened);
    if (!written) throw PlainFailure("cannot write " + file.string() + " (" + std::strerror(error) + ")");
}

/// Half a file, which only a file system that has lost data leaves, says nothing: the run is made again.
bool read_end(const fs::path& file, std::map<std::string, StoredRun>& runs, StoredRun& out, bool& has_folder)
{
    std::ifstream in(file);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const Json end = Json::parse(text, nullptr, false);
    if (!end.is_object()) return false;
    try {
        const auto found = runs.find(end.at("label").get<std::string>());
        if (found == runs.end()) return false;
        out = found->second;
        out.status = status_named(end.at("status").get<std::string>());
        has_folder = end.at("folder").get<bool>();
        out.exit_status = end.at("exit_status").get<int>();
        out.message = end.at("message").get<std::string>();
        out.wall_s = end.at("wall_s").get<double>();
        out.peak_rss_mb = end.at("peak_rss_mb").get<double>();
    } catch (const Json::exception&) {
        return false;
    }
    return true;
}

}  // namespace

void EndedRuns::add(const StoredRun& run, bool has_folder, const fs::path& scratch) const
{
    const Json end = {{"label", run.label},
                      {"folder", has_folder},
                      {"status", status_name(run.status)},
                      {"exit_status", run.exit_status},
                      {"message", run.message},
                      {"wall_s", run.wall_s},
                      {"peak_rss_mb", run.peak_rss_mb}};
    fs::create_directories(dir_);
    fs::create_directories(scratch.parent_path());
    write_through(scratch, end.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    fs::rename(scratch, dir_ / (run.label + ".end"));
}

size_t EndedRuns::enter_into(StudyStore& store,
                             const std::function<void(const StoredRun&, bool)>& enter) const
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator it(dir_, error), end; !error && it != end; it.increment(error))
        files.push_back(it->path());
    if (files.empty()) return 0;
    std::map<std::string, StoredRun> runs;
    for (StoredRun& run : store.runs()) runs[run.label] = std::move(run);
    size_t entered = 0;
    for (const fs::path& file : files) {
        StoredRun run;
        bool has_folder = false;
        if (read_end(file, runs, run, has_folder)) {
            enter(run, has_folder);
            ++entered;
        }
        fs::remove(file, error);
    }
    return entered;
}

}  // namespace hpnsim
