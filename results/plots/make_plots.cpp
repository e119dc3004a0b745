// SPDX-License-Identifier: GPL-2.0-only
// Draws every figure that the runs have data for.
#include "plots/figures.hpp"

#include "files/file_text.hpp"

#include <iostream>

namespace hpnsim
{

std::vector<Plot> make_plots(const std::vector<RunRecord>& runs, const std::filesystem::path& out_dir,
                             const std::string& footer)
{
    if (!gnuplot_found()) {
        std::cerr << "hpnsim: warning: no gnuplot on the PATH, so no plots; all results are in "
                  << (out_dir / "runs").string() << " (Debian: apt install gnuplot-nox)\n";
        return {};
    }
    std::vector<Figure> figures;
    for (const auto make : {busbw, busbw_by_size, fct_cdf, fct_by_job, tail_latency, slowdown_by_size,
                            throughput, goodput, goodput_by_job, queue_cdf, port_split, uplink_imbalance,
                            queue_over_time, rate_over_time, cwnd_over_time}) {
        Figure figure = make(runs);
        if (!figure.empty()) figures.push_back(std::move(figure));
    }
    if (figures.empty()) return {};
    make_folder(out_dir / "plots");
    return draw(figures, out_dir / "plots", footer);
}

}  // namespace hpnsim
