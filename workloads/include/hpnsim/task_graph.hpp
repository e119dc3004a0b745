// SPDX-License-Identifier: GPL-2.0-only
// What a rank does, as a graph: it computes, sends, receives, takes part in collectives, each after what it
// depends on. Trace files become such graphs, and so do training jobs.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hpnsim
{

/// Stands for any sender or any tag of a receive.
inline constexpr uint32_t kAnyRank = 0xffffffff, kAnyTag = 0xffffffff;
/// The family of groups whose one group is all ranks in order; every program has it.
inline constexpr uint16_t kWorld = 0;
/// Of a task that takes up no stream.
inline constexpr uint8_t kNoStream = 0xff;

/// The collectives that a task can ask for. nccl-tests' names.
enum class CollectiveKind : uint8_t {
    all_reduce,
    reduce_scatter,
    all_gather,
    broadcast,
    reduce,
    all_to_all,
    barrier,  ///< nobody goes on before all have come; moves no bytes
};
const char* name_of(CollectiveKind kind);

/// One thing that a rank does. Which fields mean something depends on `kind`; the makers below set them.
struct Task {
    enum class Kind : uint8_t {
        compute,     ///< lasts `time`; 0 is a mere join of dependencies
        send,        ///< `bytes` to `peer` under `tag`
        receive,     ///< `bytes` from `peer` under `tag`
        collective,  ///< takes part in `collective` of the rank's group of `family`
    };
    Kind kind = Kind::compute;
    CollectiveKind collective = CollectiveKind::all_reduce;
    /// Tasks of one stream of a rank follow each other: of those that are ready, the lowest number is next.
    uint8_t stream = kNoStream;
    /// Of a collective, the family of groups. Of a send or receive, the family in which `peer` counts:
    /// `peer` is then a position in the rank's own group. In kWorld positions are ranks.
    uint16_t family = kWorld;
    uint32_t peer = 0;
    uint32_t tag = 0;
    /// Of a send or receive, what is moved, >= 0. Of a collective, the whole buffer as nccl-tests counts it:
    /// for all_gather and reduce_scatter the gathered total, for all_to_all a rank's send buffer.
    Bytes bytes = 0;
    Time time;  ///< of a computation
    /// Of a computation: no GPU computes, and the rank counts as communicating. It stands for a transfer that
    /// no network carries.
    bool elsewhere = false;
    uint32_t label = 0;  ///< an index of TaskGraph::labels: what a timeline calls it

    bool computes() const { return kind == Kind::compute && !elsewhere; }

    static Task compute(Time time, uint8_t stream = kNoStream);
    static Task delay(Time time, uint8_t stream = kNoStream);
    static Task send(uint32_t peer, Bytes bytes, uint32_t tag = 0, uint8_t stream = kNoStream);
    static Task receive(uint32_t peer, Bytes bytes, uint32_t tag = 0, uint8_t stream = kNoStream);
    static Task with_group(CollectiveKind kind, uint16_t family, Bytes bytes, uint8_t stream = kNoStream);
};

/// The tasks of one rank, or of several that do the same, numbered from 0 in the order of adding.
class TaskGraph
{
public:
    /// A range of task numbers.
    struct Numbers {
        const uint32_t *first, *last;
        const uint32_t* begin() const { return first; }
        const uint32_t* end() const { return last; }
        size_t size() const { return static_cast<size_t>(last - first); }
    };

    /// Returns the number of the task.
    uint32_t add(const Task& task);
    /// Makes `task` wait until `first` has finished, or has started. Both exist already; either may be the
    /// later one.
    void after(uint32_t task, uint32_t first);
    void after_start(uint32_t task, uint32_t first);
    /// Returns the index of a label, an old one if the text is known.
    uint32_t label(const std::string& text);

    /// Ends the building: sorts the edges. Throws BadInput, "task N waits for itself ...", if tasks wait for
    /// each other in a circle.
    void finish();

    uint32_t size() const { return static_cast<uint32_t>(tasks_.size()); }
    const Task& task(uint32_t number) const { return tasks_[number]; }
    /// Counts what the task waits for.
    uint32_t waits(uint32_t number) const { return waits_[number]; }
    /// What waits for the end, or for the start, of the task.
    Numbers on_end(uint32_t number) const { return range(ends_, number); }
    Numbers on_start(uint32_t number) const { return range(starts_, number); }
    /// The tasks that wait for nothing.
    const std::vector<uint32_t>& roots() const { return roots_; }
    const std::vector<std::string>& labels() const { return labels_; }
    /// Says which of the collectives of its family this one is, from 0: members pair them by it.
    uint32_t turn(uint32_t number) const { return turns_[number]; }
    Bytes memory_bytes() const;

private:
    /// Edges by their first task, once finish() has sorted them.
    struct Edges {
        std::vector<std::pair<uint32_t, uint32_t>> added;  // first, task
        std::vector<uint32_t> begins, tasks;
        void sort(uint32_t count);
    };
    Numbers range(const Edges& edges, uint32_t number) const
    {
        const uint32_t* all = edges.tasks.data();
        return {all + edges.begins[number], all + edges.begins[number + 1]};
    }
    void refuse_circles() const;

    std::vector<Task> tasks_;
    std::vector<uint32_t> waits_, roots_, turns_;
    Edges ends_, starts_;
    std::vector<std::string> labels_{""};
    std::unordered_map<std::string, uint32_t> known_labels_;  // while building
};

}  // namespace hpnsim
