// SPDX-License-Identifier: GPL-2.0-only
// Collects what every collective scenario has in common: its options, which come from the table of
// collectives, and its run.
#pragma once

#include "hpnsim/collective_groups.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/scenario.hpp"
#include "kit/step_costs.hpp"

namespace hpnsim
{

struct CollectiveOptions : StepCostOptions {
    std::string op;  ///< of `collective`; empty: the scenario has one alone
    uint32_t ranks = 64;
    std::string members;  ///< which GPUs they are, as members_of reads it; empty: the first ones
    /// Groups of ranks, each of which does the operation for itself; nothing: all ranks are one.
    std::optional<uint32_t> group_size;
    uint32_t group_stride = 1;
    Bytes size = 16 << 20;

    uint32_t in_group() const { return group_size.value_or(ranks); }
    /// A sweep over sizes instead, from the first to the last; both are nothing: there is none.
    std::optional<Bytes> min_bytes, max_bytes;
    std::optional<uint32_t> step_factor;
    std::optional<Bytes> step_bytes;
    std::string algorithm;  ///< of the table; the first of the operation by default
    std::optional<uint32_t> channels;
    std::optional<Bytes> chunk;
    uint32_t iterations = 1;
    std::string write_goal;  ///< a file
    bool messages = false;   ///< true: every message is a row of flows.csv; false: every iteration is
};

/// Lists the options of an operation with their defaults: --algorithm where there is a choice, --channels and
/// --chunk where one of its collectives has any.
OwnOptions collective_options(const Operation& operation, int64_t most_channels);
/// Lists those of a scenario that does any operation, and sweeps over sizes.
OwnOptions collective_options();

/// Reads GPUs by number: "0-7,16,17", "0-63/8" for every eighth. Throws BadInput that begins with `what`.
std::vector<uint32_t> members_of(const std::string& what, const std::string& text);

/// Returns the groups of `ranks` ranks that --group-size and --group-stride make. Throws BadInput if some
/// rank would be left over.
RankGroups groups_of(const CollectiveOptions& options, uint32_t ranks);

/// Returns the sizes that are to run, one after the other: what nccl-tests makes of those of a sweep, or
/// --size as it is. Throws BadInput if the options contradict each other or no size is left.
std::vector<NcclSize> sizes_of(const CollectiveOptions& options, const Operation& operation);

/// Makes the scenario of `operation`.
std::unique_ptr<Scenario> make_collective_scenario(const Operation& operation, const Options& asked,
                                                   FabricPlan plan);

}  // namespace hpnsim
