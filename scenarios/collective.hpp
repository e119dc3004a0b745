// SPDX-License-Identifier: GPL-2.0-only
// Collects what every collective scenario has in common: ranks, iterations, bandwidths, the lower bound,
// rows.
#pragma once

#include "run/simulate.hpp"

#include "hpnsim/collective_ideal.hpp"

namespace hpnsim
{

/// A collective as its scenario describes it.
struct CollectiveJob {
    std::string algorithm;
    uint32_t ranks = 0, iterations = 1;
    Bytes size = 0;
    bool messages = false;  ///< true: every message is a row of flows.csv; false: every iteration is
    std::function<std::unique_ptr<Collective>()> make;
    std::function<std::unique_ptr<Contents>(std::unique_ptr<Collective>)> contents;
    std::function<CollectiveIdeal(const CollectiveLimits&)> ideal;
    std::function<double(Time)> busbw_GBps;  ///< bus bandwidth of an iteration that takes so long
};

/// Holds the fabric of the options, and how a collective fills it.
struct CollectiveGround {
    FabricPlan plan;
    CollectiveShape shape;
};
CollectiveGround collective_ground(const Options& options, uint32_t ranks);

Scenario collective_scenario(const Options& options, const CollectiveGround& ground,
                             const CollectiveJob& job);

}  // namespace hpnsim
