// SPDX-License-Identifier: GPL-2.0-only
// Finds a row for each slice. Slices come when they have ended, so that the row that has been free for the
// shortest time is the one that leaves most room for the others.
#include "hpnsim/timeline.hpp"

#include <iterator>

namespace hpnsim
{

void Timeline::add_process(uint32_t process, std::string name)
{
    processes_[process].name = std::move(name);
}

std::optional<TimelineRow> Timeline::draw(uint32_t process, const TimelineTrack& track,
                                          const TimelineSlice& slice)
{
    if (!shows(process)) return std::nullopt;
    Rows& rows = tracks_[uint64_t{process} << 32 | track.sort];
    auto free = rows.upper_bound(slice.start.ps);
    TimelineRow row;
    if (free == rows.begin()) {
        row = new_row(process, track, rows.size());
    } else {
        row = std::prev(free)->second;
        rows.erase(std::prev(free));
    }
    rows.emplace(slice.end.ps, row);
    file_.slice(row, slice);
    return row;
}

/// Perfetto takes threads for those of an operating system: numbers that no other thread or process has keep
/// it from mixing them up.
TimelineRow Timeline::new_row(uint32_t process, const TimelineTrack& track, size_t of_track)
{
    Process& its = processes_[process];
    if (!its.named) file_.name_process(process, its.name, process);
    its.named = true;
    if (last_row_ == 0) last_row_ = processes_.rbegin()->first;
    const TimelineRow row{process, ++last_row_};
    const std::string name = of_track == 0 ? track.name : track.name + " " + std::to_string(of_track + 1);
    file_.name_row(row, name, track.sort << 20 | static_cast<uint32_t>(of_track));
    return row;
}

std::optional<TimelineRow> TimelinePart::draw(uint32_t process, const TimelineTrack& track,
                                              TimelineSlice slice)
{
    slice.start += begun_;
    slice.end += begun_;
    return whole_.draw(outward(process), track, slice);
}

void TimelinePart::end(Time now)
{
    for (const auto& act : at_end_) act(now - begun_);
    at_end_.clear();
}

}  // namespace hpnsim
