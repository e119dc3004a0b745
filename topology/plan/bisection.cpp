// SPDX-License-Identifier: GPL-2.0-only
// Computes the bisection of a fabric: the least rate of links whose loss parts the first half of the hosts
// from the others, as the largest flow between them (Boost's, by Boykov and Kolmogorov).
#include "hpnsim/describe_fabric.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>

#include <map>

// GCC 12 takes the optional in Boost's iterator over the edges for one that is read unset.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

namespace hpnsim
{

namespace
{

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
struct Vertex {
    boost::default_color_type color = boost::white_color;
    int64_t distance = 0;
    Traits::edge_descriptor predecessor;
};
struct Edge {
    int64_t capacity = 0, residual = 0;
    Traits::edge_descriptor reverse;
};
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Vertex, Edge>;

void add_edge(Graph& graph, size_t from, size_t to, int64_t there, int64_t back)
{
    const auto out = boost::add_edge(from, to, {there, there, {}}, graph).first;
    const auto in = boost::add_edge(to, from, {back, back, {}}, graph).first;
    graph[out].reverse = in;
    graph[in].reverse = out;
}

}  // namespace

Bisection bisection(const FabricPlan& plan)
{
    Bisection found;
    const uint32_t hosts = plan.endpoints / plan.nics_per_host;
    const uint32_t half = hosts / 2 * plan.nics_per_host;
    // No route leads through a host, so the hosts of each half become one node: the source and the target.
    const size_t source = plan.switches.size(), target = source + 1;
    const auto vertex = [&](uint32_t node) {
        if (node >= plan.endpoints) return size_t{node} - plan.endpoints;
        return node < half ? source : target;
    };
    std::map<std::pair<size_t, size_t>, int64_t> rates;
    for (const LinkPlan& link : plan.links) {
        rates[std::minmax(vertex(link.a), vertex(link.b))] += link.rate.bps;
        for (const uint32_t node : {link.a, link.b})
            if (node < plan.endpoints) (node < half ? found.first_bps : found.second_bps) += link.rate.bps;
    }
    Graph graph(target + 1);
    for (const auto& [ends, rate] : rates) {
        // Nothing enters the source, nothing leaves the target.
        if (ends.first == ends.second) continue;
        const bool into = ends.second >= source;
        if (!into)
            add_edge(graph, ends.first, ends.second, rate, rate);
        else if (ends.second == target)
            add_edge(graph, ends.first, target, rate, 0);
        else
            add_edge(graph, source, ends.first, rate, 0);
    }
    found.cut_bps = boost::boykov_kolmogorov_max_flow(
        graph, boost::get(&Edge::capacity, graph), boost::get(&Edge::residual, graph),
        boost::get(&Edge::reverse, graph), boost::get(&Vertex::predecessor, graph),
        boost::get(&Vertex::color, graph), boost::get(&Vertex::distance, graph),
        boost::get(boost::vertex_index, graph), source, target);
    found.hosts = half / plan.nics_per_host;
    return found;
}

}  // namespace hpnsim
