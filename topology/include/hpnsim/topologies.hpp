// SPDX-License-Identifier: GPL-2.0-only
// Lists the topologies by name, and what each of their keys means, for `--help`, `topology --list` and the
// checks of what a user wrote.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/settings.hpp"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// A topology as its file declares it (HPNSIM_TOPOLOGY in generators/declare.hpp).
struct TopologyInfo {
    const char* name;
    const char* doc;
    /// Its keys. `values` of each is how a person writes its range: "1..1024", "h100|h800", or nothing.
    const std::vector<Setting>& (*settings)();
    /// A new settings struct, with every default.
    std::shared_ptr<void> (*defaults)();
    /// Builds the plan of a settings struct, in which it puts the values that it has found itself.
    FabricPlan (*build)(void* settings, const PlanOptions& options);

    /// The default of one of its settings, unit apart, or what it follows from in words.
    std::string fallback(const Setting& setting) const;
};

/// Lists the topologies, sorted by name.
const std::vector<TopologyInfo>& all_topologies();

/// Describes every topology with its keys, as `--help` prints them.
std::string topology_help();

/// Reads HPCC-sim's topology format: `nodes switches links`, the switch ids, then `a b rate delay errorRate`
/// per link. Endpoints are the other nodes, in ascending id, and so are switches among themselves. Parallel
/// links are links of their own (HPCC-sim keeps only the last). Also ns3-rdma's, whose links have no
/// errorRate, and ns3-datacenter's, whose first line is `nodes switches tors links` and may have two
/// capacities behind it. What follows the last link becomes a warning of the plan. Throws BadLine.
FabricPlan read_hpcc_topology(std::istream& in, const std::string& file, const PlanOptions& options);

/// Reads SimAI's topology format: `nodes gpus-per-server nvswitches switches links gpu-type`, the ids of the
/// NVSwitches and then of the switches, and a line for each link as HPCC-sim's. GPUs are endpoints, and hosts
/// are servers of so many: what hangs on NVSwitches becomes their NVLink. Throws BadLine.
FabricPlan read_simai_topology(std::istream& in, const std::string& file, const PlanOptions& options);

/// Reads uet-htsim's .topo format: two or three tiers, described by radix, speed and latency. Throws BadLine,
/// also on a key that the peer would ignore, and BadInput where the options do not fit the fabric.
FabricPlan read_htsim_topology(std::istream& in, const std::string& file, const PlanOptions& options);

/// Throws BadInput if `simulator` (HPCC-sim or SimAI), reading a file of this fabric, would have another one:
/// it keeps one of parallel links, routes by shortest paths, and needs a path between any two hosts.
void require_exportable(const FabricPlan& plan, const std::string& simulator);

/// Writes HPCC-sim's format, with the ids that the plan's file has. The format has no switch latency: half of
/// it goes into each link of the switch, so that every path keeps its delay. NVLink, planes and buffers are
/// lost.
void write_hpcc_topology(std::ostream& out, const FabricPlan& plan);

/// Writes SimAI's format, in which nodes are numbered anew: GPUs, an NVSwitch for each host, switches. Their
/// latency goes into the links as above. Planes and buffers are lost.
void write_simai_topology(std::ostream& out, const FabricPlan& plan);

}  // namespace hpnsim
