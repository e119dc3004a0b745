// SPDX-License-Identifier: GPL-2.0-only
// Reads HPCC-sim's flow.txt: a count, then `src dst priority port bytes seconds` a line. HPCC-sim's own
// generator starts at 2 s. What follows the last flow that the count announces is left out, with a warning.
#include "formats/flow_lines.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/flow_formats.hpp"
#include "hpnsim/quantity.hpp"

#include <cstdlib>
#include <limits>

namespace hpnsim
{

namespace
{

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

/// True for a number alone.
bool is_count(const std::vector<std::string>& words)
{
    return words.size() == 1 && words[0].find_first_not_of("0123456789") == std::string::npos;
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

struct HpccFlows {
    static constexpr const char* name = "hpcc";
    static constexpr const char* doc =
        "HPCC-sim's flow.txt, a count, then src dst priority port bytes seconds a line";

    static bool recognises(const FirstLines& lines) { return is_count(lines[0]); }

    static FlowFile read(TextLines& lines, const FlowNodes& nodes)
    {
        std::vector<std::string> words;
        lines.next(words);
        if (!is_count(words))
            throw BadInput(lines.place() + ": the first line must be the number of flows alone, and is '" +
                           words[0] + (words.size() > 1 ? " ...'" : "'"));
        const int64_t count = parse_count(lines.place() + ": number of flows", words[0], 1, kMax);
        FlowFile file;
        while (static_cast<int64_t>(file.flows.size()) < count && lines.next(words))
            file.flows.push_back(read_flow(lines.place(), words, nodes));
        if (static_cast<int64_t>(file.flows.size()) < count)
            throw BadInput(lines.place() + ": the file ends after " + std::to_string(file.flows.size()) +
                           " of the " + std::to_string(count) + " flows that its first line announces");
        file.warning = lines.leave_out_rest("flow " + std::to_string(count) +
                                            ", the last that the first line announces");
        return file;
    }
};

}  // namespace

HPNSIM_FLOW_FORMAT(HpccFlows)

}  // namespace hpnsim
