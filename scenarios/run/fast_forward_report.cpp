// SPDX-License-Identifier: GPL-2.0-only
// Compares a run that skipped time with the full one, and says what it is worth.
#include "run/fast_forward_report.hpp"

#include "hpnsim/format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>

namespace hpnsim
{

namespace
{

/// By how much of the full run's value the other one is off; positive: it is larger.
double error_of(double full, double skipped)
{
    return full > 0 ? (skipped - full) / full : 0;
}

double mean_of(const std::vector<int64_t>& times)
{
    double sum = 0;
    for (const int64_t time : times) sum += static_cast<double>(time);
    return times.empty() ? 0 : sum / static_cast<double>(times.size());
}

std::string percent(double share, const char* format = "%.1f %%")
{
    char text[40];
    std::snprintf(text, sizeof text, format, 100 * share);
    return text;
}

std::string errors_of(const nlohmann::ordered_json& found)
{
    if (!found.contains("fct_error_mean"))
        return "; --fast-forward-check runs in full, too, and tells by how much";
    return "; against the full run, completion times are off by " +
           percent(found["fct_error_mean"].get<double>(), "%.3f %%") + " on average and " +
           percent(found["fct_error_max"].get<double>(), "%.3f %%") + " at most, and the whole time by " +
           percent(found["time_error"].get<double>(), "%+.3f %%");
}

}  // namespace

void compare_with_full(const RunRecord& full, RunRecord& record)
{
    std::map<uint64_t, double> times;
    for (const FlowRow& row : full.flows)
        if (row.completed()) times[row.id] = static_cast<double>(row.fct().ps);
    double sum = 0, most = 0;
    uint64_t compared = 0;
    for (const FlowRow& row : record.flows) {
        const auto found = times.find(row.id);
        if (!row.completed() || found == times.end()) continue;
        const double error = std::abs(error_of(found->second, static_cast<double>(row.fct().ps)));
        sum += error;
        most = std::max(most, error);
        ++compared;
    }
    auto& out = record.extra["fast_forward"];
    out["compared"] = compared;
    out["fct_error_mean"] = compared > 0 ? sum / static_cast<double>(compared) : 0;
    out["fct_error_max"] = most;
    if (!full.message_fcts.empty())
        out["message_fct_error"] = error_of(mean_of(full.message_fcts), mean_of(record.message_fcts));
    out["time_error"] = error_of(full.sim_time.us(), record.sim_time.us());
}

Outcome simulate_checked(Scenario& scenario, const RunPlan& run, uint64_t seed, RunRecord record,
                         FlowLog* log, const std::filesystem::path& out,
                         const std::filesystem::path& timeline, Ranks* ranks)
{
    CommonOptions& common = scenario.options.common;
    if (!common.fast_forward_check)
        return simulate(scenario, run, seed, std::move(record), log, out, timeline, ranks);
    common.fast_forward = false;
    Outcome full = simulate(scenario, run, seed, record, nullptr, out);
    common.fast_forward = true;
    if (full.ending == Ending::interrupted) return full;
    Outcome outcome = simulate(scenario, run, seed, std::move(record), log, out, timeline);
    compare_with_full(full.record, outcome.record);
    if (!common.quiet)
        std::cerr << outcome.record.label << ": processor time of the full run "
                  << format_short(full.costs.run_cpu_s) << " s, with --fast-forward "
                  << format_short(outcome.costs.run_cpu_s) << " s\n";
    return outcome;
}

std::string mark_estimates(RunRecord& record)
{
    const auto found = record.extra.find("fast_forward");
    if (found == record.extra.end() || !found->is_object()) return "";
    const bool exact = found->value("skips", 0.0) == 0 && found->value("foreseen_messages", 0.0) == 0;
    std::string sentence =
        exact ? std::string("--fast-forward found nothing to skip: all figures are those of the full run")
              : "--fast-forward skipped " + percent((*found)["skipped_share"].get<double>()) +
                    " of the time, and foresaw the arrival of " +
                    percent((*found)["foreseen_share"].get<double>()) +
                    " of the bytes instead of sending them: all figures are estimates" + errors_of(*found);
    nlohmann::ordered_json& warnings = record.extra["warnings"];
    if (!warnings.is_array()) warnings = nlohmann::ordered_json::array();
    warnings.push_back(sentence);
    return sentence;
}

}  // namespace hpnsim
