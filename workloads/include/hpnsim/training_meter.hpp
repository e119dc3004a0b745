// SPDX-License-Identifier: GPL-2.0-only
// Says what the time of a training job goes to, rank by rank, while it runs.
#pragma once

#include "hpnsim/training.hpp"

#include <vector>

namespace hpnsim
{

/// A rank's work is a row of tasks that follow each other: computations, and communication that it waits for.
/// The time of each task goes to the task's dimension. Time between two of them is a wait for something that
/// moves beside them, gradients, parameters, blocks of keys and values or stored data, and goes to the
/// dimension of what came last. A wait for a message of the pipeline goes to the bubble until the message is
/// sent, and to the pipeline's communication from then on; waits at the end of an iteration until all ranks
/// have come are bubble too. In a collective, the wait for its last member counts as communication.
class TrainingMeter
{
public:
    using Times = SpentTimes;

    /// The plan must outlive it.
    explicit TrainingMeter(const TrainingPlan& plan);

    void on_begin(uint32_t rank, uint32_t task, Time now);
    void on_task(uint32_t rank, uint32_t task, Time start, Time end);
    void on_message(uint32_t dst, Time sent) { ranks_[dst].sent = sent; }

    /// Of a rank, until the last rank has ended its last iteration that all have ended.
    Times spent(uint32_t rank) const;
    /// Returns the rank that waited least for others; 0 if no iteration has ended.
    uint32_t critical_rank() const;
    /// The ends of the iterations that all ranks have ended.
    const std::vector<Time>& ends() const { return ends_; }
    /// The time in which something was on its way from or to storage.
    Time storage_busy() const { return storage_busy_; }

private:
    struct Rank {
        Times now{}, at_end{};  ///< at_end: when its last iteration ended
        Time last, end, sent;
        Time beside;  ///< when the latest task beside the others ended, and whose it was
        Spent beside_spent = Spent::data;
        uint32_t iterations = 0;
    };
    struct Iteration {
        uint32_t ranks = 0;
        Time end;
    };
    void end_iteration(Rank& rank);

    const TrainingPlan& plan_;
    std::vector<Rank> ranks_;
    std::vector<Iteration> iterations_;
    std::vector<Time> ends_;
    uint32_t storing_ = 0;  // tasks under way
    Time storing_since_, storage_busy_;
};

}  // namespace hpnsim
