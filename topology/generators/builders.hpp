// SPDX-License-Identifier: GPL-2.0-only
// Declares what the topologies share: links, switches, buffers, limits, next hops.
#pragma once

#include "generators/declare.hpp"
#include "hpnsim/bad_input.hpp"

#include <optional>

namespace hpnsim
{

/// The source of sizes that nobody prescribes.
inline constexpr const char* kUsualSize = "a usual size of congestion-control studies";

/// Ports `first` to `first + count - 1` as equal next hops.
NextHops ports(uint32_t first, uint32_t count);

/// Adds a switch without planes and segments. `index`: among those of its tier.
void add_switch(FabricPlan& plan, Tier tier, uint32_t ports, uint32_t index, Time latency);

/// Adds a link that loses nothing.
void add_link(FabricPlan& plan, uint32_t a, uint32_t a_port, uint32_t b, uint32_t b_port, Rate rate,
              Time delay);

/// Fills in the buffers: `given` each, else in proportion to the capacity of the ports (165 MiB per 51.2
/// Tb/s: a Tomahawk 5's, as an assumption), of 32 ports of the fastest rate at least, and never below 16 MiB.
void set_buffers(FabricPlan& plan, const std::optional<Bytes>& given);

/// Throws BadInput if a topology would be larger than any may be.
void check_size(uint64_t endpoints, uint64_t links);

/// Makes a shortest-path router over all links of the plan. It throws nothing: count 0 means unreachable.
std::shared_ptr<const Router> shortest_path_router(const FabricPlan& plan, bool descending);

}  // namespace hpnsim
