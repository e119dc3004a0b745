// SPDX-License-Identifier: GPL-2.0-only
// Draws figures of one or several runs with gnuplot, as SVG and PNG. Where the records come from does not
// matter.
#pragma once

#include "hpnsim/results.hpp"

#include <filesystem>

namespace hpnsim
{

/// A figure that was drawn: DIR/plots/NAME.svg and NAME.png.
struct Plot {
    std::string name;     ///< "fct_cdf"
    std::string caption;  ///< one line: what it shows and how to read it
};

/// Is there a gnuplot on the PATH?
bool gnuplot_found();

/// Draws every figure that fits the runs into out_dir/plots and returns what was drawn, in the order of a
/// report. `footer` is a small line at the bottom: the command. Without gnuplot: a warning on stderr, no
/// plots.
std::vector<Plot> make_plots(const std::vector<RunRecord>& runs, const std::filesystem::path& out_dir,
                             const std::string& footer);

}  // namespace hpnsim
