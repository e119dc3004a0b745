// SPDX-License-Identifier: GPL-2.0-only
// The scenario `allreduce`: every GPU ends with the sum of all buffers.
#include "kit/collective_scenario.hpp"

namespace hpnsim
{

namespace
{

struct Allreduce {
    static ScenarioInfo info()
    {
        return {"allreduce",
                "An AllReduce over the GPUs of many hosts: over NVLink inside a host, over the fabric "
                "between hosts.",
                {"allreduce --ranks 64 --size 16M --cc hpcc",
                 "allreduce --ranks 448 --size 1G --algorithm hierarchical --cc dcqcn --cc nscc",
                 "allreduce --ranks 128 --size 256M --topology hpn:gpu=h800 --iterations 5"},
                collective_options(kAllReduce, 1024),
                [](const Options& asked) { return asked.own.as<CollectiveOptions>().ranks; },
                [](const Options& asked, FabricPlan plan) {
                    return make_collective_scenario(kAllReduce, asked, std::move(plan));
                },
                {},
                true};
    }
};

}  // namespace

HPNSIM_SCENARIO(Allreduce)

}  // namespace hpnsim
