// SPDX-License-Identifier: GPL-2.0-only
// Makes slices of tasks.
#include "kit/task_timeline.hpp"

#include <array>
#include <memory>

namespace hpnsim
{

namespace
{

using Kind = Task::Kind;
constexpr uint32_t kStreams = 0x100;  // their tracks come first, by their numbers

const char* category_of(const Task& task)
{
    switch (task.kind) {
    case Kind::compute:
        return task.elsewhere ? "wait" : "compute";
    case Kind::send:
        return "send";
    case Kind::receive:
        return "wait";
    case Kind::collective:
        return "collective";
    }
    return "";
}

/// The track of tasks that are in no stream.
TimelineTrack track_of(Kind kind)
{
    static const std::array<const char*, 4> names = {"computations", "sends", "receives (wait)",
                                                     "collectives"};
    const auto number = static_cast<uint32_t>(kind);
    return {kStreams + number, names[number]};
}

class Drawing
{
public:
    Drawing(const ProgramWorkload& workload, std::vector<uint32_t> endpoint_of, TimelinePart& timeline)
        : workload_(workload), endpoint_of_(std::move(endpoint_of)), timeline_(timeline)
    {
        for (const auto& graph : workload.program().graphs) streams_.push_back(names_of_streams(*graph));
    }

    void draw(uint32_t rank, uint32_t number, Time start, Time end, bool ended)
    {
        const Task& task = workload_.program().graph(rank).task(number);
        const bool join = task.kind == Kind::compute && task.time == Time{};
        if (join || !timeline_.shows(endpoint_of_[rank]) || !timeline_.room(1, end)) return;
        TimelineArgs args = args_of(rank, number);
        if (!ended) args.add("status", std::string("unfinished"));
        const TimelineTrack track =
            task.stream == kNoStream
                ? track_of(task.kind)
                : TimelineTrack{task.stream, streams_[workload_.program().graph_of[rank]][task.stream]};
        timeline_.draw(endpoint_of_[rank], track,
                       {name_of(rank, number), category_of(task), start, end, std::move(args)});
    }

private:
    using StreamNames = std::array<std::string, kStreams>;

    /// A stream is called by its number and by the kinds of its tasks.
    static StreamNames names_of_streams(const TaskGraph& graph)
    {
        std::array<std::array<bool, 4>, kStreams> kinds{};
        for (uint32_t i = 0; i < graph.size(); ++i)
            kinds[graph.task(i).stream]
                 [static_cast<size_t>(graph.task(i).elsewhere ? Kind::receive : graph.task(i).kind)] = true;
        StreamNames names;
        for (uint32_t stream = 0; stream < kStreams; ++stream) {
            const auto& has = kinds[stream];
            const bool computes = has[0], communicates = has[1] || has[2] || has[3];
            names[stream] = "stream " + std::to_string(stream);
            if (computes != communicates) names[stream] += computes ? " (compute)" : " (communication)";
        }
        return names;
    }

    std::string peer_of(uint32_t rank, const Task& task) const
    {
        if (task.peer == kAnyRank) return "any rank";
        return "rank " + std::to_string(workload_.program().groups.rank_at(task.family, rank, task.peer));
    }

    std::string name_of(uint32_t rank, uint32_t number) const
    {
        const TaskGraph& graph = workload_.program().graph(rank);
        const Task& task = graph.task(number);
        if (const std::string& label = graph.labels()[task.label]; !label.empty()) return label;
        switch (task.kind) {
        case Kind::compute:
            return "compute";
        case Kind::send:
            return "send to " + peer_of(rank, task);
        case Kind::receive:
            return "wait for " + peer_of(rank, task);
        case Kind::collective:
            return hpnsim::name_of(task.collective);
        }
        return "";
    }

    TimelineArgs args_of(uint32_t rank, uint32_t number) const
    {
        const Task& task = workload_.program().graph(rank).task(number);
        const GroupTable& groups = workload_.program().groups;
        TimelineArgs args;
        args.add("task", number);
        if (task.kind == Kind::collective) {
            args.add("collective", std::string(hpnsim::name_of(task.collective)));
            args.add("group", groups.family(task.family).name);
            args.add("ranks", static_cast<int64_t>(groups.group_of(task.family, rank).size()));
        }
        if (task.kind == Kind::send || task.kind == Kind::receive) {
            args.add("peer", peer_of(rank, task));
            if (task.tag != kAnyTag) args.add("tag", task.tag);
        }
        if (task.kind != Kind::compute) args.add("bytes", task.bytes);
        if (task.stream != kNoStream) args.add("stream", task.stream);
        return args;
    }

    const ProgramWorkload& workload_;
    std::vector<uint32_t> endpoint_of_;
    TimelinePart& timeline_;
    std::vector<StreamNames> streams_;  // by graph
};

}  // namespace

void draw_tasks(ProgramWorkload& workload, const std::vector<uint32_t>& endpoint_of, TimelinePart& timeline)
{
    const auto drawing = std::make_shared<Drawing>(workload, endpoint_of, timeline);
    workload.on_task = [drawing, also = workload.on_task](uint32_t rank, uint32_t task, Time start,
                                                          Time end) {
        if (also) also(rank, task, start, end);
        drawing->draw(rank, task, start, end, true);
    };
    timeline.at_end([drawing, &workload](Time now) {
        workload.each_begun(
            [&](uint32_t rank, uint32_t task, Time start) { drawing->draw(rank, task, start, now, false); });
        workload.on_task = nullptr;
    });
}

}  // namespace hpnsim
