// SPDX-License-Identifier: GPL-2.0-only
// Writes events in Chrome's trace format, which Perfetto and chrome://tracing open. They go to the file as
// they come, and the file is whole JSON after every write, so that a run that is killed leaves one that can
// be read.
#pragma once

#include "hpnsim/units.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// What a slice says of itself, as the members of a JSON object.
class TimelineArgs
{
public:
    TimelineArgs& add(const char* key, int64_t value);
    TimelineArgs& add(const char* key, const std::string& text);
    const std::string& members() const { return members_; }

private:
    void add_key(const char* key);
    std::string members_;
};

/// Where a slice stands. Slices of one row must nest; Timeline takes care of that.
struct TimelineRow {
    uint32_t process = 0, thread = 0;
};

/// Something that lasts.
struct TimelineSlice {
    std::string name;
    const char* category = "";
    Time start, end;
    TimelineArgs args;
};

class TimelineFile
{
public:
    /// How much is written, and how much of it may wait in memory.
    struct Limits {
        uint64_t events = 2'000'000;
        size_t waiting = size_t{1} << 16;
    };

    /// Replaces the file; makes its folder if need be. `about` are texts that tell where it comes from.
    /// Throws BadInput if it cannot be written, as all of these do, but only once.
    TimelineFile(std::filesystem::path path, const std::vector<std::pair<std::string, std::string>>& about);
    TimelineFile(std::filesystem::path path, const std::vector<std::pair<std::string, std::string>>& about,
                 Limits limits);
    ~TimelineFile();
    TimelineFile(const TimelineFile&) = delete;
    TimelineFile& operator=(const TimelineFile&) = delete;

    /// Processes, and the rows of each, stand in the order of `sort`. Names do not count as events.
    void name_process(uint32_t process, const std::string& name, uint32_t sort);
    void name_row(TimelineRow row, const std::string& name, uint32_t sort);
    /// Says whether there is room for so many events that belong together. Once there was too little, at this
    /// simulated time, there is none for anything later either.
    bool room(uint64_t events, Time now);
    void slice(TimelineRow row, const TimelineSlice& slice);
    /// Draws an arrow between two slices that are already there: from the beginning of one to the end of the
    /// other. Two events.
    void arrow(TimelineRow from, const TimelineSlice& begin, TimelineRow to, const TimelineSlice& end);
    void finish() { write(); }

    uint64_t events() const { return events_; }
    /// When there was no more room; nothing if there always was.
    std::optional<Time> full_at() const { return full_at_; }
    const std::filesystem::path& path() const { return path_; }

private:
    void add(const std::string& event);
    void name(const std::string& what, const std::string& place, const std::string& name, uint32_t sort);
    static std::string arrow_end(const char* phase, uint64_t id, const char* category, TimelineRow row,
                                 int64_t ns);
    void write();
    [[noreturn]] void fail(int error);

    std::filesystem::path path_;
    Limits limits_;
    std::ofstream file_;
    std::string text_;     // what waits
    int64_t written_ = 0;  // bytes, without the end of the JSON
    std::chrono::steady_clock::time_point written_at_;
    uint64_t events_ = 0, arrows_ = 0;
    std::optional<Time> full_at_;
    bool any_ = false, failed_ = false;
};

}  // namespace hpnsim
