// SPDX-License-Identifier: GPL-2.0-only
// Finds the critical path of a training job: from the end of its last task back through whatever each task
// waited for last.
#pragma once

#include "hpnsim/training.hpp"

#include <unordered_map>
#include <vector>

namespace hpnsim
{

/// A task begins when the last of what it waits for has ended: another task of its rank, or the task before
/// it in its stream. A receive that waits ends with a message, and so goes on from its send; a collective
/// from the member that came last. Nothing is walked back: each task that is under way carries what the path
/// to it is made of, so that memory does not grow with the job.
///
/// The path's times go to what its tasks do; to `bubble` goes only the late start of a rank.
class CriticalPath
{
public:
    /// The plan must outlive it.
    explicit CriticalPath(const TrainingPlan& plan);

    void on_begin(uint32_t rank, uint32_t task, Time now);
    void on_task(uint32_t rank, uint32_t task, Time start, Time end);
    void on_message(uint32_t src, uint32_t task, uint32_t dst, Time sent, Time arrived);

    /// Of the last rank to end the last iteration that all have ended, from the start of the job. Its sum is
    /// the end of that iteration.
    const SpentTimes& times() const { return ended_; }
    /// The part of it that lies in tasks of each pipeline stage; the last is storage.
    const std::vector<Time>& stages() const { return ended_stages_; }

private:
    /// What the path to a moment is made of.
    struct Path {
        SpentTimes times{};
        std::vector<Time> stages;
    };
    struct Ended {
        uint32_t task;
        Path path;
    };
    struct Rank {
        Time at;                   ///< when the tasks of `ended` ended
        std::vector<Ended> ended;  ///< in the order of ending
        Path message;              ///< to the arrival of the latest message
        Time arrived;
        uint32_t iterations = 0;
    };
    /// A collective under way.
    struct Meeting {
        Path path;  ///< of the member that came last
        Time came;
        uint32_t left = 0;
    };
    struct Iteration {
        uint32_t ranks = 0;
        Time end;
        Path path;
    };

    Path before(uint32_t rank, uint32_t task, Time now) const;
    bool follows(uint32_t rank, uint32_t task, uint32_t first) const;
    uint64_t meeting_of(uint32_t rank, uint32_t task) const;
    void extend(Path& path, uint32_t rank, Spent spent, Time by) const;
    Path met(uint32_t rank, uint32_t task, Time end);
    void end_iteration(uint32_t rank, Time end, const Path& path);

    const TrainingPlan& plan_;
    std::vector<Rank> ranks_;
    std::unordered_map<uint64_t, Path> begun_;        // by rank and task; never walked
    std::unordered_map<uint64_t, Meeting> meetings_;  // never walked
    std::vector<Iteration> iterations_;
    std::vector<uint64_t> first_meeting_;  // by family: numbers its groups
    SpentTimes ended_{};
    std::vector<Time> ended_stages_;
};

}  // namespace hpnsim
