// SPDX-License-Identifier: GPL-2.0-only
// The axes of a graph: ranges that show all points, and ticks that have room.
#pragma once

#include "hpnsim/graph.hpp"
#include "plots/style.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

/// The room that a panel has, in points, and the size of its letters.
struct Room {
    double width = 0, height = 0, letter = 8;
};

/// The range of an axis over these values.
Axis range_of(const GraphAxis& axis, std::vector<double> values);

/// gnuplot's commands for an axis, but for the label of y; `which` is x or y. `bare`: without numbers and
/// label, which a panel beside has.
std::string axis_script(char which, const GraphAxis& axis, const Axis& range, const Room& room, bool bare);

/// Letters of the longest number or name at a y axis.
size_t letters_of_ticks(const GraphAxis& axis, const Axis& range, const Room& room);

/// The room in points that names below the axis take; they are turned when they are too long to lie.
double depth_of_names(const GraphAxis& axis, const Room& room);

}  // namespace hpnsim
