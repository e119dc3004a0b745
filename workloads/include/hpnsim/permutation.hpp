// SPDX-License-Identifier: GPL-2.0-only
// In permutation traffic every rank sends to one other and hears from one other. A fabric without
// oversubscription could carry all of it at line rate; what is lost is lost to the choice of paths.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/flow_file.hpp"

namespace hpnsim
{

/// Makes a flow of `size` from each of the ranks (endpoints 0 .. ranks-1) to a rank of another host, by a
/// random permutation drawn from `seed`. Starts are uniform in 0..jitter; flows are in order of start. Throws
/// BadInput when there are not enough endpoints or hosts.
std::vector<FlowSpec> permutation_flows(const FabricPlan& plan, uint32_t ranks, Bytes size, Time jitter,
                                        uint64_t seed);

}  // namespace hpnsim
