// SPDX-License-Identifier: GPL-2.0-only
// Collects what every collective scenario has in common: its options, which come from the table of
// collectives, and its run.
#pragma once

#include "hpnsim/collective_table.hpp"
#include "hpnsim/scenario.hpp"

namespace hpnsim
{

struct CollectiveOptions {
    uint32_t ranks = 64;
    Bytes size = 16 << 20;
    std::string algorithm;  ///< of the table; the first of the operation by default
    std::optional<uint32_t> channels;
    std::optional<Bytes> chunk;
    uint32_t iterations = 1;
    bool messages = false;  ///< true: every message is a row of flows.csv; false: every iteration is
};

/// Lists the options of an operation with their defaults: --algorithm where there is a choice, --channels and
/// --chunk where one of its collectives has any. `size_doc` says whose bytes --size counts.
OwnOptions collective_options(const Operation& operation, const char* size_doc, int64_t most_channels);

/// Makes the scenario of `operation`.
std::unique_ptr<Scenario> make_collective_scenario(const Operation& operation, const Options& asked,
                                                   FabricPlan plan);

}  // namespace hpnsim
