// SPDX-License-Identifier: GPL-2.0-only
// Keeps the collectives of a program that are under way, each over one group. Internal to the graph engine.
#pragma once

#include "hpnsim/program_workload.hpp"
#include "hpnsim/running_collective.hpp"

#include <map>
#include <memory>
#include <tuple>
#include <vector>

namespace hpnsim
{

/// One collective over one group, or a barrier.
struct GroupCollective {
    static constexpr uint32_t kAbsent = 0xffffffff;

    const std::vector<uint32_t>* members = nullptr;  ///< ranks by position
    std::vector<uint32_t> tasks;                     ///< by position; kAbsent: the rank has not come yet
    std::unique_ptr<RunningCollective> running;      ///< null: a barrier, or there is nothing to move
    uint32_t came = 0, in_flight = 0;
    Time first;  ///< when the first came
};

/// Says which of all collectives of a program one is: of a family's group, the how many-th.
using CollectiveTurn = std::tuple<uint16_t, uint32_t, uint32_t>;

class GroupCollectives
{
public:
    GroupCollectives(const Program& program, const ProgramSetting& setting);

    /// Finds the collective that a task of a rank takes part in, or begins it. Notes that the rank has come.
    uint32_t join(uint32_t rank, uint32_t task, uint32_t turn);
    /// Returns what the collective that a task takes part in moves; null: nothing.
    std::shared_ptr<const Collective> collective_of(uint32_t rank, const Task& task);
    const CollectiveTurn& turn_of(uint32_t index) const { return keys_[index]; }
    GroupCollective& at(uint32_t index) { return *open_[index]; }
    const GroupCollective& at(uint32_t index) const { return *open_[index]; }
    /// Forgets a collective that has ended everywhere.
    void close(uint32_t index);
    size_t memory_bytes() const;

private:
    using Made = std::tuple<CollectiveKind, uint32_t, uint32_t, Bytes>;

    std::unique_ptr<GroupCollective> begin(uint32_t rank, const Task& task);
    std::shared_ptr<const Collective> made(CollectiveKind kind, CollectiveShape shape, Bytes bytes);
    CollectiveShape shape_of(const std::vector<uint32_t>& members) const;

    const Program& program_;
    const ProgramSetting& setting_;
    std::vector<std::unique_ptr<GroupCollective>> open_;
    std::vector<CollectiveTurn> keys_;
    std::vector<uint32_t> free_;
    std::map<CollectiveTurn, uint32_t> known_;
    std::map<Made, std::shared_ptr<const Collective>> made_;
};

}  // namespace hpnsim
