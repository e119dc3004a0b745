// SPDX-License-Identifier: GPL-2.0-only
#include "hpnsim/flow_file.hpp"

#include "hpnsim/quantity.hpp"
#include "hpnsim/registry.hpp"
#include "unavailable.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

namespace hpnsim
{

namespace
{

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

/// Lines that hold something, with their numbers.
class Lines
{
public:
    explicit Lines(const std::string& path) : path_(path), file_(path)
    {
        if (!file_ || file_.peek() == std::ifstream::traits_type::eof())
            throw BadInput("--flow-file: cannot read '" + path + "', or it is empty");
    }
    bool next(std::vector<std::string>& words)
    {
        std::string line;
        while (std::getline(file_, line)) {
            ++number_;
            std::istringstream stream(line);
            words.clear();
            for (std::string word; stream >> word;) words.push_back(word);
            if (!words.empty()) return true;
        }
        return false;
    }
    std::string place() const { return path_ + ":" + std::to_string(number_); }

private:
    std::string path_;
    std::ifstream file_;
    int number_ = 0;
};

/// What the first line looks like.
std::string detect(const std::vector<std::string>& words)
{
    if (words.size() == 1 && words[0].find_first_not_of("0123456789") == std::string::npos) return "hpcc";
    if (words[0] == "Nodes" || words[0] == "Connections" || words[0].find("->") != std::string::npos)
        return "htsim";
    if (words[0].find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == 0) return "simai";
    return "";
}

void check_format(const std::string& place, const std::string& wanted, const std::vector<std::string>& words)
{
    const std::string seen = detect(words);
    refuse_unavailable(wanted.empty() ? place : "--format", "format", wanted.empty() ? seen : wanted);
    if (seen == "hpcc") return;
    if (!seen.empty()) throw BadInput(place + ": this looks like the format " + seen + ", not hpcc");
    throw BadInput(place + ": the first line must be the number of flows alone, and is '" + words[0] +
                   (words.size() > 1 ? " ...'" : "'"));
}

uint32_t read_node(const std::string& place, const std::string& column, const std::string& word,
                   uint32_t endpoints)
{
    const int64_t node = parse_count(place + ": " + column, word, 0, kMax);
    if (node >= endpoints)
        throw BadInput(place + ": " + column + " is node " + word + ", and the fabric has nodes 0 to " +
                       std::to_string(endpoints - 1));
    return static_cast<uint32_t>(node);
}

FlowSpec read_flow(const std::string& place, const std::vector<std::string>& words, uint32_t endpoints)
{
    if (words.size() != 6)
        throw BadInput(place + ": a flow has 6 columns, src dst priority port bytes seconds; this line has " +
                       std::to_string(words.size()));
    FlowSpec flow;
    flow.src = read_node(place, "src", words[0], endpoints);
    flow.dst = read_node(place, "dst", words[1], endpoints);
    if (flow.src == flow.dst) throw BadInput(place + ": node " + words[0] + " sends to itself");
    flow.priority = static_cast<int>(parse_count(place + ": priority", words[2], 0, 7));
    flow.cls = static_cast<uint32_t>(parse_count(place + ": port", words[3], 0, 65535));
    flow.bytes = parse_count(place + ": bytes", words[4], 1, kMax);
    flow.start = parse_seconds(place + ": start", words[5]);
    return flow;
}

bool earlier(const FlowSpec& a, const FlowSpec& b)
{
    return a.start < b.start;
}

void rebase(FlowFile& file)
{
    file.sorted = std::is_sorted(file.flows.begin(), file.flows.end(), earlier);
    if (!file.sorted) std::stable_sort(file.flows.begin(), file.flows.end(), earlier);
    file.origin = file.flows.front().start;
    for (FlowSpec& flow : file.flows) flow.start -= file.origin;
}

}  // namespace

FlowFile read_flow_file(const std::string& path, const std::string& format, uint32_t endpoints)
{
    Lines lines(path);
    std::vector<std::string> words;
    if (!lines.next(words)) throw BadInput("--flow-file: '" + path + "' holds no flows");
    check_format(lines.place(), format, words);
    const int64_t count = parse_count(lines.place() + ": number of flows", words[0], 1, kMax);
    FlowFile file;
    while (lines.next(words)) {
        if (static_cast<int64_t>(file.flows.size()) == count)
            throw BadInput(lines.place() + ": more than the " + std::to_string(count) +
                           " flows that the first line announces");
        file.flows.push_back(read_flow(lines.place(), words, endpoints));
    }
    if (static_cast<int64_t>(file.flows.size()) < count)
        throw BadInput(lines.place() + ": the file ends after " + std::to_string(file.flows.size()) +
                       " of the " + std::to_string(count) + " flows that its first line announces");
    rebase(file);
    return file;
}

void start_in_whole_ns(FlowFile& file)
{
    const Time origin = whole_ns(file.origin.s());
    for (FlowSpec& flow : file.flows) flow.start = whole_ns((file.origin + flow.start).s()) - origin;
    file.origin = origin;
}

uint32_t endpoints_used(const std::vector<FlowSpec>& flows)
{
    uint32_t used = 0;
    for (const FlowSpec& flow : flows) used = std::max({used, flow.src + 1, flow.dst + 1});
    return used;
}

}  // namespace hpnsim
