// SPDX-License-Identifier: GPL-2.0-only
// Draws a permutation in which nobody sends to itself.
#include "hpnsim/permutation.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/random_streams.hpp"

#include <algorithm>
#include <numeric>

namespace hpnsim
{

namespace
{

/// A random permutation, then exchanges until nobody sends to a rank of its own host. An exchange never
/// undoes another, so each rank needs one at most.
std::vector<uint32_t> targets_of(const FabricPlan& plan, uint32_t ranks, uint64_t seed)
{
    std::vector<uint32_t> to(ranks);
    std::iota(to.begin(), to.end(), 0U);
    uint64_t stream = stream_of(seed, StreamKind::permutation_target, ranks);
    for (uint32_t i = ranks - 1; i > 0; --i) std::swap(to[i], to[next_below(stream, i + 1)]);
    const auto at_home = [&](uint32_t from, uint32_t target) {
        return plan.host_of(from) == plan.host_of(target);
    };
    for (uint32_t i = 0; i < ranks; ++i) {
        while (at_home(i, to[i])) {
            const auto other = static_cast<uint32_t>(next_below(stream, ranks));
            if (!at_home(i, to[other]) && !at_home(other, to[i])) std::swap(to[i], to[other]);
        }
    }
    return to;
}

/// Checks that every rank can have a target on another host: no host may hold more than half of the ranks.
void check_ranks(const FabricPlan& plan, uint32_t ranks)
{
    if (ranks > plan.endpoints)
        throw BadInput("ranks: " + std::to_string(ranks) + " ranks need as many endpoints, and '" +
                       plan.name + "' has " + std::to_string(plan.endpoints));
    const uint32_t on_first = std::min(plan.nics_per_host, ranks);
    if (2 * on_first > ranks)
        throw BadInput("ranks: " + std::to_string(ranks) + " ranks fill hosts of " +
                       std::to_string(plan.nics_per_host) + ", and each sends to another host; use " +
                       std::to_string(2 * plan.nics_per_host) + " or more");
}

}  // namespace

std::vector<FlowSpec> permutation_flows(const FabricPlan& plan, uint32_t ranks, Bytes size, Time jitter,
                                        uint64_t seed)
{
    check_ranks(plan, ranks);
    const std::vector<uint32_t> to = targets_of(plan, ranks, seed);
    std::vector<FlowSpec> flows;
    for (uint32_t rank = 0; rank < ranks; ++rank) {
        FlowSpec flow;
        flow.src = rank;
        flow.dst = to[rank];
        flow.bytes = size;
        uint64_t stream = stream_of(seed, StreamKind::permutation_start, rank);
        if (jitter.ps > 0)
            flow.start.ps = static_cast<int64_t>(next_below(stream, static_cast<uint64_t>(jitter.ps) + 1));
        flows.push_back(flow);
    }
    std::stable_sort(flows.begin(), flows.end(),
                     [](const FlowSpec& a, const FlowSpec& b) { return a.start < b.start; });
    return flows;
}

}  // namespace hpnsim
