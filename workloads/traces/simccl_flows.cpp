// SPDX-License-Identifier: GPL-2.0-only
// The format of traces `simccl`: ncclFlowModel_detailed_flows.csv, in which SimCCL writes the messages that
// its model of NCCL makes of collectives, a row each, and which of them a message waits for.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"
#include "hpnsim/text_input.hpp"
#include "hpnsim/trace_formats.hpp"
#include "traces/questions.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <unordered_map>

namespace hpnsim
{

namespace
{

using Fields = std::vector<std::string>;

constexpr uint64_t kMostText = uint64_t{16} << 30;
constexpr int64_t kMostRank = (1 << 20) - 1;  // as many hosts as a topology file may have
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

std::string trimmed(const std::string& text)
{
    const size_t first = text.find_first_not_of(" \t\r\""), last = text.find_last_not_of(" \t\r\"");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

Fields cut(const std::string& line, char separator)
{
    Fields fields;
    for (size_t at = 0; at <= line.size();) {
        const size_t end = std::min(line.find(separator, at), line.size());
        fields.push_back(trimmed(line.substr(at, end - at)));
        at = end + 1;
    }
    return fields;
}

/// The columns that are read. Others may be missing, or there may be more: v2.20 has no algorithm.
enum Column : size_t {
    kFlow,
    kSource,
    kDestination,
    kSize,
    kParents,
    kNeeded,
    kCollective = kNeeded,
    kConnection,
    kColumns
};
constexpr std::array<const char*, kColumns> kNames = {
    "flow_id", "src", "dest", "flow_size", "parent_flow_ids", "collective", "conn_type"};

struct Flow {
    uint32_t source = 0, destination = 0;
    uint32_t send = 0, receive = 0;  ///< tasks of the two ranks
    uint64_t line = 0;
    std::vector<int64_t> parents;
};

class FlowTable
{
public:
    explicit FlowTable(const TraceAsked& asked)
        : asked_(asked), name_(asked.file), in_("", asked.file, limits())
    {
    }

    Program read()
    {
        read_header();
        for (Fields fields; next(fields);) read_row(fields);
        end_collective();
        if (rows_ == 0) fail("expected a row for each flow behind the header, found the end of the file");
        return program();
    }

private:
    static TextLimits limits()
    {
        TextLimits limits;
        limits.bytes = kMostText;
        return limits;
    }

    std::string place(uint64_t line) const { return name_ + ":" + std::to_string(line); }
    [[noreturn]] void fail_at(uint64_t line, const std::string& why) const
    {
        throw BadLine(place(line) + ": " + why);
    }
    [[noreturn]] void fail(const std::string& why) const { fail_at(std::max<uint64_t>(line_, 1), why); }

    bool next(Fields& fields)
    {
        for (std::string line; std::getline(in_, line);) {
            ++line_;
            if (trimmed(line).empty()) continue;
            fields = cut(line, ',');
            return true;
        }
        return false;
    }

    void read_header()
    {
        if (!next(header_))
            fail("expected a header with the columns " + joined_texts(kNames) +
                 ", found the end of the file");
        for (size_t column = 0; column < kColumns; ++column) {
            const auto found = std::find(header_.begin(), header_.end(), kNames[column]);
            at_[column] = static_cast<size_t>(found - header_.begin());
            if (found == header_.end() && column < kNeeded)
                fail("expected a column " + std::string(kNames[column]) +
                     suggestion(kNames[column], header_));
        }
    }

    /// Returns a field of the row; empty if the file has no such column.
    std::string field(const Fields& fields, Column column) const
    {
        return at_[column] < header_.size() ? fields[at_[column]] : "";
    }

    int64_t number(const Fields& fields, Column column, int64_t most) const
    {
        return parse_count(place(line_) + ": " + kNames[column], field(fields, column), 0, most);
    }

    uint32_t rank(const Fields& fields, Column column)
    {
        const auto rank = static_cast<uint32_t>(number(fields, column, kMostRank));
        if (asked_.ranks != 0 && rank >= asked_.ranks)
            fail(std::string(kNames[column]) + " is " + std::to_string(rank) + "; expected one of the " +
                 std::to_string(asked_.ranks) + " ranks, 0 to " + std::to_string(asked_.ranks - 1));
        ranks_ = std::max(ranks_, rank + 1);
        return rank;
    }

    void read_row(const Fields& fields)
    {
        if (fields.size() != header_.size())
            fail("expected " + std::to_string(header_.size()) + " fields, as in the header, found " +
                 std::to_string(fields.size()));
        const std::string collective = field(fields, kCollective);
        if (rows_ == 0 || collective != collective_) end_collective();
        collective_ = collective;
        if (field(fields, kConnection).rfind("NVLS", 0) == 0)
            fail("conn_type is " + field(fields, kConnection) +
                 ": this flow ends at an NVSwitch, which is no rank; expected the flows of a ring or tree, "
                 "which SimCCL makes with AS_NVLS_ENABLE=0");
        Flow flow;
        flow.line = line_;
        flow.source = rank(fields, kSource);
        flow.destination = rank(fields, kDestination);
        if (flow.source == flow.destination)
            fail("src and dest are both " + std::to_string(flow.source) + "; expected two ranks");
        add_tasks(flow, number(fields, kSize, kMost));
        for (const std::string& parent : cut(field(fields, kParents), ';'))
            if (!parent.empty())
                flow.parents.push_back(parse_count(place(line_) + ": " + kNames[kParents], parent, 0, kMost));
        const int64_t id = number(fields, kFlow, kMost);
        const auto [known, fresh] = numbers_.emplace(id, flows_.size());
        if (!fresh)
            fail("flow " + std::to_string(id) + " has been in line " +
                 std::to_string(flows_[known->second].line) +
                 "; expected a flow_id of its own within the collective");
        flows_.push_back(std::move(flow));
    }

    /// The tag is the row's number, so that no message is taken for another.
    void add_tasks(Flow& flow, Bytes bytes)
    {
        if (rows_ == kAnyTag) fail("expected at most 4294967295 flows");
        const auto tag = static_cast<uint32_t>(rows_++);
        Task send = Task::send(flow.destination, bytes, tag);
        Task receive = Task::receive(flow.source, bytes, tag);
        send.label = graphs_[flow.source].label(collective_);
        receive.label = graphs_[flow.destination].label(collective_);
        flow.send = graphs_[flow.source].add(send);
        flow.receive = graphs_[flow.destination].add(receive);
    }

    /// Parents may stand behind their children, but within the same collective.
    void end_collective()
    {
        std::vector<uint32_t> waits(flows_.size(), 0);
        std::vector<std::vector<size_t>> children(flows_.size());
        for (size_t i = 0; i < flows_.size(); ++i)
            for (const int64_t id : flows_[i].parents) {
                const size_t parent = parent_of(flows_[i], id);
                graphs_[flows_[i].source].after(flows_[i].send, flows_[parent].receive);
                children[parent].push_back(i);
                ++waits[i];
            }
        refuse_circles(std::move(waits), children);
        flows_.clear();
        numbers_.clear();
    }

    size_t parent_of(const Flow& flow, int64_t id) const
    {
        const auto found = numbers_.find(id);
        if (found == numbers_.end())
            fail_at(flow.line, "expected parents among the flows of the collective; there is no flow " +
                                   std::to_string(id));
        const uint32_t end = flows_[found->second].destination;
        if (end != flow.source)
            fail_at(flow.line, "expected parents that end at src, " + std::to_string(flow.source) +
                                   "; flow " + std::to_string(id) + " ends at " + std::to_string(end));
        return found->second;
    }

    /// A circle leads over several ranks, whose graphs have none.
    void refuse_circles(std::vector<uint32_t> waits, const std::vector<std::vector<size_t>>& children) const
    {
        std::vector<size_t> ready;
        for (size_t i = 0; i < waits.size(); ++i)
            if (waits[i] == 0) ready.push_back(i);
        while (!ready.empty()) {
            const size_t flow = ready.back();
            ready.pop_back();
            for (const size_t child : children[flow])
                if (--waits[child] == 0) ready.push_back(child);
        }
        const auto stuck = std::find_if(waits.begin(), waits.end(), [](uint32_t left) { return left > 0; });
        if (stuck != waits.end())
            fail_at(flows_[static_cast<size_t>(stuck - waits.begin())].line,
                    "this flow waits for itself: expected parents that do not go round in a circle");
    }

    /// Ranks without flows share an empty graph.
    Program program()
    {
        Program program(std::max(asked_.ranks, ranks_));
        TaskGraph none;
        none.finish();
        program.graphs.push_back(std::make_shared<TaskGraph>(std::move(none)));
        for (auto& [rank, graph] : graphs_) {
            graph.finish();
            program.graph_of[rank] = static_cast<uint32_t>(program.graphs.size());
            program.graphs.push_back(std::make_shared<TaskGraph>(std::move(graph)));
        }
        program.rules.match = ProgramRules::Match::messages;
        program.rules.send_end = ProgramRules::SendEnd::delivered;
        return program;
    }

    TraceAsked asked_;
    std::string name_;
    TextInput in_;
    Fields header_;
    std::array<size_t, kColumns> at_{};  ///< of the header; its size: there is no such column
    uint64_t line_ = 0, rows_ = 0;
    std::string collective_;
    std::vector<Flow> flows_;                      ///< of the collective
    std::unordered_map<int64_t, size_t> numbers_;  ///< by flow_id; looked up, never walked
    std::map<uint32_t, TaskGraph> graphs_;         ///< of the ranks that have flows
    uint32_t ranks_ = 0;                           ///< one more than the highest
};

struct SimcclFlows {
    static constexpr const char* name = "simccl";
    static constexpr const char* doc =
        "SimCCL's ncclFlowModel_detailed_flows.csv: the messages of collectives, and what each waits for";

    static bool recognises(const TraceHead& head)
    {
        const Fields header = cut(head.bytes.substr(0, head.bytes.find_first_of("\r\n")), ',');
        const auto has = [&header](const char* column) {
            return std::find(header.begin(), header.end(), column) != header.end();
        };
        return has(kNames[kParents]) || (has(kNames[kFlow]) && has(kNames[kSize]));
    }

    static Program read(const TraceAsked& asked)
    {
        refuse_groups_and_passes(asked, "a table of flows");
        return FlowTable(asked).read();
    }
};

}  // namespace

HPNSIM_TRACE_FORMAT(SimcclFlows)

}  // namespace hpnsim
