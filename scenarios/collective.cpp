// SPDX-License-Identifier: GPL-2.0-only
// The scenario `collective`: any operation by any collective of the table, for one size or a sweep of them.
#include "kit/collective_scenario.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

const Operation& operation_of(const Options& asked)
{
    return find_operation("--op", asked.own.as<CollectiveOptions>().op);
}

void complete(Options& asked)
{
    auto& own = asked.own.as<CollectiveOptions>();
    const Operation& operation = operation_of(asked);
    const CollectiveOps& ops = find_collective("--algorithm: " + own.op, operation, own.algorithm);
    if (own.algorithm.empty()) own.algorithm = ops.info.name;
    if (!own.members.empty()) {
        if (asked.origins.given("ranks"))
            throw BadInput("--members: the list says how many ranks there are; leave out --ranks");
        const std::vector<uint32_t> members = members_of("--members", own.members);
        own.ranks = static_cast<uint32_t>(members.size());
    }
    if (own.min_bytes && asked.origins.given("size"))
        throw BadInput(
            "--size: the sizes of a sweep are those of --min-bytes and --max-bytes; leave out one or "
            "the other");
    sizes_of(own, operation);
    if (asked.common.inject == "reduce-twice" && !operation.sums)
        throw BadInput("--inject: reduce-twice is for operations that add up, and " + own.op +
                       " adds nothing up");
}

uint32_t endpoints_needed(const Options& asked)
{
    const auto& own = asked.own.as<CollectiveOptions>();
    uint32_t needed = own.ranks;
    for (const uint32_t member : members_of("--members", own.members)) needed = std::max(needed, member + 1);
    return needed;
}

struct AnyCollective {
    static ScenarioInfo info()
    {
        return {"collective",
                "Collective operations over the GPUs of many hosts, and sweeps over their sizes.",
                {"collective --op all_reduce --ranks 64 --size 16M --cc hpcc",
                 "collective --op all_to_all --ranks 128 --size 64M --cc dcqcn --cc nscc",
                 "collective --op all_reduce --ranks 64 -b 64K -e 64M -f 4 --cc dcqcn --cc nscc"},
                collective_options(),
                endpoints_needed,
                [](const Options& asked, FabricPlan plan) {
                    return make_collective_scenario(operation_of(asked), asked, std::move(plan));
                },
                complete,
                true,
                {{'b', "min-bytes"},
                 {'e', "max-bytes"},
                 {'f', "step-factor"},
                 {'i', "step-bytes"},
                 {'n', "iterations"}}};
    }
};

}  // namespace

HPNSIM_SCENARIO(AnyCollective)

}  // namespace hpnsim
