// SPDX-License-Identifier: GPL-2.0-only
// Figures of a summary against a swept option.
#pragma once

#include "hpnsim/figure_kinds.hpp"

namespace hpnsim
{

/// Any figure of the database against any option, a series for each combination of the others.
Graph xy_graph(const FigureWish& wish);
/// The same with an ideal line.
Graph scaling_graph(const FigureWish& wish);

/// "p99 FCT (us)" of fct_us_p99.
std::string label_of_figure(const std::string& name);

}  // namespace hpnsim
