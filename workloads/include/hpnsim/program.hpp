// SPDX-License-Identifier: GPL-2.0-only
// What all ranks of a job do: a graph of tasks for each rank, and the groups that the ranks form. Readers of
// trace files make programs, and ProgramWorkload runs them.
#pragma once

#include "hpnsim/task_graph.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// The groups of one kind, for example those of tensor parallelism. A rank is in at most one of them.
struct GroupFamily {
    std::string name;
    std::vector<std::vector<uint32_t>> groups;  ///< ranks by position
};

/// Where a rank stands in a family.
struct Membership {
    uint32_t group = 0xffffffff, position = 0;
    bool member() const { return group != 0xffffffff; }
};

/// All families of a program. The first is the world.
class GroupTable
{
public:
    explicit GroupTable(uint32_t ranks);
    /// Returns the number of the family. Throws BadInput, "group NAME: ...", if a rank does not exist or is
    /// named twice, or if a group is empty.
    uint16_t add(GroupFamily family);
    size_t families() const { return families_.size(); }
    const GroupFamily& family(uint16_t number) const { return families_[number]; }
    Membership of(uint16_t family, uint32_t rank) const { return members_[family][rank]; }
    /// Returns the rank at a position of this rank's group.
    uint32_t rank_at(uint16_t family, uint32_t rank, uint32_t position) const;
    const std::vector<uint32_t>& group_of(uint16_t family, uint32_t rank) const;

private:
    uint32_t ranks_;
    std::vector<GroupFamily> families_;
    std::vector<std::vector<Membership>> members_;  // by family, then rank
};

/// How a format of traces wants its tasks understood.
struct ProgramRules {
    /// How receives find what was sent to them under their tag.
    enum class Match : uint8_t {
        messages,  ///< the oldest message; its size may be another than the receive's (GOAL)
        bytes,     ///< so many bytes; what is over stays for the next receive (Chakra)
    };
    /// When a send has finished.
    enum class SendEnd : uint8_t {
        delivered,     ///< its last byte is in the receiver's memory
        acknowledged,  ///< the sender has its completion
        matched,       ///< delivered, and a receive has taken it
    };
    Match match = Match::messages;
    SendEnd send_end = SendEnd::delivered;
};

struct Program {
    explicit Program(uint32_t count) : ranks(count), graph_of(count, 0), groups(count) {}

    uint32_t ranks;
    std::vector<std::shared_ptr<const TaskGraph>> graphs;  ///< finished
    std::vector<uint32_t> graph_of;                        ///< by rank: an index of graphs
    GroupTable groups;
    ProgramRules rules;
    std::string format;  ///< where it comes from: "goal", "chakra", ...

    const TaskGraph& graph(uint32_t rank) const { return *graphs[graph_of[rank]]; }
};

/// Throws BadInput, "rank R, task N: ...", for what no run could do: a peer that does not exist, a collective
/// of a group that the rank is not in, negative sizes or times, members of a group that disagree about their
/// collectives.
void check_program(const Program& program);

/// Counts what a program asks for, without running it. A rank's message to itself counts.
struct ProgramTotals {
    uint64_t tasks = 0, sends = 0, receives = 0, collectives = 0;
    Bytes sent = 0;        ///< by sends
    Time compute_longest;  ///< the most that one rank computes
};
ProgramTotals totals_of(const Program& program);

}  // namespace hpnsim
