// SPDX-License-Identifier: GPL-2.0-only
// Draws what tells the jobs of a run apart: fct_by_job.
#include "plots/curves.hpp"
#include "plots/figures.hpp"
#include "plots/style.hpp"

#include "hpnsim/statistics.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// The run's record with the flows of one job alone.
std::vector<std::pair<double, double>> cdf_of(const RunRecord& run, uint32_t job)
{
    RunRecord one;
    for (const FlowRow& row : run.flows)
        if (row.job == job) one.flows.push_back(row);
    std::vector<std::pair<double, double>> points;
    for (const Point& p : cdf(completed_fcts(one), 1e6)) points.emplace_back(p.x, p.y);
    return points;
}

}  // namespace

Figure fct_by_job(const Runs& runs)
{
    constexpr size_t kMost = 8;  // curves that can still be told apart
    CurveSet curves;
    size_t number = 0, longest = 1;
    for (const RunRecord& run : runs)
        for (uint32_t job = 0; job < run.jobs.size(); ++job) {
            if (number >= kMost) break;
            const std::string title =
                runs.size() > 1 ? shown_label(run) + ": " + run.jobs[job] : run.jobs[job];
            longest = std::max(longest, title.size());
            curves.add(number, title, cdf_of(run, job), "steps", line_style(number));
            ++number;
        }
    if (!curves.any) return {};
    Figure out;
    out.plot = {"fct_by_job",
                "Share of the completed flows of each job that took at most so long: further left is faster" +
                    std::string(number >= kMost ? "; the first eight jobs." : ".")};
    out.data = curves.data;
    out.script = set_legend(number, longest, out.width) +
                 set_axis("x", axis_of(curves.xs, 20), "flow completion time (us)") +
                 set_axis("y", {0, 1.02, false}, "share of flows") + "plot " + curves.plot + "\n";
    return out;
}

}  // namespace hpnsim
