// SPDX-License-Identifier: GPL-2.0-only
// The format of traces `goal`: LogGOPSim's and ATLAHS's Group Operation Assembly Language, as text or binary.
// A file says which it is by its first bytes.
#include "hpnsim/trace_formats.hpp"
#include "traces/goal.hpp"
#include "traces/questions.hpp"

#include <fstream>
#include <limits>

namespace hpnsim
{

std::string fault_of(const GoalOp& op, uint32_t ranks)
{
    constexpr uint64_t kMostBytes = std::numeric_limits<Bytes>::max();
    constexpr uint64_t kMostNs = std::numeric_limits<int64_t>::max() / 1000;
    if (op.kind == GoalOp::Kind::calc && op.size > kMostNs)
        return "a computation of " + std::to_string(op.size) + " ns is longer than " +
               std::to_string(kMostNs) + " ns, the most that can be simulated";
    if (op.size > kMostBytes)
        return "a message of " + std::to_string(op.size) + " bytes is larger than " +
               std::to_string(kMostBytes) + ", the most that can be simulated";
    if (op.cpu == kNoStream) return "cpu is 255; the cpus that can be simulated are 0 to 254";
    if (op.kind == GoalOp::Kind::calc || (op.kind == GoalOp::Kind::receive && op.peer == kAnyRank)) return "";
    if (op.peer >= ranks)
        return "there is no rank " + std::to_string(op.peer) + "; there are " + std::to_string(ranks) +
               ", counted from 0";
    const bool any_tag = op.kind == GoalOp::Kind::send && op.tag == kAnyTag;
    return any_tag ? "a send needs a tag from 0 to 4294967294; -1, any tag, is for receives" : "";
}

Task task_of(const GoalOp& op, uint32_t rank)
{
    constexpr Time kToItself = nanoseconds(1);
    const auto bytes = static_cast<Bytes>(op.size);
    if (op.kind == GoalOp::Kind::calc)
        return Task::compute(nanoseconds(bytes), op.size == 0 ? kNoStream : op.cpu);
    if (op.peer == rank) return Task::compute(kToItself, op.cpu);
    return op.kind == GoalOp::Kind::send ? Task::send(op.peer, bytes, op.tag)
                                         : Task::receive(op.peer, bytes, op.tag);
}

Program goal_program(std::vector<std::shared_ptr<const TaskGraph>> graphs)
{
    Program program(static_cast<uint32_t>(graphs.size()));
    for (uint32_t rank = 0; rank < program.ranks; ++rank) program.graph_of[rank] = rank;
    program.graphs = std::move(graphs);
    program.rules.match = ProgramRules::Match::messages;
    program.rules.send_end = ProgramRules::SendEnd::delivered;
    return program;
}

namespace
{

bool is_binary(const std::string& bytes)
{
    for (size_t i = 0; i < sizeof kGoalMagic; ++i)
        if (i >= bytes.size() || static_cast<uint8_t>(bytes[i]) != (kGoalMagic >> (8 * i) & 0xff))
            return false;
    return true;
}

/// Returns where the text begins behind blanks and comments; npos: nowhere.
size_t skip_comments(const std::string& text)
{
    size_t at = text.rfind("\xef\xbb\xbf", 0) == 0 ? 3 : 0;
    for (;;) {
        at = text.find_first_not_of(" \t\r\n", at);
        if (at == std::string::npos) return at;
        if (text.compare(at, 2, "//") == 0) {
            at = text.find_first_of("\r\n", at);
        } else if (text.compare(at, 2, "/*") == 0) {
            at = text.find("*/", at + 2);
            at = at == std::string::npos ? at : at + 2;
        } else {
            return at;
        }
        if (at == std::string::npos) return at;
    }
}

struct GoalTrace {
    static constexpr const char* name = "goal";
    static constexpr const char* doc = "GOAL of LogGOPSim and ATLAHS, text or binary: sends, receives, calcs";

    static bool recognises(const TraceHead& head)
    {
        if (is_binary(head.bytes)) return true;
        const size_t at = skip_comments(head.bytes);
        return at != std::string::npos && head.bytes.compare(at, 9, "num_ranks") == 0;
    }

    static Program read(const TraceAsked& asked)
    {
        std::string first(sizeof kGoalMagic, '\0');
        std::ifstream file(asked.file, std::ios::binary);
        file.read(first.data(), static_cast<std::streamsize>(first.size()));
        first.resize(static_cast<size_t>(file.gcount()));
        refuse_groups_and_passes(asked, "a GOAL trace");
        Program program = is_binary(first) ? read_goal_binary(asked.file) : read_goal_text(asked.file);
        if (asked.ranks != 0 && asked.ranks != program.ranks)
            throw BadInput("'" + asked.file + "' has " + std::to_string(program.ranks) + " ranks, and " +
                           std::to_string(asked.ranks) + " ranks are asked for");
        return program;
    }
};

}  // namespace

HPNSIM_TRACE_FORMAT(GoalTrace)

}  // namespace hpnsim
