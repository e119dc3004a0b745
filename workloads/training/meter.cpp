// SPDX-License-Identifier: GPL-2.0-only
// Implements the meter: each rank keeps sums, and when its latest task in order ended.
#include "hpnsim/training_meter.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

Time& of(TrainingMeter::Times& times, Spent spent)
{
    return times.at(static_cast<size_t>(spent));
}

}  // namespace

TrainingMeter::TrainingMeter(const TrainingPlan& plan) : plan_(plan), ranks_(plan.program.ranks) {}

void TrainingMeter::on_begin(uint32_t rank, uint32_t task, Time now)
{
    if (rank >= plan_.trainers) return;
    const TrainingRole& role = plan_.role(rank, task);
    if (role.spent == Spent::storage && storing_++ == 0) storing_since_ = now;
    if (!role.main) return;
    Rank& it = ranks_[rank];
    const bool late = plan_.program.graph(rank).waits(task) == 0;  // the rank itself began late
    of(it.now, late ? Spent::bubble : it.beside_spent) += now - it.last;
    it.last = now;
}

void TrainingMeter::on_task(uint32_t rank, uint32_t task, Time start, Time end)
{
    if (rank >= plan_.trainers) return;
    const TrainingRole& role = plan_.role(rank, task);
    Rank& it = ranks_[rank];
    if (role.spent == Spent::storage && --storing_ == 0) storage_busy_ += end - storing_since_;
    if (!role.main) {
        it.beside = end;
        it.beside_spent = role.spent;
        return;
    }
    if (role.spent == Spent::pipeline && plan_.program.graph(rank).task(task).kind == Task::Kind::receive) {
        const Time unsent = std::max(std::min(it.sent, end), start) - start;
        of(it.now, Spent::bubble) += unsent;
        start += unsent;
    }
    of(it.now, role.spent) += end - start;
    it.last = end;
    if (role.last) end_iteration(it);
}

void TrainingMeter::end_iteration(Rank& rank)
{
    rank.at_end = rank.now;
    rank.end = rank.last;
    if (rank.iterations == iterations_.size()) iterations_.emplace_back();
    Iteration& iteration = iterations_[rank.iterations++];
    iteration.end = std::max(iteration.end, rank.last);
    if (++iteration.ranks == plan_.trainers) ends_.push_back(iteration.end);
}

TrainingMeter::Times TrainingMeter::spent(uint32_t rank) const
{
    const Rank& it = ranks_[rank];
    Times times = it.at_end;
    if (!ends_.empty() && it.iterations == ends_.size()) of(times, Spent::bubble) += ends_.back() - it.end;
    return times;
}

uint32_t TrainingMeter::critical_rank() const
{
    uint32_t least = 0;
    const auto bubble = [&](uint32_t rank) { return spent(rank).at(static_cast<size_t>(Spent::bubble)); };
    for (uint32_t rank = 1; rank < plan_.trainers; ++rank)
        if (bubble(rank) < bubble(least)) least = rank;
    return least;
}

}  // namespace hpnsim
