// SPDX-License-Identifier: GPL-2.0-only
// Draws what tells the jobs of a run apart: fct_by_job, goodput_by_job.
#include "plots/curves.hpp"
#include "plots/figures.hpp"
#include "plots/samples_over_time.hpp"
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

std::vector<std::pair<double, double>> goodput_of(const RunRecord& run, uint32_t job)
{
    TimePoints points;
    for (const JobGoodputRow& row : run.job_goodput) {
        if (row.job != job) continue;
        points.emplace_back(row.from.us(), row.gbps());
        points.emplace_back(row.to.us(), row.gbps());
    }
    return thinned(points);
}

struct JobCurves : CurveSet {
    size_t number = 0, longest = 1;
    static constexpr size_t kMost = 8;  // that can still be told apart
    /// Says so if there are more.
    std::string end() const { return number >= kMost ? "; the first eight jobs." : "."; }
};

/// Draws a curve of each job of each run; `points` returns those of one.
template <class Points>
JobCurves curves_by_job(const Runs& runs, const std::string& with, const Points& points)
{
    JobCurves curves;
    for (const RunRecord& run : runs)
        for (uint32_t job = 0; job < run.jobs.size(); ++job) {
            if (curves.number >= JobCurves::kMost) break;
            const std::string title =
                runs.size() > 1 ? shown_label(run) + ": " + run.jobs[job] : run.jobs[job];
            curves.longest = std::max(curves.longest, title.size());
            curves.add(curves.number, title, points(run, job), with, line_style(curves.number));
            ++curves.number;
        }
    return curves;
}

}  // namespace

Figure fct_by_job(const Runs& runs)
{
    const JobCurves curves = curves_by_job(runs, "steps", cdf_of);
    if (!curves.any) return {};
    Figure out;
    out.plot = {"fct_by_job",
                "Share of the completed flows of each job that took at most so long: further left is faster" +
                    curves.end()};
    out.data = curves.data;
    out.script = set_legend(curves.number, curves.longest, out.width) +
                 set_axis("x", axis_of(curves.xs, 20), "flow completion time (us)") +
                 set_axis("y", {0, 1.02, false}, "share of flows") + "plot " + curves.plot + "\n";
    return out;
}

Figure goodput_by_job(const Runs& runs)
{
    const JobCurves curves = curves_by_job(runs, "lines", goodput_of);
    if (!curves.any) return {};
    Figure out;
    out.plot = {"goodput_by_job",
                "Payload that the receivers of each job got over time, each byte once, as a "
                "mean of every sampling interval (job_goodput.csv): higher is better" +
                    curves.end()};
    out.data = curves.data;
    out.script = set_legend(curves.number, curves.longest, out.width) +
                 set_axis("x", {0, *std::max_element(curves.xs.begin(), curves.xs.end()), false},
                          "simulated time (us)") +
                 set_axis("y", bar_axis(curves.ys, 1e300), "goodput (Gb/s)") + "plot " + curves.plot + "\n";
    return out;
}

}  // namespace hpnsim
