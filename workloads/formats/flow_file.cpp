// SPDX-License-Identifier: GPL-2.0-only
// Finds out which format a flow file has, and does with its flows what is the same for every format.
#include "formats/flow_lines.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/flow_formats.hpp"
#include "hpnsim/quantity.hpp"
#include "registry/choice.hpp"
#include "registry/tables.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <sstream>

namespace hpnsim
{

namespace
{

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

constexpr size_t kFirstLines = 4;

/// Adds what follows the first line. A line that cannot be read ends it, because the reader will say so in
/// its turn.
void add_lines(TextLines& lines, FirstLines& first)
{
    std::vector<std::string> words;
    try {
        while (first.size() < kFirstLines && lines.next(words)) first.push_back(words);
    } catch (const BadInput&) {
        return;
    }
}

/// Returns the format of the file that begins at `place`.
const FlowFormat& format_of(const std::string& place, const std::string& wanted, const FirstLines& first)
{
    const FlowFormat* named = wanted.empty() ? nullptr : &find_flow_format("format", wanted);
    const FlowFormat* seen = nullptr;
    for (const FlowFormat* format : all_flow_formats()) {
        if (!format->recognises(first)) continue;
        if (format == named) return *format;
        if (seen == nullptr) seen = format;
    }
    if (named != nullptr && seen != nullptr)
        throw BadInput(place + ": this looks like the format " + seen->name + ", not " + named->name);
    if (named != nullptr) return *named;
    return seen != nullptr ? *seen : *all_flow_formats().front();
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

std::vector<const FlowFormat*> all_flow_formats()
{
    return built_in::flow_formats();
}

const FlowFormat& find_flow_format(const std::string& what, const std::string& name)
{
    const std::vector<const FlowFormat*> all = all_flow_formats();
    std::vector<std::string> names;
    for (const FlowFormat* format : all) names.emplace_back(format->name);
    return *all[place_among(names, what, name)];
}

FlowFile read_flow_file(const std::string& path, const std::string& format, const FlowNodes& nodes)
{
    return read_flows(read_text("flow-file", path), path, format, nodes);
}

FlowFile read_flows(const std::string& text, const std::string& path, const std::string& format,
                    const FlowNodes& nodes)
{
    std::istringstream in(text);
    TextLines head(in, path);
    FirstLines first(1);
    if (!head.next(first[0])) throw BadInput("flow-file: '" + path + "' holds no flows");
    const std::string place = head.place();
    add_lines(head, first);
    in.clear();
    in.seekg(0);
    TextLines lines(in, path);
    FlowFile file = format_of(place, format, first).read(lines, nodes);
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
