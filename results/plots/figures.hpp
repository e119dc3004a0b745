// SPDX-License-Identifier: GPL-2.0-only
// Declares the figures. Each is empty when the runs have nothing to show in it.
#pragma once

#include "plots/gnuplot.hpp"

namespace hpnsim
{

using Runs = std::vector<RunRecord>;

Figure fct_cdf(const Runs& runs);
Figure fct_by_job(const Runs& runs);
Figure goodput_by_job(const Runs& runs);
Figure tail_latency(const Runs& runs);
Figure slowdown_by_size(const Runs& runs);
Figure throughput(const Runs& runs);
Figure goodput(const Runs& runs);
Figure queue_cdf(const Runs& runs);
Figure busbw(const Runs& runs);
Figure busbw_by_size(const Runs& runs);
Figure port_split(const Runs& runs);
Figure uplink_imbalance(const Runs& runs);
Figure queue_over_time(const Runs& runs);
Figure rate_over_time(const Runs& runs);
Figure cwnd_over_time(const Runs& runs);

/// The run's label, its middle cut out when it is too long for a figure.
std::string shown_label(const RunRecord& run);
/// The length of the longest label shown, for the legend and the left margin.
size_t longest_label(const Runs& runs);

/// A curve per run: a named block each, and what follows "plot".
struct CurveSet {
    std::string prefix = "c";  ///< of the blocks' names
    std::string data, plot;
    std::vector<double> xs, ys;
    bool any = false;
    void add(size_t run, const std::string& title, const std::vector<std::pair<double, double>>& points,
             const std::string& with, const std::string& style);
};

}  // namespace hpnsim
