// SPDX-License-Identifier: GPL-2.0-only
// HPCC-sim's topology.txt, and those of its relatives ns3-rdma and ns3-datacenter, read strictly.
#include "files/formats.hpp"
#include "files/link_list.hpp"
#include "hpnsim/topologies.hpp"

#include <istream>

namespace hpnsim
{

namespace
{

struct Counts {
    uint64_t nodes, switches, links;
};

/// Reads the header. HPCC-sim's has nodes, switches and links. ns3-datacenter's has the number of ToRs before
/// that of the links, and in some of its programs two capacities behind it; its switches are known by their
/// ids all the same.
Counts read_header(Tokens& tokens)
{
    Counts counts{};
    const size_t words = tokens.words_ahead();
    const bool tors = words == 4 || words == 6;
    counts.nodes = tokens.whole("the number of nodes", 3, LinkList::kMostNodes);
    counts.switches = tokens.whole("the number of switches", 1, LinkList::kMostNodes);
    if (counts.switches + 2 > counts.nodes)
        tokens.fail(std::to_string(counts.switches) + " switches leave fewer than two hosts of " +
                    std::to_string(counts.nodes) + " nodes");
    if (tors) tokens.whole("the number of ToRs", 0, counts.switches);
    counts.links = tokens.whole("the number of links", 1, LinkList::kMostLinks);
    for (size_t i = 4; tors && i < words; ++i) tokens.skip_number("a capacity in the first line");
    return counts;
}

}  // namespace

FabricPlan read_hpcc_topology(std::istream& in, const std::string& file, const PlanOptions& options)
{
    LinkList list(in, file, options);
    const Counts counts = read_header(list.tokens);
    list.begin(counts.nodes);
    list.read_ids(counts.switches, LinkList::Role::network_switch, "a switch");
    list.number_nodes();
    for (uint64_t i = 0; i < counts.links; ++i) list.add(list.read_link(true));
    return list.finish(counts.links);
}

namespace
{

/// Numbers alone are no mark of any format, and a file that is none is best told what it lacks of this one.
Likeness recognise(const std::vector<std::string>&)
{
    return Likeness::possible;
}

}  // namespace

HPNSIM_TOPOLOGY_FORMAT(HpccFile, "hpcc", recognise, read_hpcc_topology, false)

}  // namespace hpnsim
