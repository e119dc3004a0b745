// SPDX-License-Identifier: GPL-2.0-only
// Makes slices and arrows of messages.
#include "run/timelines.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/rank_list.hpp"

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace hpnsim
{

namespace fs = std::filesystem;

namespace
{

constexpr uint32_t kNoQp = UINT32_MAX;  // over NVLink

/// The tracks of messages come after those of tasks.
struct Way {
    const char* category;
    TimelineTrack out, in;
};

const Way& way_of(const Message& message)
{
    constexpr uint32_t kFirst = 0x200;
    static const Way network{"network", {kFirst, "network out"}, {kFirst + 1, "network in"}};
    static const Way nvlink{"nvlink", {kFirst + 2, "NVLink out"}, {kFirst + 3, "NVLink in"}};
    return message.nvlink ? nvlink : network;
}

/// Says where the endpoint is.
std::string place_of(const FabricPlan& plan, uint32_t endpoint)
{
    if (plan.nics_per_host <= 1) return "";
    return " (host " + std::to_string(plan.host_of(endpoint)) + ", GPU " +
           std::to_string(plan.rail_of(endpoint)) + ")";
}

TimelineArgs args_of(const MessageEnd& end)
{
    const Message& message = end.message;
    TimelineArgs args;
    args.add("message", static_cast<int64_t>(message.id)).add("bytes", message.bytes);
    args.add("channel", message.channel);
    if (!message.nvlink) args.add("qp", end.qp);
    if (end.delivered() && end.end > end.arrived)
        args.add("acknowledged_after_ns", (end.end - end.arrived).ps / 1000);
    if (end.retransmitted > 0) args.add("retransmitted_bytes", end.retransmitted);
    if (end.status != FlowStatus::ok) args.add("status", std::string(status_text(end.status)));
    return args;
}

/// Finds the part of a path that is there.
fs::path existing(fs::path path)
{
    while (path.has_relative_path() && !fs::exists(path)) path = path.parent_path();
    return path.empty() ? fs::path(".") : path;
}

/// Results move in and out of these folders of --out, and earlier ones are removed.
bool among_results(const CommonOptions& options)
{
    const fs::path inside = fs::absolute(options.timeline)
                                .lexically_normal()
                                .lexically_relative(fs::absolute(options.out).lexically_normal());
    for (const char* ours : {"runs", "plots", "report.html", "unfinished-runs", "replaced-runs"})
        if (!inside.empty() && *inside.begin() == ours) return true;
    return false;
}

}  // namespace

fs::path timeline_path(const CommonOptions& options, const std::string& label, size_t runs)
{
    fs::path path = options.timeline;
    if (!path.empty() && runs > 1)
        path.replace_filename(path.stem().string() + "-" + label + path.extension().string());
    return path;
}

void check_timeline(const CommonOptions& options, const FabricPlan& plan)
{
    if (options.timeline.empty()) return;
    const fs::path path = options.timeline;
    if (fs::is_directory(path) || !path.has_filename())
        throw BadInput("--timeline: " + options.timeline + " is a folder; give the name of a file in it");
    if (among_results(options))
        throw BadInput("--timeline: " + options.timeline +
                       " would be replaced with the results of --out; give another folder");
    const fs::path there = existing(path);
    if (::access(there.c_str(), W_OK) != 0 || (there != path && !fs::is_directory(there)))
        throw BadInput("--timeline: cannot write " + options.timeline + ", because " + there.string() +
                       (fs::is_directory(there) ? " cannot be written" : " is no folder"));
    parse_ranks(options.timeline_ranks, plan);
}

RunTimeline::RunTimeline(Scenario& scenario, NetworkCarrier& carrier, const fs::path& file,
                         const RunRecord& record, bool at_once)
    : scenario_(scenario), carrier_(carrier), label_(record.label)
{
    const CommonOptions& common = scenario.options.common;
    if (file.empty() || record.seed != common.seed) return;
    TimelineFile::Limits limits;
    limits.events = common.timeline_events;
    if (at_once) limits.waiting = 0;
    file_ = std::make_unique<TimelineFile>(
        file,
        std::vector<std::pair<std::string, std::string>>{{"command", record.command},
                                                         {"run", record.label},
                                                         {"seed", std::to_string(record.seed)},
                                                         {"version", "hpnsim " + record.version}},
        limits);
    timeline_.emplace(*file_);
    for (const uint32_t endpoint : parse_ranks(common.timeline_ranks, scenario.plan))
        add_processes(endpoint, std::max<size_t>(record.jobs.size(), 1));
    drawn_.emplace(*timeline_);
    scenario.draw(*drawn_);
    carrier.on_end = [this, next = std::move(carrier.on_end)](const MessageEnd& end) {
        if (next) next(end);
        draw(end);
    };
    carrier.on_transfer = [this](const MessageEnd& end) { draw(end); };
}

void RunTimeline::add_processes(uint32_t endpoint, size_t jobs)
{
    for (uint32_t job = 0; job < jobs; ++job)
        if (const std::string name = scenario_.name_at(endpoint, job); !name.empty())
            timeline_->add_process(process_of(endpoint, job), name + place_of(scenario_.plan, endpoint));
}

/// Messages of one QP, or over NVLink between two GPUs, follow each other: each is drawn from when the one
/// before it had arrived. One that arrives before it (spraying transports do that) is drawn from when it was
/// posted.
TimelineSlice RunTimeline::slice_of(const MessageEnd& end)
{
    const Message& message = end.message;
    const Time until = end.delivered() ? end.arrived : end.end;
    Time& last = last_[{message.src, message.dst, message.nvlink ? kNoQp : end.qp}];
    const Time from = last < until ? std::max(last, end.start) : end.start;
    last = std::max(last, until);
    TimelineSlice slice{"", way_of(message).category, from, until, args_of(end)};
    if (from > end.start) slice.args.add("waited_ns", (from - end.start).ps / 1000);
    return slice;
}

/// A message that failed without arriving stands at its sender alone.
void RunTimeline::draw(const MessageEnd& end)
{
    const uint32_t job = end.message.job;
    const uint32_t src = process_of(end.message.src, job), dst = process_of(end.message.dst, job);
    if ((!timeline_->shows(src) && !timeline_->shows(dst)) || !timeline_->room(4, carrier_.now())) return;
    const Way& way = way_of(end.message);
    TimelineSlice slice = slice_of(end);
    slice.name = "send to " + scenario_.name_at(end.message.dst, job);
    const auto out = timeline_->draw(src, way.out, slice);
    if (!end.delivered() && end.status != FlowStatus::unfinished) return;
    slice.name = "receive from " + scenario_.name_at(end.message.src, job);
    const auto in = timeline_->draw(dst, way.in, slice);
    if (out && in && end.delivered()) timeline_->arrow(*out, slice, *in, slice);
}

void RunTimeline::finish()
{
    if (file_ == nullptr) return;
    for (MessageEnd& end : carrier_.unfinished()) {
        end.end = carrier_.now();
        end.status = FlowStatus::unfinished;
        draw(end);
    }
    drawn_->end(carrier_.now());
    file_->finish();
    if (file_->full_at()) say_full();
}

void RunTimeline::say_full() const
{
    std::cerr << label_ << ": --timeline " << file_->path().string() << " has " << file_->events()
              << " events, and ended at " << format_ns(*file_->full_at())
              << " ns: take --timeline-ranks LIST, "
              << "or a larger --timeline-events (150 MB a million)\n";
}

}  // namespace hpnsim
