// SPDX-License-Identifier: GPL-2.0-only
// Declares what the readers of GOAL's text and of its binary share: an operation of a file, and the task that
// it becomes. Internal to the trace formats.
//
// The reading is that of ATLAHS (htsim's start_lgs), not that of LogGOPSim, whose o, g, G and L stand for a
// network that is simulated here. docs/traces.md says what differs.
#pragma once

#include "hpnsim/program.hpp"

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// One operation, as both encodings have it. The numbers of the kinds are those of the binary.
struct GoalOp {
    enum class Kind : uint8_t { send = 1, receive = 2, calc = 3 };
    Kind kind = Kind::calc;
    uint32_t peer = 0, tag = 0;
    uint64_t size = 0;  ///< bytes; of a calc, nanoseconds
    uint8_t cpu = 0, nic = 0;
};

/// Returns what is wrong with an operation of a file of so many ranks; empty: nothing.
std::string fault_of(const GoalOp& op, uint32_t ranks);

/// Makes the task of an operation without a fault. A calc occupies the stream of its cpu, unless it lasts 0
/// ns: it is then a mere join. Messages occupy no stream, because the NIC that is simulated shares its rate
/// among them. A message of a rank to itself becomes a computation of 1 ns at either end.
Task task_of(const GoalOp& op, uint32_t rank);

/// Puts the graphs of all ranks, in order, together.
Program goal_program(std::vector<std::shared_ptr<const TaskGraph>> graphs);

/// Both throw BadInput: BadLine, or "FILE, byte N: ...".
Program read_goal_text(const std::string& path);
Program read_goal_binary(const std::string& path);

/// The first eight bytes of the binary, as a number.
inline constexpr uint64_t kGoalMagic = 4223;
/// The sizes of its pieces: the header; of each rank, its line in the table, its own two counts; a node.
inline constexpr uint64_t kGoalHeader = 14, kGoalRankEntry = 16, kGoalCounts = 8, kGoalNode = 39;
/// The offsets of ranks are counted from here.
inline constexpr uint64_t kGoalOrigin = 8;

}  // namespace hpnsim
