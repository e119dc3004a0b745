// SPDX-License-Identifier: GPL-2.0-only
// The scenario `alltoall`: every rank sends a block to every other rank.
#include "kit/collective_scenario.hpp"

namespace hpnsim
{

namespace
{

struct Alltoall {
    static ScenarioInfo info()
    {
        return {"alltoall",
                "An AllToAll over the GPUs of many hosts: every rank sends a block to every other rank.",
                {"alltoall --ranks 64 --size 16M --cc hpcc",
                 "alltoall --ranks 128 --size 64M --cc dcqcn --cc nscc",
                 "alltoall --ranks 16 --size 1M --iterations 3 --verify"},
                collective_options(kAllToAll, kMaxEndpoints),
                [](const Options& asked) { return asked.own.as<CollectiveOptions>().ranks; },
                [](const Options& asked, FabricPlan plan) {
                    return make_collective_scenario(kAllToAll, asked, std::move(plan));
                }};
    }
};

}  // namespace

HPNSIM_SCENARIO(Alltoall)

}  // namespace hpnsim
