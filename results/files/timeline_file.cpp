// SPDX-License-Identifier: GPL-2.0-only
// Writes the events of timeline_file.hpp. Viewers count in whole nanoseconds: begin and end of a slice are
// rounded down each for itself, so that slices that touch still touch, and none grows into the next.
#include "hpnsim/timeline_file.hpp"

#include "files/file_text.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace hpnsim
{

namespace
{

constexpr const char* kEnd = "\n]}\n";

std::string quoted(const std::string& text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

int64_t whole_ns(Time at)
{
    return at.ps / 1000;
}

/// Nanoseconds as microseconds, the format's unit. format_ns() puts the point before the last three digits.
std::string in_us(int64_t ns)
{
    return format_ns(Time{ns});
}

std::string place(uint32_t process)
{
    return R"(,"pid":)" + std::to_string(process);
}

std::string place(TimelineRow row)
{
    return place(row.process) + R"(,"tid":)" + std::to_string(row.thread);
}

}  // namespace

void TimelineArgs::add_key(const char* key)
{
    if (!members_.empty()) members_ += ',';
    members_ += '"';
    members_ += key;
    members_ += "\":";
}

TimelineArgs& TimelineArgs::add(const char* key, int64_t value)
{
    add_key(key);
    members_ += std::to_string(value);
    return *this;
}

TimelineArgs& TimelineArgs::add(const char* key, const std::string& text)
{
    add_key(key);
    members_ += quoted(text);
    return *this;
}

TimelineFile::TimelineFile(std::filesystem::path path,
                           const std::vector<std::pair<std::string, std::string>>& about)
    : TimelineFile(std::move(path), about, Limits())
{
}

TimelineFile::TimelineFile(std::filesystem::path path,
                           const std::vector<std::pair<std::string, std::string>>& about, Limits limits)
    : path_(std::move(path)), limits_(limits)
{
    if (path_.has_parent_path()) make_folder(path_.parent_path());
    errno = 0;
    file_.open(path_, std::ios::binary | std::ios::trunc);
    if (!file_) fail(errno);
    TimelineArgs told;
    for (const auto& [key, value] : about) told.add(key.c_str(), value);
    text_ = R"({"displayTimeUnit":"ns","otherData":{)" + told.members() + R"(},"traceEvents":[)" + "\n";
    write();
}

TimelineFile::~TimelineFile()
{
    try {
        write();
    } catch (const BadInput&) {
        // Whoever wants to know calls finish().
    }
}

void TimelineFile::name(const std::string& what, const std::string& place, const std::string& name,
                        uint32_t sort)
{
    const std::string begin = R"({"ph":"M","name":")" + what;
    add(begin + R"(_name")" + place + R"(,"args":{"name":)" + quoted(name) + "}}");
    add(begin + R"(_sort_index")" + place + R"(,"args":{"sort_index":)" + std::to_string(sort) + "}}");
}

void TimelineFile::name_process(uint32_t process, const std::string& name, uint32_t sort)
{
    this->name("process", place(process), name, sort);
}

void TimelineFile::name_row(TimelineRow row, const std::string& name, uint32_t sort)
{
    this->name("thread", place(row), name, sort);
}

bool TimelineFile::room(uint64_t events, Time now)
{
    if (!full_at_ && events_ + events > limits_.events) full_at_ = now;
    return !full_at_;
}

void TimelineFile::slice(TimelineRow row, const TimelineSlice& slice)
{
    const int64_t start = whole_ns(slice.start), end = whole_ns(slice.end);
    add(R"({"ph":"X","name":)" + quoted(slice.name) + R"(,"cat":")" + slice.category + R"(","ts":)" +
        in_us(start) + R"(,"dur":)" + in_us(end - start) + place(row) + R"(,"args":{)" +
        slice.args.members() + "}}");
    ++events_;
}

/// An end at the very end of a slice would be outside of it. Both ends are written at once: a run that is
/// killed leaves no arrow with one.
void TimelineFile::arrow(TimelineRow from, const TimelineSlice& begin, TimelineRow to,
                         const TimelineSlice& end)
{
    const uint64_t id = ++arrows_;
    const int64_t last = std::max(whole_ns(end.start), whole_ns(end.end) - 1);
    add(arrow_end("s", id, begin.category, from, whole_ns(begin.start)) + ",\n" +
        arrow_end("f", id, begin.category, to, last));
    events_ += 2;
}

std::string TimelineFile::arrow_end(const char* phase, uint64_t id, const char* category, TimelineRow row,
                                    int64_t ns)
{
    const bool last = *phase == 'f';
    return R"({"ph":")" + std::string(phase) + (last ? R"(","bp":"e)" : "") +
           R"(","name":"message","cat":")" + category + R"(","id":)" + std::to_string(id) + R"(,"ts":)" +
           in_us(ns) + place(row) + "}";
}

void TimelineFile::add(const std::string& event)
{
    if (failed_) return;
    if (any_) text_ += ",\n";
    any_ = true;
    text_ += event;
    if (text_.size() > limits_.waiting ||
        std::chrono::steady_clock::now() - written_at_ > std::chrono::seconds(1))
        write();
}

/// Writes over the end of the JSON and puts it after what is new, all at once.
void TimelineFile::write()
{
    if (failed_ || text_.empty()) return;
    const auto added = static_cast<int64_t>(text_.size());
    text_ += kEnd;
    errno = 0;
    file_.seekp(written_);
    file_ << text_;
    if (!file_.flush()) fail(errno);
    written_ += added;
    text_.clear();
    written_at_ = std::chrono::steady_clock::now();
}

/// A disk that fills up cuts the last event. What came before it is made whole again.
void TimelineFile::fail(int error)
{
    failed_ = true;
    file_.close();
    if (written_ > 0) {
        std::error_code ignored;
        std::filesystem::resize_file(path_, static_cast<uintmax_t>(written_), ignored);
        std::ofstream(path_, std::ios::binary | std::ios::app) << kEnd;
    }
    throw BadInput("cannot write the timeline " + path_.string() + " (" +
                   std::generic_category().message(error) + ")");
}

}  // namespace hpnsim
