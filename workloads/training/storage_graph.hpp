// SPDX-License-Identifier: GPL-2.0-only
// Builds what a rank of storage does: it answers requests for data and takes checkpoints. Internal to
// training.
#pragma once

#include "hpnsim/training.hpp"

namespace hpnsim
{

/// A request for data (assumption: a command of 64 bytes, as NVMe has it).
inline constexpr Bytes kStorageRequest = 64;
/// Tags of what goes between a rank and its storage. A rank counts its loads, and the messages of its
/// checkpoints.
inline uint32_t tag_of_load(uint32_t load)
{
    return 2 * load;
}
inline uint32_t tag_of_checkpoint(uint32_t message)
{
    return 2 * message + 1;
}

/// Returns the graph of a storage rank, which serves the tasks of its group's other ranks. Finished.
TaskGraph storage_graph(const TrainingPlan& plan, uint16_t family, uint32_t rank);

}  // namespace hpnsim
