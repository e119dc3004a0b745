// SPDX-License-Identifier: GPL-2.0-only
// Describes the tiers of a uet-htsim .topo file, and builds the fabric that follows from them. Internal to
// the topologies.
#pragma once

#include "hpnsim/fabric.hpp"

#include <string>

namespace hpnsim
{

struct HtsimTier {
    Rate rate;   ///< of the links below
    Time delay;  ///< of the links below
    Time latency;
    uint32_t down = 0, up = 0;  ///< ports of a switch
    uint32_t bundle = 1;        ///< parallel links between a switch and one below
    uint32_t oversubscribed = 1;
};

struct HtsimTiers {
    uint32_t nodes = 0, count = 0, podsize = 0;
    HtsimTier tier[3];  ///< ToR; aggregation or spine; core

    // derive() computes the following.
    uint32_t pods = 0, pod_tors = 0, pod_aggs = 0, cores = 0;

    /// Computes how many switches there are. Returns why the radixes do not fit together, or nothing.
    std::string derive();
    uint64_t link_count() const;
    uint32_t tors() const { return pods * pod_tors; }
    uint32_t aggs() const { return pods * pod_aggs; }
    /// Counts the cores that one aggregation switch is wired to.
    uint32_t cores_per_agg() const { return tier[1].up / tier[2].bundle; }
};

/// Builds the plan, in this order: hosts, ToRs, aggregation switches pod by pod, cores. Aggregation switch
/// `a` of every pod is wired to the cores a x n .. a x n + n - 1.
FabricPlan build_htsim(const HtsimTiers& tiers, const PlanOptions& options);

}  // namespace hpnsim
