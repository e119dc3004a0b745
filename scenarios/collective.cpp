// SPDX-License-Identifier: GPL-2.0-only
// Runs any collective of the table as a scenario: iterations, bandwidths, the lower bound, rows.
#include "collective.hpp"

#include "peers/profiles.hpp"
#include "run/as_option.hpp"

#include "hpnsim/contents.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

std::unique_ptr<Collective> make(const CollectiveJob& job)
{
    return as_option({"channels", "chunk"}, [&job] { return make_collective(*job.algorithm, job.call); });
}

/// Returns the bus bandwidth of one iteration that takes so long.
double busbw(const CollectiveJob& job, Time time)
{
    return busbw_GBps(*job.algorithm->info.operation, job.call.size, time, job.call.shape.ranks);
}

/// Uses hpnsim's own definition under any profile.
CollectiveIdeal ideal_of(const Scenario& scenario, const CollectiveJob& job, const RunPlan& run)
{
    IdealTimes ideals(scenario.plan, ideal_terms(scenario.options, run));
    return collective_ideal(*job.algorithm, job.call, collective_limits(scenario.plan, ideals));
}

/// `now` is the end of an iteration that has not ended by itself.
FlowRow row_of(const Period& period, uint64_t id, const CollectiveJob& job, Time ideal, Time now)
{
    FlowRow row;
    row.id = id;
    row.dst = job.call.shape.ranks - 1;
    row.bytes = job.call.size;
    row.start = period.start;
    row.end = period.end == Time::max() ? now : period.end;
    row.ideal = ideal;
    if (period.end == Time::max()) row.status = "unfinished";
    return row;
}

void add_rows(const CollectiveWorkload& workload, const CollectiveJob& job, Time ideal, RunRecord& record)
{
    uint64_t id = 0;
    for (const Period& period : workload.periods())
        record.flows.push_back(row_of(period, id++, job, ideal, record.sim_time));
}

/// Returns the `at`-th iteration, if it has ended.
std::optional<FlowRow> ended_iteration(const Scenario& scenario, const CollectiveJob& job,
                                       const CollectiveWorkload& workload, const RunPlan& run, uint64_t at)
{
    const std::vector<Period>& periods = workload.periods();
    if (at >= periods.size() || periods[at].end == Time::max()) return std::nullopt;
    return row_of(periods[at], at, job, ideal_of(scenario, job, run).total(), {});
}

/// Adds means over the iterations, but none if one was cut short or a message of one failed.
void add_bandwidths(const CollectiveWorkload& workload, const CollectiveJob& job, Time ideal,
                    RunRecord& record)
{
    int64_t sum = 0;
    for (const Period& period : workload.periods()) {
        if (period.end == Time::max()) return;
        sum += (period.end - period.start).ps;
    }
    const bool complete =
        workload.periods().size() == job.iterations && count_flows(record).completed == record.flows.size();
    if (!complete || job.iterations == 0 || sum < job.iterations) return;
    const Time mean{sum / job.iterations};
    nlohmann::ordered_json& extra = record.extra;
    extra["algbw_GBps"] = algbw_GBps(job.call.size, mean);
    extra["busbw_GBps"] = busbw(job, mean);
    if (ideal.ps > 0) extra["ideal_busbw_GBps"] = busbw(job, ideal);
    extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>(mean.ps);
    extra["mean_us"] = mean.us();
}

void finish(const Scenario& scenario, const CollectiveJob& job, const CollectiveIdeal& ideal,
            const CollectiveWorkload& workload, const std::vector<Time>& messages, RunRecord& record)
{
    if (!scenario.rows_are_messages) add_rows(workload, job, ideal.total(), record);
    auto& extra = record.extra;
    extra["algorithm"] = job.algorithm->info.name;
    extra["algbw_GBps"] = nullptr;
    extra["busbw_GBps"] = nullptr;
    extra["ideal_us"] = ideal.total().us();
    extra["efficiency"] = nullptr;
    extra["verified"] = nullptr;  // without --verify data is moved by length only
    extra["ideal_nic_us"] = ideal.nic.us();
    extra["ideal_nvlink_us"] = ideal.nvlink.us();
    extra["ideal_chain_us"] = ideal.chain.us();
    add_bandwidths(workload, job, ideal.total(), record);
    std::vector<int64_t> fcts;
    for (const Time fct : messages) fcts.push_back(fct.ps);
    record.message_fcts = fcts;
    extra["message_fct_us"] = to_json(summarise(std::move(fcts)));
}

/// Every rank begins as rank 0 does, and what a delivery makes possible takes the place of the delivered
/// message.
Footprint footprint_of(const CollectiveJob& job)
{
    const std::unique_ptr<Collective> collective = make(job);
    Collective::Codes first;
    collective->begin(0, first);
    const double ranks = job.call.shape.ranks, codes = static_cast<double>(first.size());
    const double rows = job.messages ? static_cast<double>(collective->transfers()) : 1;
    return {job.algorithm->pairs(job.call.shape), ranks * codes, rows * job.iterations};
}

}  // namespace

Scenario collective_scenario(const Options& options, uint32_t ranks, CollectiveJob job)
{
    Scenario scenario;
    scenario.options = options;
    scenario.plan = make_fabric(options.common.topology, plan_options(options.common, hosts_needed(options)));
    job.call.shape = as_option({"ranks"}, [&] { return collective_shape(scenario.plan, ranks); });
    scenario.rows_are_messages = job.messages;
    const Time jitter{static_cast<int64_t>(options.common.jitter_ns * 1000)};
    scenario.make_workload = [job, ranks, jitter](uint64_t seed) {
        return std::make_unique<CollectiveWorkload>(make(job), ranks, job.iterations, jitter, seed);
    };
    scenario.make_contents = [job, ranks](uint64_t) {
        return job.algorithm->info.operation->contents(make(job), ranks, job.call.size);
    };
    scenario.footprint = footprint_of(job);
    const Scenario context{scenario.options, scenario.plan, scenario.rows_are_messages, {}, {}, {}, {}, {}};
    scenario.check_times = [context, job](const RunPlan& run) {
        require_representable("--size: " + format_size(job.call.size) + " over " +
                                  std::to_string(job.call.shape.ranks) + " ranks",
                              ideal_of(context, job, run).total(), job.iterations);
    };
    scenario.row_at = [context, job](const Workload& workload, const RunPlan& run, uint64_t at) {
        return ended_iteration(context, job, static_cast<const CollectiveWorkload&>(workload), run, at);
    };
    scenario.finish = [context, job](const Workload& workload, const RunPlan& run,
                                     const std::vector<Time>& messages, RunRecord& record) {
        finish(context, job, ideal_of(context, job, run), static_cast<const CollectiveWorkload&>(workload),
               messages, record);
    };
    return scenario;
}

}  // namespace hpnsim
