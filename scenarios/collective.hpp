// SPDX-License-Identifier: GPL-2.0-only
// What every collective has in common: ranks, iterations, bandwidths, the lower bound, rows.
#pragma once

#include "hpnsim/scenario.hpp"

#include "hpnsim/collective_ideal.hpp"

namespace hpnsim
{

/// A collective as its scenario describes it.
struct CollectiveJob {
    std::string algorithm;
    uint32_t ranks = 0, iterations = 1;
    Bytes size = 0;
    bool messages = false;  ///< every message a row of flows.csv; else every iteration
    std::function<std::unique_ptr<Collective>()> make;
    std::function<std::unique_ptr<Contents>(std::unique_ptr<Collective>)> contents;
    std::function<CollectiveIdeal(const CollectiveLimits&)> ideal;
    std::function<double(Time)> busbw_GBps;  ///< of one iteration that takes so long
};

std::unique_ptr<Scenario> make_collective(const Options& asked, FabricPlan plan, const CollectiveJob& job);

}  // namespace hpnsim
