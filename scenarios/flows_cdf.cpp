// SPDX-License-Identifier: GPL-2.0-only
// The scenario `flows --cdf`: it sends Poisson traffic with sizes from a distribution.
#include "flows.hpp"

#include "kit/goal_file.hpp"
#include "kit/unstarted.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/poisson_traffic.hpp"
#include "hpnsim/workloads.hpp"

namespace hpnsim
{

namespace
{

class RandomFlows : public Scenario
{
public:
    RandomFlows(const Options& asked, FabricPlan fabric)
        : Scenario(asked, std::move(fabric)), own_(asked.own.as<FlowsOptions>()),
          sizes_(read_size_distribution("--cdf", own_.cdf)), duration_(microseconds_f(own_.duration_us))
    {
        for (uint32_t k = 0; k < options.common.seeds; ++k)  // complains now
            rows_ = static_cast<double>(flows(options.common.seed + k).size());
        write_goal_file(flows(options.common.seed), plan.endpoints, own_.write_goal);
    }

    Workload& workload(uint64_t seed) override
    {
        workload_ = std::make_unique<FlowsWorkload>(flows(seed));
        return *workload_;
    }

    std::unique_ptr<Contents> contents(uint64_t seed) const override
    {
        return make_flows_contents(flows(seed));
    }

    Footprint footprint() const override { return {0, 0, rows_}; }

    void check_times(IdealTimes& ideals) const override
    {
        FlowSpec largest;
        largest.dst = 1;
        largest.bytes = sizes_.quantile(1);
        largest.start = duration_;
        require_representable("--cdf: " + own_.cdf, plan, {largest}, ideals);
    }

    void measure(IdealTimes& ideals, const std::vector<Time>&, RunRecord& record) const override
    {
        add_unstarted(plan, workload_->flows(), ideals, record);
        add_traffic(workload_->flows(), record);
    }

private:
    std::vector<FlowSpec> flows(uint64_t seed) const
    {
        return as_option({{"duration", "duration-us"}},
                         [&, this] { return poisson_flows(plan, sizes_, own_.load, duration_, seed); });
    }

    /// Records what was asked for, and what the draws made of it.
    void add_traffic(const std::vector<FlowSpec>& drawn, RunRecord& record) const
    {
        double bytes = 0;
        for (const FlowSpec& flow : drawn) bytes += static_cast<double>(flow.bytes);
        const auto rate = static_cast<double>(total_nic_rate(plan).bps);
        record.extra["cdf_mean_bytes"] = sizes_.mean();
        record.extra["mean_flow_bytes"] = bytes / static_cast<double>(drawn.size());
        record.extra["offered_load"] = 8 * bytes / (rate * duration_.s());
    }

    const FlowsOptions own_;
    const SizeDistribution sizes_;
    const Time duration_;
    double rows_ = 0;  // of the last seed
    std::unique_ptr<FlowsWorkload> workload_;
};

}  // namespace

std::unique_ptr<Scenario> make_random_flows(const Options& asked, FabricPlan plan)
{
    return make<RandomFlows>(asked, std::move(plan));
}

}  // namespace hpnsim
