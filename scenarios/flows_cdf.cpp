// SPDX-License-Identifier: GPL-2.0-only
// The scenario `flows --cdf`: it sends Poisson traffic with sizes from a distribution.
#include "flows.hpp"

#include "kit/goal_file.hpp"
#include "kit/unstarted.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/poisson_traffic.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

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
        until_ = own_.measure_us ? microseconds_f(own_.warmup_us + *own_.measure_us) : duration_;
        for (uint32_t k = 0; k < options.common.seeds; ++k)  // complains now
            rows_ = static_cast<double>(flows(options.common.seed + k).size());
        write_goal_file(flows(options.common.seed), plan.endpoints, own_.write_goal);
    }

    Workload& workload(uint64_t seed) override
    {
        std::vector<FlowSpec> drawn = flows(seed);
        measured_.clear();
        incast_flows_ = 0;
        for (FlowSpec& flow : drawn) {
            measured_.push_back(is_measured(flow));
            incast_flows_ += flow.cls == RandomIncasts::kClass ? 1 : 0;
            flow.cls = 0;  // on the wire they are as any other
        }
        workload_ = std::make_unique<FlowsWorkload>(std::move(drawn));
        return *workload_;
    }

    std::unique_ptr<Contents> contents(uint64_t seed) const override
    {
        return make_flows_contents(flows(seed));
    }

    std::string what_is_measured() const override
    {
        const bool all = own_.warmup_us == 0 && !own_.measure_us;
        if (all && own_.incast_senders == 0) return "";
        std::string text = "flows";
        if (!all)
            text += " that start from " + format_number(own_.warmup_us) + " to " +
                    format_number(until_.us()) + " us";
        return text + (own_.incast_senders > 0 ? ", but those of incasts" : "");
    }

    void note(const Message& message, FlowRow& row) override { row.measured = measured_.at(message.id); }

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
        const size_t begun = record.flows.size();
        add_unstarted(plan, workload_->flows(), ideals, record);
        for (size_t at = begun; at < record.flows.size(); ++at)
            record.flows[at].measured = measured_.at(record.flows[at].id);
        add_traffic(workload_->flows(), record);
    }

private:
    std::vector<FlowSpec> flows(uint64_t seed) const
    {
        return as_option(
            {{"duration", "duration-us"}, {"senders", "incast-senders"}, {"incasts", "incast-load"}},
            [&, this] {
                std::vector<FlowSpec> all = poisson_flows(plan, sizes_, own_.load, duration_, seed);
                const std::vector<FlowSpec> more = poisson_incasts(
                    plan, {own_.incast_senders, own_.incast_size, own_.incast_load}, duration_, seed);
                const auto middle = static_cast<ptrdiff_t>(all.size());
                all.insert(all.end(), more.begin(), more.end());
                std::inplace_merge(all.begin(), all.begin() + middle, all.end(),
                                   [](const FlowSpec& a, const FlowSpec& b) { return a.start < b.start; });
                return all;
            });
    }

    bool is_measured(const FlowSpec& flow) const
    {
        return flow.cls != RandomIncasts::kClass && flow.start >= from_ && flow.start < until_;
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
        if (own_.incast_senders > 0) record.extra["incast_flows"] = incast_flows_;
    }

    const FlowsOptions own_;
    const SizeDistribution sizes_;
    const Time duration_;
    const Time from_ = microseconds_f(own_.warmup_us);  // flows are measured that start from here
    Time until_;                                        // to before here
    double rows_ = 0;                                   // of the last seed
    std::vector<bool> measured_;                        // by flow
    uint64_t incast_flows_ = 0;
    std::unique_ptr<FlowsWorkload> workload_;
};

}  // namespace

std::unique_ptr<Scenario> make_random_flows(const Options& asked, FabricPlan plan)
{
    return make<RandomFlows>(asked, std::move(plan));
}

}  // namespace hpnsim
