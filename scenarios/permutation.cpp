// SPDX-License-Identifier: GPL-2.0-only
// The scenario `permutation`: every rank sends to one other rank and receives from one.
#include "hpnsim/permutation.hpp"
#include "hpnsim/as_option.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/settings.hpp"
#include "hpnsim/workloads.hpp"
#include "kit/goal_file.hpp"
#include "kit/unstarted.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct PermutationOptions {
    uint32_t ranks = 64;
    Bytes size = 2 << 20;
    std::string write_goal;  ///< a file

    static const std::vector<Setting>& settings()
    {
        using O = PermutationOptions;
        static const std::vector<Setting> list = {
            count<&O::ranks>("ranks", "number of GPUs, which fill hosts in order", 2, kMaxEndpoints),
            hpnsim::size<&O::size>("size", "bytes that each rank sends: 64K, 2M, 1G"),
            write_goal_setting<&O::write_goal>(),
        };
        return list;
    }
};

/// Returns the longest that any flow takes alone in the network, by hpnsim's own definition under any
/// profile.
Time ideal_last(const std::vector<FlowSpec>& flows, IdealTimes& ideals)
{
    Time longest;
    for (const FlowSpec& flow : flows)
        longest = std::max(longest, ideals.own(flow.src, flow.dst, flow.bytes));
    return longest;
}

/// Compares the last to finish with the longest ideal of any. If one did not finish, nothing is said of the
/// last.
void add_times(Time ideal, RunRecord& record)
{
    Time first = Time::max(), last;
    nlohmann::ordered_json& extra = record.extra;
    extra["ideal_us"] = ideal.us();
    extra["last_fct_us"] = extra["efficiency"] = nullptr;
    for (const FlowRow& row : record.flows) {
        if (!row.completed()) return;
        first = std::min(first, row.start);
        last = std::max(last, row.end);
    }
    if (record.flows.empty()) return;
    extra["last_fct_us"] = (last - first).us();
    if (last > first)
        extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>((last - first).ps);
}

class Permutation : public Scenario
{
public:
    Permutation(const Options& asked, FabricPlan fabric)
        : Scenario(asked, std::move(fabric)), own_(asked.own.as<PermutationOptions>())
    {
        write_goal_file(flows(options.common.seed), plan.endpoints, own_.write_goal);  // complains now
    }

    static ScenarioInfo info()
    {
        return {"permutation",
                "Every rank sends to one rank on another host, and receives from one.",
                {"permutation --ranks 128 --size 2M --cc nscc --path spray --path reps --path mixed",
                 "permutation --ranks 256 --topology hpn:segments=2,hosts=16 --cc dcqcn --sport disjoint "
                 "--seeds 5",
                 "permutation --ranks 16 --topology star --cc fixed --verify"},
                OwnOptions::of<PermutationOptions>(),
                [](const Options& asked) { return asked.own.as<PermutationOptions>().ranks; },
                make<Permutation>};
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

    Footprint footprint() const override
    {
        const double ranks = own_.ranks;
        return {ranks, ranks, ranks};
    }

    void check_times(IdealTimes& ideals) const override
    {
        require_representable("--size: " + format_size(own_.size) + " from each rank",
                              ideal_last(flows(options.common.seed), ideals));
    }

    void measure(IdealTimes& ideals, const std::vector<Time>&, RunRecord& record) const override
    {
        add_unstarted(plan, workload_->flows(), ideals, record);
        add_times(ideal_last(workload_->flows(), ideals), record);
    }

private:
    std::vector<FlowSpec> flows(uint64_t seed) const
    {
        return as_option(
            {"ranks"}, [&, this] { return permutation_flows(plan, own_.ranks, own_.size, jitter(), seed); });
    }

    const PermutationOptions own_;
    std::unique_ptr<FlowsWorkload> workload_;
};

}  // namespace

HPNSIM_SCENARIO(Permutation)

}  // namespace hpnsim
