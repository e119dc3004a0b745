// SPDX-License-Identifier: GPL-2.0-only
// Lists the options of step costs, and turns them into what the collectives reckon with.
#include "kit/step_costs.hpp"

namespace hpnsim
{

const std::vector<Setting>& StepCostOptions::settings()
{
    using O = StepCostOptions;
    static const std::vector<Setting> list = {
        number<&O::step_latency_ns>(
            "step-latency-ns", "ns",
            "what host and GPU add to every step of a collective after its bytes have "
            "arrived",
            0, 1e9)
            .as("T"),
        number<&O::reduce_GBps>(
            "reduce-gbps", "GB/s",
            "rate at which a GPU adds up what a step of a collective has brought; 0: in no "
            "time",
            0, 1e6)
            .as("R"),
    };
    return list;
}

StepCosts StepCostOptions::costs() const
{
    StepCosts costs;
    costs.latency = Time{static_cast<int64_t>(step_latency_ns * 1000)};
    costs.reduce_bytes_per_s = reduce_GBps * 1e9;
    return costs;
}

}  // namespace hpnsim
