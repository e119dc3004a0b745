// SPDX-License-Identifier: GPL-2.0-only
// Places the ranks of a training job, and forms the groups of each dimension. Internal to training.
#pragma once

#include "hpnsim/training.hpp"

#include <array>

namespace hpnsim
{

/// The dimensions in which ranks differ. `data` are the replicas of an expert group's part.
enum class Axis : uint8_t { tensor, context, expert, data, pipeline };
inline constexpr size_t kAxes = 5;

/// Reads "tp-cp-ep-dp-pp", an order from near to far. Throws BadInput that begins with "placement: ".
std::array<Axis, kAxes> order_of(const std::string& placement);

/// The families that a training job has.
struct TrainingFamilies {
    uint16_t tensor = 0, context = 0, expert = 0, data = 0, expert_data = 0, pipeline = 0, embedding = 0;
    uint16_t job = kWorld;  ///< all ranks that train
    uint16_t storage = 0;   ///< a storage rank and those that it serves; its position is 0
};

class Places
{
public:
    explicit Places(const TrainingLayout& layout);

    /// Returns where the rank stands in a dimension.
    uint32_t at(uint32_t rank, Axis axis) const;
    TrainingFamilies add_families(GroupTable& table) const;
    /// Adds those of storage, whose ranks follow the job's: each rank has the storage of its own rail.
    void add_storage(const TrainingStorage& storage, GroupTable& table, TrainingFamilies& to) const;

private:
    using Axes = std::vector<Axis>;
    /// Returns the groups of the ranks that differ in these dimensions alone.
    GroupFamily family(const char* name, const Axes& within) const;

    std::array<Axis, kAxes> order_;
    std::array<uint32_t, kAxes> sizes_{};    // by axis
    std::array<uint32_t, kAxes> strides_{};  // by axis: the distance of neighbours
    uint32_t ranks_;
};

}  // namespace hpnsim
