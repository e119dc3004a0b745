// SPDX-License-Identifier: GPL-2.0-only
// Writes programs as GOAL, the trace format of LogGOPSim and ATLAHS. The format `goal` of trace_formats.hpp
// reads it.
#pragma once

#include "hpnsim/program.hpp"

#include <iosfwd>

namespace hpnsim
{

/**
 * Writes a program of computations, sends and receives as GOAL's text. Peers become ranks, whatever group
 * they were counted in. What is written is read again as the same graphs, but for what GOAL cannot say:
 *  - Computations last whole nanoseconds: others are rounded up.
 *  - A computation of a stream gets the stream's number as its cpu. One without a stream gets a cpu that no
 *    stream of its rank has; they take these in turn, and wait for each other only when there are more than
 *    those cpus. One that lasts no time is a join for whoever reads it here; other simulators put it on cpu
 * 0.
 *  - Messages have no stream: sends of one stream no longer wait for each other.
 *  - A receive takes one message: of a program that matches bytes, sizes must agree message by message.
 *  - When a send has ended: the reader decides that.
 * Throws std::logic_error for collectives: they must have been expanded into messages.
 */
void write_goal(const Program& program, std::ostream& out);

/// Writes the same as the binary that LogGOPSim's txt2bin makes of that text.
void write_goal_binary(const Program& program, std::ostream& out);

}  // namespace hpnsim
