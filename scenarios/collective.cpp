// SPDX-License-Identifier: GPL-2.0-only
// A scenario that runs a collective, whichever it is.
#include "collective.hpp"

#include "hpnsim/quantity.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

class CollectiveScenario : public Scenario
{
public:
    CollectiveScenario(const Options& asked, FabricPlan fabric, CollectiveJob job)
        : Scenario(asked, std::move(fabric)), job_(std::move(job))
    {
    }

    Workload& workload(uint64_t seed) override
    {
        workload_ =
            std::make_unique<CollectiveWorkload>(job_.make(), job_.ranks, job_.iterations, jitter(), seed);
        return *workload_;
    }

    std::unique_ptr<Contents> contents(uint64_t) const override { return job_.contents(job_.make()); }

    bool rows_are_messages() const override { return job_.messages; }

    /// Every rank begins as rank 0 does, and what a delivery makes possible takes the delivered one's place.
    Footprint footprint() const override
    {
        const std::unique_ptr<Collective> collective = job_.make();
        Collective::Codes first;
        collective->begin(0, first);
        const double ranks = job_.ranks, codes = static_cast<double>(first.size());
        const double away = ranks - collective_shape(plan, job_.ranks).gpus;
        const bool everybody = job_.algorithm == "pairwise";
        const double rows = job_.messages ? static_cast<double>(collective->transfers()) : 1;
        return {everybody ? ranks * away : 2 * ranks, ranks * codes, rows * job_.iterations};
    }

    void check_times(IdealTimes& ideals) const override
    {
        require_representable("--size: " + format_size(job_.size) + " over " + std::to_string(job_.ranks) +
                                  " ranks",
                              ideal(ideals).total(), job_.iterations);
    }

    std::optional<FlowRow> row_at(IdealTimes& ideals, uint64_t at) const override
    {
        const std::vector<Period>& periods = workload_->periods();
        if (at >= periods.size() || periods[at].end == Time::max()) return std::nullopt;
        return row_of(periods[at], at, ideal(ideals).total(), {});
    }

    void measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const override;

private:
    /// By our own definition under any profile.
    CollectiveIdeal ideal(IdealTimes& ideals) const { return job_.ideal(collective_limits(plan, ideals)); }
    FlowRow row_of(const Period& period, uint64_t id, Time ideal, Time now) const;
    void add_bandwidths(Time ideal, RunRecord& record) const;

    const CollectiveJob job_;
    std::unique_ptr<CollectiveWorkload> workload_;
};

/// `now`: until when an iteration has run that has not ended.
FlowRow CollectiveScenario::row_of(const Period& period, uint64_t id, Time ideal, Time now) const
{
    FlowRow row;
    row.id = id;
    row.dst = job_.ranks - 1;
    row.bytes = job_.size;
    row.start = period.start;
    row.end = period.end == Time::max() ? now : period.end;
    row.ideal = ideal;
    if (period.end == Time::max()) row.status = "unfinished";
    return row;
}

/// Means over the iterations; nothing is said of them if one was cut short or a message of one failed.
void CollectiveScenario::add_bandwidths(Time ideal, RunRecord& record) const
{
    const std::vector<Period>& periods = workload_->periods();
    int64_t sum = 0;
    for (const Period& period : periods) {
        if (period.end == Time::max()) return;
        sum += (period.end - period.start).ps;
    }
    const bool complete =
        periods.size() == job_.iterations && count_flows(record).completed == record.flows.size();
    if (!complete || job_.iterations == 0 || sum < job_.iterations) return;
    const Time mean{sum / job_.iterations};
    nlohmann::ordered_json& extra = record.extra;
    extra["algbw_GBps"] = algbw_GBps(job_.size, mean);
    extra["busbw_GBps"] = job_.busbw_GBps(mean);
    if (ideal.ps > 0) extra["ideal_busbw_GBps"] = job_.busbw_GBps(ideal);
    extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>(mean.ps);
    extra["mean_us"] = mean.us();
}

void CollectiveScenario::measure(IdealTimes& ideals, const std::vector<Time>& messages,
                                 RunRecord& record) const
{
    const CollectiveIdeal least = ideal(ideals);
    uint64_t id = 0;
    if (!job_.messages)
        for (const Period& period : workload_->periods())
            record.flows.push_back(row_of(period, id++, least.total(), record.sim_time));
    auto& extra = record.extra;
    extra["algorithm"] = job_.algorithm;
    extra["algbw_GBps"] = nullptr;
    extra["busbw_GBps"] = nullptr;
    extra["ideal_us"] = least.total().us();
    extra["efficiency"] = nullptr;
    extra["verified"] = nullptr;  // without --verify data is moved by length only
    extra["ideal_nic_us"] = least.nic.us();
    extra["ideal_nvlink_us"] = least.nvlink.us();
    extra["ideal_chain_us"] = least.chain.us();
    add_bandwidths(least.total(), record);
    std::vector<int64_t> fcts;
    for (const Time fct : messages) fcts.push_back(fct.ps);
    record.message_fcts = fcts;
    extra["message_fct_us"] = to_json(summarise(std::move(fcts)));
}

}  // namespace

std::unique_ptr<Scenario> make_collective(const Options& asked, FabricPlan plan, const CollectiveJob& job)
{
    return std::make_unique<CollectiveScenario>(asked, std::move(plan), job);
}

}  // namespace hpnsim
