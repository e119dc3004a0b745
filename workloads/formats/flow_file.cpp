// SPDX-License-Identifier: GPL-2.0-only
// Recognises the format of a flow file and reads HPCC-sim's; connection_matrix.cpp reads uet-htsim's.
#include "hpnsim/flow_file.hpp"

#include "formats/flow_lines.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/unavailable.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <sstream>

namespace hpnsim
{

namespace
{

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

/// Detects the format by the first line.
std::string detect(const std::vector<std::string>& words)
{
    if (words.size() == 1 && words[0].find_first_not_of("0123456789") == std::string::npos) return "hpcc";
    for (const char* key : {"Nodes", "Connections", "Triggers", "Failures", "trigger", "failure"})
        if (words[0] == key) return "htsim";
    if (words[0].find("->") != std::string::npos) return "htsim";
    if (words[0].find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == 0) return "simai";
    return "";
}

/// Returns the format that the file is in: hpcc or htsim.
std::string format_of(const std::string& place, const std::string& wanted,
                      const std::vector<std::string>& words)
{
    const std::string seen = detect(words);
    refuse_unavailable(wanted.empty() ? place : "--format", "format", wanted.empty() ? seen : wanted);
    if (seen == "htsim" && wanted != "hpcc") return seen;
    if (wanted == "htsim" && seen.empty()) return wanted;
    if (seen == "hpcc" && wanted != "htsim") return seen;
    if (!seen.empty())
        throw BadInput(place + ": this looks like the format " + seen + ", not " +
                       (wanted.empty() ? "hpcc" : wanted));
    throw BadInput(place + ": the first line must be the number of flows alone, and is '" + words[0] +
                   (words.size() > 1 ? " ...'" : "'"));
}

/// Refuses ns3-rdma's columns, src dst priority packets start end: they are six as well, but mean something
/// else.
void refuse_packets(const std::string& place, const std::vector<std::string>& words)
{
    const auto decimal = [](const std::string& word) {
        return word.find('.') != std::string::npos &&
               word.find_first_not_of("0123456789.") == std::string::npos;
    };
    if (decimal(words[4]) && decimal(words[5]) && std::atof(words[4].c_str()) < std::atof(words[5].c_str()))
        throw BadInput(place +
                       ": these are ns3-rdma's columns, src dst priority packets start end; write src "
                       "dst priority port bytes start");
}

FlowSpec read_flow(const std::string& place, const std::vector<std::string>& words, const FlowNodes& nodes)
{
    if (words.size() != 6)
        throw BadInput(place + ": a flow has 6 columns, src dst priority port bytes seconds; this line has " +
                       std::to_string(words.size()));
    refuse_packets(place, words);
    FlowSpec flow;
    flow.src = read_flow_node(place, "src", words[0], nodes);
    flow.dst = read_flow_node(place, "dst", words[1], nodes);
    if (flow.src == flow.dst) throw BadInput(place + ": node " + words[0] + " sends to itself");
    flow.priority = static_cast<int>(parse_count(place + ": priority", words[2], 0, 7));
    flow.cls = static_cast<uint32_t>(parse_count(place + ": port", words[3], 0, 65535));
    flow.bytes = parse_count(place + ": bytes", words[4], 1, kMax);
    flow.start = parse_seconds(place + ": start", words[5]);
    return flow;
}

bool timed(const FlowSpec& flow)
{
    return flow.links.starts_on == kNoTrigger;
}

/// Flows that wait for a trigger come last.
bool earlier(const FlowSpec& a, const FlowSpec& b)
{
    return timed(a) != timed(b) ? timed(a) : a.start < b.start;
}

/// Sorts by start; the triggers' targets move with their flows.
void sort(FlowFile& file)
{
    std::vector<uint32_t> order(file.flows.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&file](uint32_t a, uint32_t b) { return earlier(file.flows[a], file.flows[b]); });
    std::vector<FlowSpec> flows;
    std::vector<uint32_t> place(order.size());
    for (const uint32_t old : order) {
        place[old] = static_cast<uint32_t>(flows.size());
        flows.push_back(file.flows[old]);
    }
    file.flows = std::move(flows);
    for (FlowTrigger& trigger : file.triggers)
        for (uint32_t& target : trigger.targets) target = place[target];
}

void rebase(FlowFile& file)
{
    file.sorted = std::is_sorted(file.flows.begin(), file.flows.end(), earlier);
    if (!file.sorted) sort(file);
    file.origin = file.flows.front().start;
    for (FlowSpec& flow : file.flows)
        if (timed(flow)) flow.start -= file.origin;
}

FlowFile read_hpcc_flows(TextLines& lines, std::vector<std::string> words, const FlowNodes& nodes)
{
    const int64_t count = parse_count(lines.place() + ": number of flows", words[0], 1, kMax);
    FlowFile file;
    while (static_cast<int64_t>(file.flows.size()) < count && lines.next(words))
        file.flows.push_back(read_flow(lines.place(), words, nodes));
    if (static_cast<int64_t>(file.flows.size()) < count)
        throw BadInput(lines.place() + ": the file ends after " + std::to_string(file.flows.size()) +
                       " of the " + std::to_string(count) + " flows that its first line announces");
    file.warning =
        lines.leave_out_rest("flow " + std::to_string(count) + ", the last that the first line announces");
    return file;
}

}  // namespace

uint32_t read_flow_node(const std::string& place, const std::string& column, const std::string& word,
                        const FlowNodes& nodes)
{
    const int64_t id = parse_count(place + ": " + column, word, 0, kMax);
    const FabricPlan* plan = nodes.plan;
    const bool named = plan != nullptr && !plan->ids.empty();
    const uint32_t node = named                  ? plan->node_of(static_cast<uint64_t>(id))
                          : id < nodes.endpoints ? static_cast<uint32_t>(id)
                                                 : kNoNode;
    if (node < nodes.endpoints) return node;
    const std::string subject = place + ": " + column + " is node " + word;
    if (!named)
        throw BadInput(subject + ", and the fabric has nodes 0 to " + std::to_string(nodes.endpoints - 1));
    throw BadInput(subject +
                   (node == kNoNode
                        ? ", which the topology file does not have"
                        : ", which is a switch in the topology file (" + plan->node_name(node) + ")") +
                   "; its hosts are nodes " + plan->host_ids());
}

FlowFile read_flow_file(const std::string& path, const std::string& format, const FlowNodes& nodes)
{
    return read_flows(read_text("--flow-file", path), path, format, nodes);
}

FlowFile read_flows(const std::string& text, const std::string& path, const std::string& format,
                    const FlowNodes& nodes)
{
    std::istringstream in(text);
    TextLines lines(in, path);
    std::vector<std::string> words;
    if (!lines.next(words)) throw BadInput("--flow-file: '" + path + "' holds no flows");
    const bool htsim = format_of(lines.place(), format, words) == "htsim";
    FlowFile file = htsim ? read_connection_matrix(lines, std::move(words), nodes)
                          : read_hpcc_flows(lines, std::move(words), nodes);
    rebase(file);
    return file;
}

void start_in_whole_ns(FlowFile& file)
{
    const Time origin = whole_ns(file.origin.s());
    for (FlowSpec& flow : file.flows) flow.start = whole_ns((file.origin + flow.start).s()) - origin;
    file.origin = origin;
}

uint32_t endpoints_used(const FlowFile& file)
{
    uint32_t used = file.nodes;
    for (const FlowSpec& flow : file.flows) used = std::max({used, flow.src + 1, flow.dst + 1});
    return used;
}

}  // namespace hpnsim
