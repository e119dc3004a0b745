// SPDX-License-Identifier: GPL-2.0-only
// Lays a timeline out: a process for each rank, and in it tracks of things of one kind, each of as many rows
// as its slices need that overlap.
#pragma once

#include "hpnsim/timeline_file.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

/// Things of one kind that a process does.
struct TimelineTrack {
    uint32_t sort = 0;  ///< from top to bottom; it tells the tracks of a process apart
    std::string name;
};

class Timeline
{
public:
    explicit Timeline(TimelineFile& file) : file_(file) {}

    /// Slices of processes that were not added are left out. A process without slices is not written.
    void add_process(uint32_t process, std::string name);
    bool shows(uint32_t process) const { return processes_.count(process) != 0; }
    /// Asked before slices and arrows are drawn that belong together, as TimelineFile says.
    bool room(uint64_t events, Time now) { return file_.room(events, now); }
    /// Draws a slice, in a row in which it overlaps no other. Nothing if the process is left out.
    std::optional<TimelineRow> draw(uint32_t process, const TimelineTrack& track, const TimelineSlice& slice);
    void arrow(TimelineRow from, const TimelineSlice& begin, TimelineRow to, const TimelineSlice& end)
    {
        file_.arrow(from, begin, to, end);
    }

private:
    struct Process {
        std::string name;
        bool named = false;
    };
    /// Its rows, by the ends of their last slices.
    using Rows = std::multimap<int64_t, TimelineRow>;
    TimelineRow new_row(uint32_t process, const TimelineTrack& track, size_t of_track);

    TimelineFile& file_;
    std::map<uint32_t, Process> processes_;
    uint32_t last_row_ = 0;                      // those before it, up to the last process, are no rows
    std::unordered_map<uint64_t, Rows> tracks_;  // by process and track; looked up, never walked
};

/// What one workload sees of a timeline that it may share with others: it counts processes and time from its
/// own first.
class TimelinePart
{
public:
    /// Processes and time are the timeline's own.
    explicit TimelinePart(Timeline& whole) : whole_(whole) {}
    /// The workload's process i is process_of[i] of the timeline, and its time began at `begun`.
    TimelinePart(Timeline& whole, std::vector<uint32_t> process_of, Time begun)
        : whole_(whole), process_of_(std::move(process_of)), begun_(begun)
    {
    }

    bool shows(uint32_t process) const { return whole_.shows(outward(process)); }
    bool room(uint64_t events, Time now) { return whole_.room(events, begun_ + now); }
    std::optional<TimelineRow> draw(uint32_t process, const TimelineTrack& track, TimelineSlice slice);
    /// Calls `act` when the workload has ended, for slices that are still open then.
    void at_end(std::function<void(Time now)> act) { at_end_.push_back(std::move(act)); }
    /// `now` is the timeline's.
    void end(Time now);
    Timeline& whole() { return whole_; }

private:
    uint32_t outward(uint32_t process) const
    {
        return process_of_.empty() ? process : process_of_.at(process);
    }

    Timeline& whole_;
    std::vector<uint32_t> process_of_;
    Time begun_;
    std::vector<std::function<void(Time)>> at_end_;
};

}  // namespace hpnsim
