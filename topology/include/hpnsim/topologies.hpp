// SPDX-License-Identifier: GPL-2.0-only
// Lists the topologies by name, and what each of their keys means, for `--help`, `topology --list` and the
// checks of what a user wrote.
#pragma once

#include "hpnsim/fabric.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace hpnsim
{

/// One declared key of a topology.
struct TopologyKey {
    enum class Kind : uint8_t { whole, number, choice, text };
    const char* name;
    Kind kind;
    const char* unit;
    const char* fallback;  ///< the default: a value, or words where it follows from other keys
    double lo, hi;         ///< inclusive range of a number, in `unit`
    const char* choices;   ///< the words of a choice: "h100|h800"
    const char* doc;
    const char* source;  ///< of the default; "assumption" where there is none

    std::string range() const;  ///< "1..1024", "h100|h800", or "" for a text
};

struct TopologyInfo {
    const char* name;
    const char* doc;
    std::vector<TopologyKey> keys;
};

/// Lists the topologies, sorted by name.
const std::vector<TopologyInfo>& all_topologies();

/// Describes every topology with its keys, as `--help` prints them.
std::string topology_help();

/// Reads HPCC-sim's topology format: `nodes switches links`, the switch ids, then `a b rate delay errorRate`
/// per link. Endpoints are the other nodes, in ascending order of ids, and so are switches among themselves.
/// Parallel links are links of their own (HPCC-sim keeps only the last). It also reads ns3-rdma's format,
/// whose links have no errorRate, and ns3-datacenter's, whose first line is `nodes switches tors links` and
/// may have two capacities behind it. What follows the last link becomes a warning of the plan. Throws
/// BadInput with file:line.
FabricPlan read_hpcc_topology(std::istream& in, const std::string& file, const PlanOptions& options);

/// Reads uet-htsim's .topo format: two or three tiers, described by radix, speed and latency. Throws BadInput
/// with file:line, also on a key that the peer would ignore.
FabricPlan read_htsim_topology(std::istream& in, const std::string& file, const PlanOptions& options);

/// Writes HPCC-sim's format, with the ids that the plan's file has. The format has no switch latency: half of
/// it goes into each link of the switch, so that every path keeps its delay. NVLink, planes and buffers are
/// lost.
void write_hpcc_topology(std::ostream& out, const FabricPlan& plan);

}  // namespace hpnsim
