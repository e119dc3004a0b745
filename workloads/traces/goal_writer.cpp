// SPDX-License-Identifier: GPL-2.0-only
// Writes programs as GOAL, text and binary.
#include "hpnsim/goal.hpp"
#include "traces/goal.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <stdexcept>

namespace hpnsim
{

namespace
{

constexpr uint32_t kCpus = kNoStream;  // as many as there are streams: 0 to 254

/// Turns the tasks of one rank, in order, into operations.
class RankOps
{
public:
    RankOps(const Program& program, uint32_t rank) : program_(program), rank_(rank)
    {
        const TaskGraph& graph = program.graph(rank);
        for (uint32_t i = 0; i < graph.size(); ++i) {
            const Task& task = graph.task(i);
            if (task.kind == Task::Kind::compute && task.stream != kNoStream) taken_[task.stream] = true;
        }
        if (std::find(taken_.begin(), taken_.end(), false) == taken_.end()) taken_.fill(false);
    }

    GoalOp next(uint32_t number)
    {
        const Task& task = program_.graph(rank_).task(number);
        GoalOp op;
        switch (task.kind) {
        case Task::Kind::collective:
            throw std::logic_error("write_goal: rank " + std::to_string(rank_) + ", task " +
                                   std::to_string(number) + " is a collective, " + name_of(task.collective) +
                                   "; expand it into messages before");
        case Task::Kind::compute:
            op.size = static_cast<uint64_t>(task.time.ps / 1000 + (task.time.ps % 1000 == 0 ? 0 : 1));
            op.cpu = cpu_of(task);
            return op;
        case Task::Kind::send:
        case Task::Kind::receive:
            op.kind = task.kind == Task::Kind::send ? GoalOp::Kind::send : GoalOp::Kind::receive;
            op.peer =
                task.peer == kAnyRank ? kAnyRank : program_.groups.rank_at(task.family, rank_, task.peer);
            op.size = static_cast<uint64_t>(task.bytes);
            op.tag = task.tag;
        }
        return op;
    }

private:
    uint8_t cpu_of(const Task& task)
    {
        if (task.stream != kNoStream) return task.stream;
        if (task.time == Time{}) return 0;
        do turn_ = (turn_ + 1) % kCpus;
        while (taken_[turn_]);
        return static_cast<uint8_t>(turn_);
    }

    const Program& program_;
    uint32_t rank_;
    std::array<bool, kCpus> taken_{};  // by streams
    uint32_t turn_ = kCpus - 1;
};

std::string or_any(uint32_t number)
{
    return number == kAnyRank ? "-1" : std::to_string(number);
}

void write_op(std::ostream& out, const GoalOp& op)
{
    if (op.kind == GoalOp::Kind::calc)
        out << "calc " << op.size;
    else
        out << (op.kind == GoalOp::Kind::send ? "send " : "recv ") << op.size << "b "
            << (op.kind == GoalOp::Kind::send ? "to " : "from ") << or_any(op.peer) << " tag "
            << or_any(op.tag);
    if (op.cpu != 0) out << " cpu " << uint32_t{op.cpu};
    out << "\n";
}

/// Writes a number as the binary has it, little-endian.
template <class T> void put(std::ostream& out, T value)
{
    for (size_t i = 0; i < sizeof(T); ++i)
        out.put(static_cast<char>(static_cast<uint64_t>(value) >> (8 * i) & 0xff));
}

uint64_t binary_bytes(const TaskGraph& graph)
{
    uint64_t edges = 0;
    for (uint32_t i = 0; i < graph.size(); ++i) edges += graph.waits(i);
    return kGoalCounts + 4 * graph.roots().size() + kGoalNode * graph.size() + 4 * edges;
}

uint8_t highest_cpu(const Program& program)
{
    uint8_t highest = 0;
    for (uint32_t rank = 0; rank < program.ranks; ++rank) {
        RankOps ops(program, rank);
        for (uint32_t i = 0; i < program.graph(rank).size(); ++i)
            highest = std::max(highest, ops.next(i).cpu);
    }
    return highest;
}

/// Writes a node without its edges' numbers.
void put_node(std::ostream& out, const TaskGraph& graph, uint32_t number, const GoalOp& op)
{
    put(out, graph.waits(number));
    put(out, static_cast<uint8_t>(op.kind));
    put(out, op.peer);
    put(out, op.size);
    put(out, op.tag);
    put(out, op.cpu);
    put(out, op.nic);
}

void put_rank(std::ostream& out, const Program& program, uint32_t rank)
{
    const TaskGraph& graph = program.graph(rank);
    put(out, graph.size());
    put(out, static_cast<uint32_t>(graph.roots().size()));
    for (const uint32_t root : graph.roots()) put(out, root);
    RankOps ops(program, rank);
    uint32_t entry = 0;  // of the appendix
    for (uint32_t i = 0; i < graph.size(); ++i) {
        put_node(out, graph, i, ops.next(i));
        for (const TaskGraph::Numbers& waiting : {graph.on_end(i), graph.on_start(i)}) {
            put(out, static_cast<uint32_t>(waiting.size()));
            put(out, entry);
            entry += static_cast<uint32_t>(waiting.size());
        }
    }
    for (uint32_t i = 0; i < graph.size(); ++i)
        for (const TaskGraph::Numbers& waiting : {graph.on_end(i), graph.on_start(i)})
            for (const uint32_t task : waiting) put(out, task);
}

}  // namespace

void write_goal(const Program& program, std::ostream& out)
{
    out << "num_ranks " << program.ranks << "\n";
    for (uint32_t rank = 0; rank < program.ranks; ++rank) {
        const TaskGraph& graph = program.graph(rank);
        RankOps ops(program, rank);
        out << "\nrank " << rank << " {\n";
        for (uint32_t i = 0; i < graph.size(); ++i) {
            out << "l" << i + 1 << ": ";
            write_op(out, ops.next(i));
        }
        for (uint32_t i = 0; i < graph.size(); ++i) {
            for (const uint32_t task : graph.on_end(i))
                out << "l" << task + 1 << " requires l" << i + 1 << "\n";
            for (const uint32_t task : graph.on_start(i))
                out << "l" << task + 1 << " irequires l" << i + 1 << "\n";
        }
        out << "}\n";
    }
}

void write_goal_binary(const Program& program, std::ostream& out)
{
    const uint8_t cpu = highest_cpu(program);  // before anything is written: it may throw
    put(out, kGoalMagic);
    put(out, program.ranks);
    put(out, cpu);
    put(out, uint8_t{0});  // the highest NIC
    uint64_t at = kGoalHeader - kGoalOrigin + kGoalRankEntry * program.ranks;
    for (uint32_t rank = 0; rank < program.ranks; ++rank) {
        put(out, at);
        at += binary_bytes(program.graph(rank));
        put(out, at);
    }
    for (uint32_t rank = 0; rank < program.ranks; ++rank) put_rank(out, program, rank);
}

}  // namespace hpnsim
